using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions;
using CvatServerless.Functions.Api.Auth;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.SendPasswordLink;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Api.Auth;

/// <summary>Mailed links to new passwords, with a mail server that may be away.</summary>
public sealed class PasswordLinkTests : IAsyncDisposable
{
    private const string Email = "ann@example.test";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-links-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FlakyMailer _mailer = new();
    private readonly ServiceProvider _services;

    public PasswordLinkTests() => _services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
        .AddFunctions(new ServerOptions { DataFolder = _folder.FullName }).AddSingleton<IMailer>(_mailer).BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SendLink_TheMailNeverLeft_TheNextAskIsAnsweredAtOnce()
    {
        await NewUserAsync();
        _mailer.IsAway = true;
        var asked = _time.GetUtcNow().UtcDateTime;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await Should.ThrowAsync<MailException>(() => AskAsync(asked));
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        _mailer.IsAway = false;
        await AskAsync(_time.GetUtcNow().UtcDateTime);

        _mailer.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task SendLink_TheMailLeft_TheNextOneWaitsForAMinute()
    {
        await NewUserAsync();
        await AskAsync(_time.GetUtcNow().UtcDateTime);
        _time.Advance(TimeSpan.FromSeconds(59));
        await AskAsync(_time.GetUtcNow().UtcDateTime);
        _mailer.Sent.Count.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(_time.GetUtcNow().UtcDateTime);

        _mailer.Sent.Count.ShouldBe(2);
    }

    [Fact]
    public async Task SendLink_AnAttemptAtTheSameMail_IsNotKeptBack()
    {
        await NewUserAsync();
        var asked = _time.GetUtcNow().UtcDateTime;
        await AskAsync(asked);
        _time.Advance(TimeSpan.FromSeconds(5));

        await AskAsync(asked);

        _mailer.Sent.Count.ShouldBe(2);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task AskAsync(DateTime asked) => _services.GetRequiredService<PasswordService>().SendLinkAsync(new(Email, $"http://localhost/{PasswordLinkRequest.Parameters}", asked), Ct);

    private Task<User> NewUserAsync() => _services.GetRequiredService<IAccounts>().CreateAsync(
        id => new() { Id = id, Username = "ann", Email = Email, DateJoined = _time.GetUtcNow(), SecurityStamp = "" }, Ct);

    private sealed class FlakyMailer : IMailer
    {
        public bool IsAway { get; set; }

        public List<MailMessage> Sent { get; } = [];

        public Task SendAsync(MailMessage message, CancellationToken ct)
        {
            if (IsAway)
            {
                throw new MailException("The mail server didn't take the mail.");
            }

            Sent.Add(message);
            return Task.CompletedTask;
        }
    }
}
