using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Identity.Web;
using Microsoft.IdentityModel.Tokens;

namespace CvatServerless.Functions.Http.OpenId;

/// <summary>Registers what checks the tokens of an identity provider.</summary>
internal static class OpenIdRegistration
{
    /// <summary>Asymmetric signatures only: a public key must never serve as the secret of a symmetric one.</summary>
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>Adds nothing where no provider is configured.</summary>
    public static IServiceCollection AddOpenId(this IServiceCollection services, OpenIdOptions? options)
    {
        services.AddSingleton<OpenIdTokens>();
        if (options is not null)
        {
            // It writes an error for every bad token that a stranger sends.
            services.AddLogging(logging => logging.AddFilter("Microsoft.IdentityModel", LogLevel.None));
            services.AddAuthentication().AddMicrosoftIdentityWebApi(
                bearer => Configure(bearer, options),
                identity =>
                {
                    var authority = new Uri(options.Authority);
                    identity.Instance = authority.GetLeftPart(UriPartial.Authority);
                    identity.TenantId = authority.Segments is { Length: > 1 } segments ? segments[1].Trim('/') : "common";
                    identity.ClientId = Audiences(options)[0];

                    // Who may do what is decided by our groups; a token needs neither a scope nor a role.
                    identity.AllowWebApiToBeAuthorizedByACL = true;
                },
                OpenIdTokens.Scheme);
        }

        return services;
    }

    private static string[] Audiences(OpenIdOptions options) => options.Audience.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static void Configure(JwtBearerOptions bearer, OpenIdOptions options)
    {
        bearer.Authority = options.Authority;
        bearer.MetadataAddress = options.Authority + "/.well-known/openid-configuration";
        bearer.RequireHttpsMetadata = options.Authority.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        bearer.MapInboundClaims = false;
        bearer.IncludeErrorDetails = false;

        // Web hosts that find a scheme ask it about every request, also about those with a personal access token.
        bearer.Events = new()
        {
            OnMessageReceived = context =>
            {
                var header = context.Request.Headers.Authorization.ToString();
                if (!OpenIdTokens.IsShaped(header[(header.IndexOf(' ', StringComparison.Ordinal) + 1)..]))
                {
                    context.NoResult();
                }

                return Task.CompletedTask;
            },
        };
        bearer.TokenValidationParameters = new()
        {
            ValidAlgorithms = Algorithms,
            ValidAudiences = Audiences(options),
            ValidIssuer = options.Issuer,
            IssuerValidator = (issuer, _, _) => issuer == options.Issuer ? issuer : throw new SecurityTokenInvalidIssuerException("Another issuer's token."),
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            ValidateIssuerSigningKey = true,
            ClockSkew = ClockSkew,
        };
    }
}
