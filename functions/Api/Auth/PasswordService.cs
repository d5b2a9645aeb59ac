using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Http.Throttling;
using CvatServerless.Functions.Orchestrations.SendPasswordLink;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>New passwords: by the old one, or by a link in a mail. Either ends every session and API key of the account.</summary>
public sealed class PasswordService(
    IAccounts accounts, ISessions sessions, Passwords passwords, FailedSignIns failures, IMailer mailer, TimeProvider time)
{
    private const int TokenBytes = 32;
    private const int StampBytes = 16;
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenMails = TimeSpan.FromMinutes(1);

    /// <summary>Replaces the actor's own password.</summary>
    /// <exception cref="CvatException">403: not with a token; 400: the old password is wrong; 429: it was wrong too often.</exception>
    internal async Task ChangeAsync(HttpRequest req, PasswordChange change, CancellationToken ct)
    {
        var actor = req.Actor();
        var user = await accounts.FindAsync(actor.UserId, ct) ?? throw CvatException.Unauthenticated();
        if (!await failures.TryAsync(req.HttpContext, user, user.Username, () => passwords.IsRight(user, change.OldPassword), ct))
        {
            throw CvatException.Field("old_password", "Your old password was entered incorrectly. Please enter it again.");
        }

        var hash = passwords.Hash(change.NewPassword);
        await accounts.UpdateAsync(user.Id, read => With(read, hash), ct);
        await sessions.DeleteAllAsync(user.Id, apiKeysOnly: false, ct);
    }

    /// <summary>Refuses credentials that may not change a password, before anything else is said.</summary>
    /// <exception cref="CvatException">403.</exception>
    internal static void RequirePasswordCredential(Actor actor)
    {
        if (actor.Credential is Credential.AccessToken or Credential.OpenId)
        {
            throw CvatException.Forbidden();
        }
    }

    /// <summary>Mails a link to the account of an address, where there is one that has had none in the last minute.</summary>
    /// <exception cref="MailException">It could not be handed over.</exception>
    internal async Task SendLinkAsync(PasswordLinkRequest request, CancellationToken ct)
    {
        var user = await accounts.FindByNameAsync(request.Email, ct);
        if (user is not { IsActive: true, ExternalId: null } || !user.Email.Equals(request.Email, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        // One that was asked for at the same moment is an earlier attempt at this one, whose mail may not have left.
        var asked = new DateTimeOffset(DateTime.SpecifyKind(request.Asked, DateTimeKind.Utc));
        var last = user.PasswordReset;
        var isRepeated = last?.AskedDate == asked;
        if (!isRepeated && asked - last?.SentDate < BetweenMails)
        {
            return;
        }

        var now = time.GetUtcNow();
        var token = Passwords.RandomSecret(TokenBytes);
        await accounts.UpdateAsync(user.Id, read => read with { PasswordReset = Reset(read.PasswordReset) }, ct);
        var link = request.Link.Replace(PasswordLinkRequest.Parameters, string.Create(CultureInfo.InvariantCulture, $"uid={user.Id}&token={token}"), StringComparison.Ordinal);
        await mailer.SendAsync(new(user.Email, "Your new CvatServerless password", Text(user, link)), ct);

        // Only a mail that has left keeps the next one back.
        var sent = time.GetUtcNow();
        await accounts.UpdateAsync(user.Id, read => read.PasswordReset?.AskedDate == asked ? read with { PasswordReset = read.PasswordReset with { SentDate = sent } } : read, ct);

        PasswordReset Reset(PasswordReset? old) =>
            new(Authenticator.Hash(token), SentDate: null, now + LinkLife) { AskedDate = asked, EarlierTokenHash = isRepeated ? old?.TokenHash : null };
    }

    /// <summary>Sets the password that follows a link; the link works once.</summary>
    /// <exception cref="CvatException">400: the link is wrong, used or too old.</exception>
    internal async Task ConfirmAsync(PasswordResetConfirm confirm, CancellationToken ct)
    {
        if (!int.TryParse(confirm.UserId, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw CvatException.Field("uid", "Invalid value");
        }

        var tokenHash = Authenticator.Hash(confirm.Token);
        var known = await accounts.FindAsync(id, ct);
        if (known is null)
        {
            throw Invalid();
        }

        RequireOpen(known, tokenHash); // before the costly hash
        var hash = passwords.Hash(confirm.NewPassword);

        // Checked again on what is stored: of two that follow the link at the same time, one comes too late.
        _ = await accounts.UpdateAsync(id, read => With(RequireOpen(read, tokenHash), hash), ct) ?? throw Invalid();
        await sessions.DeleteAllAsync(id, apiKeysOnly: false, ct);
    }

    private static User With(User user, string passwordHash) =>
        user with { PasswordHash = passwordHash, SecurityStamp = Passwords.RandomSecret(StampBytes), PasswordReset = null };

    private static CvatException Invalid() => CvatException.Field("token", "Invalid value");

    private static string Text(User user, string link) =>
        $"""
        Hello {user.Username},

        somebody asked for a new password of your account. To choose one, open this within an hour:

        {link}

        If it wasn't you, there is nothing to do: your password stays as it is.

        """;

    private User RequireOpen(User user, string tokenHash)
    {
        var isOpen = user is { IsActive: true, PasswordReset: { } reset } && time.GetUtcNow() < reset.Expires
            && (IsSame(reset.TokenHash, tokenHash) || (reset.EarlierTokenHash is { } earlier && IsSame(earlier, tokenHash)));
        return isOpen ? user : throw Invalid();
    }

    private static bool IsSame(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(one), Encoding.ASCII.GetBytes(other));
}
