using System.Globalization;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Embedded;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage.Mail;

/// <summary>
/// Writes mails into a folder where no mail server is configured, so that an administrator can hand them on. The log names the file and not its text, because
/// that may hold a secret link.
/// </summary>
internal sealed partial class FolderMailer(MailOptions options, TimeProvider time, ILogger<FolderMailer> log) : IMailer
{
    /// <inheritdoc/>
    public async Task SendAsync(MailMessage message, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var mail = MimeMail.Of(message, options.From, now);
        var name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd'T'HHmmssfff}-{Guid.NewGuid():N}.eml");
        var file = Path.Combine(options.Folder, name);
        try
        {
            PrivateFiles.CreateDirectory(options.Folder);
            var part = file + ".part";
            await using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                await mail.WriteToAsync(stream, ct);
            }

            File.Move(part, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MailException("The folder of mails can't be written to.", e);
        }

        LogWritten(message.Subject.ReplaceLineEndings(" "), file);
    }

    [LoggerMessage(4101, LogLevel.Information, "No mail server is configured: the mail '{Subject}' lies in {File}.")]
    private partial void LogWritten(string subject, string file);
}
