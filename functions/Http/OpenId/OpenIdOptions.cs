namespace CvatServerless.Functions.Http.OpenId;

/// <summary>An identity provider whose bearer tokens are taken besides local accounts.</summary>
public sealed record OpenIdOptions
{
    /// <summary>
    /// <c>OIDC_AUTHORITY</c>: where <c>/.well-known/openid-configuration</c> lies, such as <c>https://login.microsoftonline.com/{tenant}/v2.0</c>. Plain http is taken
    /// for loopback alone.
    /// </summary>
    public required string Authority { get; init; }

    /// <summary><c>OIDC_AUDIENCE</c>: what a token's <c>aud</c> must be; several separated by commas.</summary>
    public required string Audience { get; init; }

    /// <summary><c>OIDC_ISSUER</c>: what a token's <c>iss</c> must be. Default: the authority.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>OIDC_ROLES</c>: which role of the provider means which group, such as <c>Cvat.Admin=admin,Cvat.Annotator=worker</c>. Default: none.</summary>
    public string Roles { get; init; } = "";

    /// <summary><c>OIDC_DEFAULT_GROUP</c>: group of those without such a role: <c>user</c> (default), <c>worker</c> or <c>none</c>.</summary>
    public string DefaultGroup { get; init; } = "user";

    /// <summary>Reads the settings; null where there is no authority.</summary>
    /// <exception cref="InvalidOperationException">One is missing or wrong; the message names it.</exception>
    public static OpenIdOptions? From(Func<string, string?> text)
    {
        if (text("OIDC_AUTHORITY")?.TrimEnd('/') is not { } authority)
        {
            return null;
        }

        if (!Uri.TryCreate(authority, UriKind.Absolute, out var uri) || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)))
        {
            throw new InvalidOperationException($"CVATSERVERLESS_OIDC_AUTHORITY must be an https URL, not '{authority}'.");
        }

        var options = new OpenIdOptions
        {
            Authority = authority,
            Audience = text("OIDC_AUDIENCE") ?? throw new InvalidOperationException("CVATSERVERLESS_OIDC_AUDIENCE must be set where CVATSERVERLESS_OIDC_AUTHORITY is."),
            Issuer = text("OIDC_ISSUER") ?? authority,
            Roles = text("OIDC_ROLES") ?? "",
            DefaultGroup = text("OIDC_DEFAULT_GROUP") ?? "user",
        };
        if (options.DefaultGroup is not ("user" or "worker" or "none"))
        {
            throw new InvalidOperationException($"CVATSERVERLESS_OIDC_DEFAULT_GROUP must be 'user', 'worker' or 'none', not '{options.DefaultGroup}'.");
        }

        _ = RoleMap.Parse(options.Roles);
        return options;
    }
}
