namespace CvatServerless.Domain.Identity;

/// <summary>How a caller showed who they are.</summary>
public enum Credential
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>The session cookie.</summary>
    Session,

    /// <summary><c>Authorization: Bearer</c> with a personal access token.</summary>
    AccessToken,

    /// <summary><c>Authorization: Token</c>.</summary>
    ApiKey,

    /// <summary><c>Authorization: Basic</c>.</summary>
    Basic,

    /// <summary><c>Authorization: Bearer</c> with a token of an identity provider.</summary>
    OpenId,

    /// <summary>A signed URL: one reading of one address.</summary>
    SignedUrl,
}

/// <summary>The caller of an operation.</summary>
/// <param name="UserId">0 for an anonymous caller.</param>
/// <param name="Username">Empty for an anonymous caller.</param>
/// <param name="Privilege"><c>admin</c>, <c>user</c>, <c>worker</c> or null (no group: may only read).</param>
/// <param name="Credential">How they showed it.</param>
/// <param name="IsReadOnly">The access token allows only reading.</param>
public sealed record Actor(int UserId, string Username, string? Privilege, Credential Credential, bool IsReadOnly = false)
{
    /// <summary>Nobody.</summary>
    public static readonly Actor Anonymous = new(0, "", null, Credential.None);

    /// <summary>Whether nobody signed in.</summary>
    public bool IsAnonymous => UserId == 0;

    /// <summary>Whether the caller may do everything.</summary>
    public bool IsAdmin => Privilege == "admin";
}
