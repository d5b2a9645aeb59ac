using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>Makes accounts.</summary>
public sealed class Registration(IAccounts accounts, Passwords passwords, ServerOptions options, TimeProvider time)
{
    private const int StampBytes = 16;

    /// <summary>Passes where strangers may register.</summary>
    /// <exception cref="CvatException">403.</exception>
    internal void RequireOpen()
    {
        if (!options.RegistrationOpen)
        {
            throw CvatException.Forbidden("Registration is closed on this server. Please ask its administrator for an account.");
        }
    }

    /// <summary>Makes an ordinary account.</summary>
    /// <exception cref="CvatException">400: name or mail address is taken.</exception>
    internal async Task<User> RegisterAsync(RegisterRequest request, CancellationToken ct)
    {
        try
        {
            return await CreateAsync(request, ["user"], "registration", ct);
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
