using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Identity;
using Microsoft.AspNetCore.Identity;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Hashes and checks passwords (PBKDF2 by the framework). A check that succeeded is remembered for a while under a keyed hash, because clients with
/// <c>Authorization: Basic</c> repeat it in every call.
/// </summary>
public sealed class Passwords(TimeProvider time)
{
    private const int MaxRemembered = 1024;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    private readonly PasswordHasher<User> _hasher = new();
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _right = new(StringComparer.Ordinal);
    private readonly Lazy<string> _decoy = new(() => new PasswordHasher<User>().HashPassword(null!, RandomSecret(16)));

    /// <summary>What is stored.</summary>
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether the account has this password. An unknown account takes as long as a known one.</summary>
    public bool IsRight(User? user, string password)
    {
        if (user?.PasswordHash is not { } hash)
        {
            _hasher.VerifyHashedPassword(null!, _decoy.Value, password);
            return false;
        }

        if (IsRemembered(user, password))
        {
            return true;
        }

        if (_hasher.VerifyHashedPassword(null!, hash, password) == PasswordVerificationResult.Failed)
        {
            return false;
        }

        if (_right.Count >= MaxRemembered)
        {
            _right.Clear();
        }

        _right[KeyOf(user, password)] = time.GetUtcNow() + Memory;
        return true;
    }

    /// <summary>Whether the password was found right a short while ago: then no attempt at guessing is made.</summary>
    public bool IsRemembered(User? user, string password) =>
        user?.PasswordHash is not null && _right.TryGetValue(KeyOf(user, password), out var until) && time.GetUtcNow() < until;

    private string KeyOf(User user, string password) =>
        Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{user.Id}\n{user.PasswordHash}\n{password}")));

    /// <summary>A secret of <paramref name="bytes"/> random bytes in hexadecimal.</summary>
    public static string RandomSecret(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));
}
