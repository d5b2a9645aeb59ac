using System.Net.Sockets;
using CvatServerless.Domain.Ports;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage.Mail;

/// <summary>Sends mails through a mail server, one connection for each: they are rare.</summary>
internal sealed partial class SmtpMailer(MailOptions options, TimeProvider time, ILogger<SmtpMailer> log) : IMailer
{
    private const int TimeoutMs = 15_000;

    /// <inheritdoc/>
    public async Task SendAsync(MailMessage message, CancellationToken ct)
    {
        var server = options.Smtp!;
        var mail = MimeMail.Of(message, options.From, time.GetUtcNow());
        try
        {
            using var client = new SmtpClient { Timeout = TimeoutMs };
            await client.ConnectAsync(server.Host, server.Port, SocketOptionsOf(server.Security), ct);
            if (server.Username is { } username)
            {
                await client.AuthenticateAsync(username, server.Password ?? "", ct);
            }

            await client.SendAsync(mail, ct);
            await client.DisconnectAsync(quit: true, ct);
        }
        catch (Exception e) when (e is ProtocolException or CommandException or AuthenticationException or SslHandshakeException or SocketException or IOException
            or NotSupportedException or TimeoutException)
        {
            LogFailed(server.Host, server.Port, e);
            throw new MailException("The mail server didn't take the mail.", e);
        }

        LogSent(message.Subject.ReplaceLineEndings(" "), server.Host);
    }

    private static SecureSocketOptions SocketOptionsOf(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    [LoggerMessage(4102, LogLevel.Information, "The mail '{Subject}' went to {Host}.")]
    private partial void LogSent(string subject, string host);

    [LoggerMessage(4103, LogLevel.Error, "The mail server {Host}:{Port} didn't take a mail.")]
    private partial void LogFailed(string host, int port, Exception exception);
}
