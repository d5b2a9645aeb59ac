namespace CvatServerless.Domain.Identity;

/// <summary>The accounts. Names and mail addresses are unique without regard to case, also among writers at the same time.</summary>
public interface IAccounts
{
    /// <summary>An account, active or not, or null. Cached for at most a few seconds.</summary>
    Task<User?> FindAsync(int id, CancellationToken ct);

    /// <summary>The account with this name or, where no name matches, this mail address; without regard to case.</summary>
    Task<User?> FindByNameAsync(string usernameOrEmail, CancellationToken ct);

    /// <summary>The account of this <see cref="User.ExternalId"/>, or null.</summary>
    Task<User?> FindByExternalIdAsync(string externalId, CancellationToken ct);

    /// <summary>All accounts, in no order. A projection in memory, brought up to date like the workspaces' (own writes are visible).</summary>
    Task<IReadOnlyList<User>> AllAsync(CancellationToken ct);

    /// <summary>Stores a new account; <paramref name="make"/> gets its id.</summary>
    /// <exception cref="AccountTakenException">The name or the mail address belongs to somebody.</exception>
    Task<User> CreateAsync(Func<int, User> make, CancellationToken ct);

    /// <summary>Changes an account, read afresh for every attempt; returns what was stored, or null where there is none.</summary>
    /// <exception cref="AccountTakenException">The new name or mail address belongs to somebody.</exception>
    Task<User?> UpdateAsync(int id, Func<User, User> change, CancellationToken ct);

    /// <summary>
    /// The same where the other accounts have a say: <paramref name="change"/> gets them all, and what it returns is only stored while they are as it saw them.
    /// </summary>
    /// <exception cref="AccountTakenException">The new name or mail address belongs to somebody.</exception>
    /// <exception cref="Ports.StoreConflictException">Accounts change too fast.</exception>
    Task<User?> UpdateAsync(int id, Func<User, IReadOnlyList<User>, User> change, CancellationToken ct);

    /// <summary>Removes an account with its names, sessions and tokens; true where there was one.</summary>
    Task<bool> DeleteAsync(int id, CancellationToken ct);
}

/// <summary>Browser sessions and API keys, by the SHA-256 of their secret (lower-case hexadecimal).</summary>
public interface ISessions
{
    /// <summary>A session, expired or not, or null.</summary>
    Task<Session?> FindAsync(string secretHash, CancellationToken ct);

    /// <summary>Stores or replaces a session.</summary>
    Task SaveAsync(string secretHash, Session session, CancellationToken ct);

    /// <summary>Ends a session.</summary>
    Task DeleteAsync(string secretHash, CancellationToken ct);

    /// <summary>Ends every session of a user: all of them, or the API keys alone.</summary>
    Task DeleteAllAsync(int userId, bool apiKeysOnly, CancellationToken ct);
}

/// <summary>Personal access tokens.</summary>
public interface IAccessTokens
{
    /// <summary>A token by the SHA-256 of its value (lower-case hexadecimal), revoked and expired ones included, or null.</summary>
    Task<AccessToken?> FindByHashAsync(string valueHash, CancellationToken ct);

    /// <summary>A user's tokens, revoked and expired ones included, by id.</summary>
    Task<IReadOnlyList<AccessToken>> OfUserAsync(int userId, CancellationToken ct);

    /// <summary>
    /// Stores a new token; <paramref name="make"/> gets its id and the user's tokens, and what it returns is only stored while no other one was added. Called again for
    /// every attempt; what it throws is passed on.
    /// </summary>
    /// <exception cref="Ports.StoreConflictException">Tokens of the user are made too fast.</exception>
    Task<AccessToken> CreateAsync(int userId, Func<int, IReadOnlyList<AccessToken>, AccessToken> make, CancellationToken ct);

    /// <summary>Changes one of a user's tokens, read afresh for every attempt; null where there is none.</summary>
    Task<AccessToken?> UpdateAsync(int userId, int id, Func<AccessToken, AccessToken> change, CancellationToken ct);
}

/// <summary>A name or mail address that belongs to somebody else.</summary>
/// <param name="fieldName"><c>username</c>, <c>email</c> or <c>external_id</c>.</param>
public sealed class AccountTakenException(string fieldName) : Exception($"The {fieldName} is taken.")
{
    /// <summary><c>username</c>, <c>email</c> or <c>external_id</c>.</summary>
    public string Field => fieldName;
}
