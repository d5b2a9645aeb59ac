using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Identity;

/// <summary>
/// The rows of the table <c>users</c>, all in one partition so that an account and its names change in one transaction: <c>user:{id}</c> (the account),
/// <c>name:{…}</c>, <c>email:{…}</c> and <c>external:{…}</c> (who has it), <c>version</c> (replaced by every change: says whether a copy in memory is still current).
/// </summary>
internal static class UserRows
{
    /// <summary>The table.</summary>
    public const string Table = "users";

    /// <summary>The partition.</summary>
    public const string Partition = "id";

    /// <summary>The row that changes with every other one.</summary>
    public const string Version = "version";

    /// <summary>How the rows of accounts begin.</summary>
    public const string Prefix = "user:";

    /// <summary>The row of an account.</summary>
    public static string Of(int id) => Prefix + Domain.Workspaces.EntityKey.Of(id);

    /// <summary>The row that claims a user name.</summary>
    public static string OfName(string name) => "name:" + Escape(name);

    /// <summary>The row that claims a mail address.</summary>
    public static string OfEmail(string email) => "email:" + Escape(email);

    /// <summary>The row that claims an identity at a provider; hashed, because it may be longer than a key.</summary>
    public static string OfExternalId(string externalId) => "external:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(externalId)));

    /// <summary>The claims of an account, with the field that each is of.</summary>
    public static IEnumerable<(string Row, string Field)> ClaimsOf(User user)
    {
        yield return (OfName(user.Username), "username");
        if (user.Email.Length > 0)
        {
            yield return (OfEmail(user.Email), "email");
        }

        if (user.ExternalId is { } external)
        {
            yield return (OfExternalId(external), "external_id");
        }
    }

    /// <summary>Reads an account.</summary>
    public static User Read(TableRow row) =>
        JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.User) ?? throw new InvalidDataException($"The row '{row.Row}' is empty.");

    /// <summary>Writes an account.</summary>
    public static byte[] Write(User user) => JsonSerializer.SerializeToUtf8Bytes(user, DomainJson.Default.User);

    /// <summary>Marks the table as changed.</summary>
    public static UpsertRow NextVersion() => new(Version, NewVersion());

    /// <summary>The same, only where it has not changed since <paramref name="read"/>.</summary>
    public static ReplaceRow VersionAfter(TableRow read) => new(Version, NewVersion(), read.ETag);

    /// <summary>The version that a row tells; none: empty.</summary>
    public static string VersionOf(TableRow? row) => row is null ? "" : Encoding.ASCII.GetString(row.Body.Span);

    private static byte[] NewVersion() => Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N"));

    // Names may hold anything; a key may not. Lower case without a culture, as the comparison of names is.
    private static string Escape(string name) => Uri.EscapeDataString(name.ToLowerInvariant()).Replace('%', '!');
}
