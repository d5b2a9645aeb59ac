using CvatServerless.Domain.Ports;
using MimeKit;

namespace CvatServerless.Storage.Mail;

/// <summary>Mails in the form in which they travel (RFC 5322); what can't stand in a header is encoded or refused.</summary>
internal static class MimeMail
{
    /// <summary>Makes the message.</summary>
    /// <exception cref="MailException">An address can't be read.</exception>
    public static MimeMessage Of(MailMessage mail, string from, DateTimeOffset now)
    {
        var message = new MimeMessage
        {
            Subject = mail.Subject.ReplaceLineEndings(" "),
            Date = now,
            Body = new TextPart("plain") { Text = mail.Text },
        };
        message.From.Add(AddressOf(from));
        message.To.Add(AddressOf(mail.To));
        return message;
    }

    private static MailboxAddress AddressOf(string text)
    {
        try
        {
            return MailboxAddress.Parse(text);
        }
        catch (ParseException e)
        {
            throw new MailException("A mail address can't be read.", e);
        }
    }
}
