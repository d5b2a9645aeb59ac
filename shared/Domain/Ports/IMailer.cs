namespace CvatServerless.Domain.Ports;

/// <summary>A mail in plain text.</summary>
/// <param name="To">One address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">The body; lines end with <c>\n</c>.</param>
public sealed record MailMessage(string To, string Subject, string Text);

/// <summary>Sends mail.</summary>
public interface IMailer
{
    /// <summary>Hands a mail over: to the mail server where one is configured, else to a folder of the server's data.</summary>
    /// <exception cref="MailException">It could not be handed over; nothing says that another try would fail too.</exception>
    Task SendAsync(MailMessage message, CancellationToken ct);
}

/// <summary>A mail could not be handed over.</summary>
public sealed class MailException(string message, Exception? cause = null) : Exception(message, cause);
