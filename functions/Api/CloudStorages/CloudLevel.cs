using CvatServerless.Functions.Api.Server;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>
/// The level of a bucket that a request looks at, within the prefix that the storage is limited to (contract-data.md §5.4).
/// </summary>
/// <param name="Prefix">What keys must begin with.</param>
/// <param name="Fixed">The whole answer, where the bucket need not be asked: the way to the storage's prefix, or nothing.</param>
internal sealed record CloudLevel(string Prefix, IReadOnlyList<FileRead>? Fixed = null)
{
    /// <summary>The folder that names are relative to: the prefix up to its last slash.</summary>
    public string Base => Prefix[..(Prefix.LastIndexOf('/') + 1)];

    /// <summary>Finds it.</summary>
    /// <param name="asked">The request's prefix; null: none.</param>
    /// <param name="limit">The storage's prefix; empty: none.</param>
    public static CloudLevel Of(string? asked, string limit)
    {
        if (asked is null || asked.StartsWith(limit, StringComparison.Ordinal))
        {
            return new(asked ?? limit);
        }

        if (!limit.StartsWith(asked, StringComparison.Ordinal))
        {
            return new(asked, []);
        }

        var level = new CloudLevel(asked);
        var next = limit[level.Base.Length..];
        return next.IndexOf('/') is >= 0 and var slash ? level with { Fixed = [FileRead.OfFolder(next[..slash])] } : new(limit);
    }

    /// <summary>How an object shows at this level: itself, or the folder that it is in; null where it doesn't.</summary>
    public FileRead? EntryOf(string key)
    {
        if (!key.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var name = key[Base.Length..];
        return name.IndexOf('/') is >= 0 and var slash ? FileRead.OfFolder(name[..slash]) : FileRead.OfFile(name);
    }
}
