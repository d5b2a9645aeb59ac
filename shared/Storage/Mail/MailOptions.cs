namespace CvatServerless.Storage.Mail;

/// <summary>How the connection to a mail server is protected.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS after the greeting; a server that doesn't offer it is refused.</summary>
    StartTls,

    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>Not at all: for a relay on the same machine.</summary>
    None,
}

/// <summary>A mail server.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1–65535.</param>
/// <param name="Security">How the connection is protected.</param>
/// <param name="Username">Null: no sign-in.</param>
/// <param name="Password">Belongs to <paramref name="Username"/>.</param>
public sealed record SmtpServer(string Host, int Port, SmtpSecurity Security, string? Username, string? Password);

/// <summary>Where mail goes.</summary>
public sealed record MailOptions
{
    /// <summary>The sender's address.</summary>
    public string From { get; init; } = "cvatserverless@localhost.localdomain";

    /// <summary>The mail server; null: mails are written into <see cref="Folder"/>.</summary>
    public SmtpServer? Smtp { get; init; }

    /// <summary>Folder of mails as <c>.eml</c> files, readable by the server's own user alone.</summary>
    public required string Folder { get; init; }
}
