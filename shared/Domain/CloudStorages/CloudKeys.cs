using System.Text;

namespace CvatServerless.Domain.CloudStorages;

/// <summary>Keys of objects as clients name them.</summary>
public static class CloudKeys
{
    private const int MaxBytes = 1024;

    /// <summary>
    /// Whether a client may name an object so: at most 1,024 bytes, no slash at the beginning, no segment <c>.</c> or <c>..</c> (percent-encoded ones included) and no control
    /// characters.
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

    private static bool IsRelative(string key) => !key.StartsWith('/') && !key.Split('/', '\\').Any(segment => segment is "." or "..");
}
