using System.Text;

namespace CvatServerless.Domain.CloudStorages;

/// <summary>Keys of objects as clients name them.</summary>
public static class CloudKeys
{
    private const int MaxBytes = 1024;

    /// <summary>
    /// Whether a client may name an object so: at most 1,024 bytes, no slash at the beginning, no segment that is empty, <c>.</c> or <c>..</c> (percent-encoded ones included)
    /// and no control characters. A slash at the end makes it a folder.
    /// </summary>
    public static bool IsSafe(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > 0 && Encoding.UTF8.GetByteCount(key) <= MaxBytes && !key.Any(char.IsControl) && IsRelative(key) && IsRelative(Uri.UnescapeDataString(key));
    }

    /// <summary>The folder of a key with its slash at the end; empty at the top.</summary>
    public static string FolderOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..(key.LastIndexOf('/') + 1)];
    }

    /// <summary>Whether an object may be opened: <see cref="IsSafe"/>, and no folder.</summary>
    public static bool IsObject(string key) => IsSafe(key) && !key.EndsWith('/');

    /// <summary>Whether a key lies within what the storage's owner has limited it to (<see cref="CloudAttributes.Prefix"/>).</summary>
    public static bool IsWithin(CloudStorage storage, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(PrefixOf(storage), StringComparison.Ordinal);
    }

    /// <summary>Whether others than its owner may read a manifest of a storage: it lies within, or its owner has named it.</summary>
    public static bool IsManifest(CloudStorage storage, string key) => IsObject(key) && (IsWithin(storage, key) || storage.Manifests.Contains(key));

    /// <summary>What the keys of a storage begin with; empty: it is not limited.</summary>
    public static string PrefixOf(CloudStorage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        return CloudAttributes.Parse(storage.SpecificAttributes).Prefix ?? "";
    }

    private static bool IsRelative(string key) => !key.StartsWith('/') && !key.Contains("//", StringComparison.Ordinal) && !key.Split('/', '\\').Any(segment => segment is "." or "..");
}
