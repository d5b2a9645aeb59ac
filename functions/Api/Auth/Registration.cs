using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Server;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>Makes accounts.</summary>
public sealed class Registration(IAccounts accounts, Passwords passwords, ServerLog serverLog, ServerOptions options, TimeProvider time)
{
    private const int StampBytes = 16;

    /// <summary>Makes an ordinary account, or takes over the one that an invitation made for the mail address: invited people may always register.</summary>
    /// <exception cref="CvatException">400: name or mail address is taken; 403: strangers may not register.</exception>
    internal async Task<User> RegisterAsync(RegisterRequest request, CancellationToken ct)
    {
        if (!options.RegistrationOpen && await InvitedAsync(request.Email, ct) is null)
        {
            throw CvatException.Forbidden("Registration is closed on this server. Please ask its administrator for an account.");
        }

        try
        {
            var user = await TakeOverAsync(request, ct) ?? await CreateAsync(request, ["user"], "registration", ct);
            await serverLog.FollowAccountsAsync(user.Id, ct);
            return user;
        }
        catch (AccountTakenException e)
        {
            throw e.Field == "email"
                ? CvatException.Field("email", "A user is already registered with this e-mail address.")
                : CvatException.Field("username", "A user with that username already exists.");
        }
    }

    /// <summary>
    /// Makes the first administrator where there is no account at all; returns the password where it had to be invented, so that it can be shown once.
    /// </summary>
    internal async Task<string?> EnsureAdministratorAsync(CancellationToken ct)
    {
        if ((await accounts.AllAsync(ct)).Count > 0)
        {
            return null;
        }

        var password = options.AdminPassword ?? Passwords.RandomSecret(12);
        try
        {
            await CreateAsync(new(options.AdminUsername, options.AdminEmail, "", "", password), ["admin"], null, ct);
        }
        catch (AccountTakenException)
        {
            return null; // another process was faster
        }

        return options.AdminPassword is null ? password : null;
    }

    /// <summary>Nobody has shown yet that they are this person.</summary>
    private static bool IsFree(User user) => user is { IsPlaceholder: true, PasswordHash: null, ExternalId: null };

    private async Task<User?> InvitedAsync(string email, CancellationToken ct) =>
        (await accounts.AllAsync(ct)).FirstOrDefault(user => IsFree(user) && string.Equals(user.Email, email, StringComparison.OrdinalIgnoreCase));

    private async Task<User?> TakeOverAsync(RegisterRequest request, CancellationToken ct)
    {
        if (await InvitedAsync(request.Email, ct) is not { } invited)
        {
            return null;
        }

        var hash = passwords.Hash(request.Password);
        return await accounts.UpdateAsync(
            invited.Id,
            user => IsFree(user) ? user with
            {
                Username = request.Username,
                FirstName = request.FirstName,
                LastName = request.LastName,
                PasswordHash = hash,
                IsPlaceholder = false,
                DateJoined = time.GetUtcNow(),
                SecurityStamp = Passwords.RandomSecret(StampBytes),
            } : throw new AccountTakenException("email"),
            ct);
    }

    private Task<User> CreateAsync(RegisterRequest request, IReadOnlyList<string> groups, string? createdVia, CancellationToken ct)
    {
        var user = new User
        {
            Id = 0,
            Username = request.Username,
            Email = request.Email,
            FirstName = request.FirstName,
            LastName = request.LastName,
            PasswordHash = passwords.Hash(request.Password),
            Groups = groups,
            DateJoined = time.GetUtcNow(),
            CreatedVia = createdVia,
            SecurityStamp = Passwords.RandomSecret(StampBytes),
        };
        return accounts.CreateAsync(id => user with { Id = id }, ct);
    }
}
