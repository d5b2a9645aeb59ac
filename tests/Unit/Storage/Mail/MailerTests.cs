using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.Mail;

public sealed class MailerTests : IDisposable
{
    private static readonly MailMessage Mail = new("ann@example.test", "Grüße", "first\nhttps://cvat.test/x?a=1&b=2\n");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-mail-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Folder_Mail_IsAFileThatOnlyTheServerReads()
    {
        var folder = Path.Combine(_folder.FullName, "mail");
        var mailer = new FolderMailer(new() { Folder = folder, From = "cvat@example.test" }, _time, NullLogger<FolderMailer>.Instance);

        await mailer.SendAsync(Mail, Ct);

        var file = Directory.GetFiles(folder).ShouldHaveSingleItem();
        Path.GetFileName(file).ShouldStartWith("20260105T100000000-");
        var text = await File.ReadAllTextAsync(file, Ct);
        text.ShouldContain("To: ann@example.test");
        text.ShouldContain("https://cvat.test/x?a=1&b=2");
        ((OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder)) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
    }

    [Theory]
    [InlineData("not an address\r\nBcc: eve@example.test")]
    [InlineData("")]
    public async Task Folder_BadAddress_IsRefused(string to)
    {
        var mailer = new FolderMailer(new() { Folder = _folder.FullName }, _time, NullLogger<FolderMailer>.Instance);

        await Should.ThrowAsync<MailException>(() => mailer.SendAsync(Mail with { To = to }, Ct));

        _folder.GetFiles().ShouldBeEmpty();
    }

    [Fact]
    public async Task Smtp_Mail_ReachesTheServer()
    {
        using var server = new SmtpListener();
        var serving = server.ServeAsync(Ct);

        await Mailer(server.Port, SmtpSecurity.None, "user").SendAsync(Mail with { Subject = "one\r\nBcc: eve@example.test" }, Ct);
        await serving;

        server.Commands.ShouldContain(line => line.StartsWith("AUTH PLAIN", StringComparison.Ordinal));
        server.Commands.ShouldContain(line => line.StartsWith("RCPT TO:<ann@example.test>", StringComparison.Ordinal));
        server.Commands.Count(line => line.StartsWith("RCPT", StringComparison.Ordinal)).ShouldBe(1);
        server.Data.ShouldContain("Subject: one Bcc: eve@example.test");
        server.Data.ShouldContain("https://cvat.test/x?a=1&b=2");
    }

    [Fact]
    public async Task Smtp_ServerWithoutTls_GetsNothingWhereTlsIsDemanded()
    {
        using var server = new SmtpListener();
        var serving = server.ServeAsync(Ct);

        await Should.ThrowAsync<MailException>(() => Mailer(server.Port, SmtpSecurity.StartTls, "user").SendAsync(Mail, Ct));
        await serving;

        server.Commands.ShouldNotContain(line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Smtp_RefusedRecipient_Throws()
    {
        using var server = new SmtpListener(isFull: true);
        var serving = server.ServeAsync(Ct);

        await Should.ThrowAsync<MailException>(() => Mailer(server.Port, SmtpSecurity.None, null).SendAsync(Mail, Ct));
        await serving;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private SmtpMailer Mailer(int port, SmtpSecurity security, string? username)
    {
        var options = new MailOptions { Folder = _folder.FullName, From = "cvat@example.test", Smtp = new("127.0.0.1", port, security, username, "secret") };
        return new(options, _time, NullLogger<SmtpMailer>.Instance);
    }
}
