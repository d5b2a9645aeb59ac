using System.Text;

namespace CvatServerless.Media.Archives;

/// <summary>Names inside archives, made safe. Backslashes count as separators.</summary>
public static class EntryNames
{
    /// <summary>Longest name, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>
    /// The name with <c>/</c> as separator and without <c>.</c> segments, or null with the <paramref name="complaint"/> when it is empty, absolute,
    /// climbs out, is too long or has control characters. Nothing is silently repaired: an archive that tries to climb out is refused whole.
    /// </summary>
    public static string? Normalize(string name, out string? complaint)
    {
        ArgumentNullException.ThrowIfNull(name);
        complaint = Complaint(name);
        if (complaint is not null)
        {
            return null;
        }

        if (!name.Contains('\\') && !name.Contains("./", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal))
        {
            return name;
        }

        var isDirectory = name[^1] is '/' or '\\';
        var segments = name.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".").ToList();
        var joined = string.Join('/', segments);
        complaint = joined.Length == 0 ? "has an entry with an empty name" : null;
        return complaint is null ? (isDirectory ? joined + "/" : joined) : null;
    }

    /// <summary>Files that archivers leave behind and that are never media. Source: contract-data §1.7.</summary>
    public static bool IsIgnored(string name) =>
        name.Contains("__MACOSX", StringComparison.Ordinal) || name.Contains(".DS_Store", StringComparison.Ordinal);

    private static string? Complaint(string name)
    {
        if (name.Length == 0)
        {
            return "has an entry with an empty name";
        }

        if (Encoding.UTF8.GetByteCount(name) > MaxBytes)
        {
            return $"has an entry with a name of more than {MaxBytes} bytes";
        }

        if (name.AsSpan().ContainsAnyInRange('\0', '\x1F') || name.AsSpan().ContainsAnyInRange('\x7F', '\x9F'))
        {
            return "has an entry with control characters in its name";
        }

        if (name[0] is '/' or '\\' || (name.Length >= 2 && name[1] == ':' && char.IsAsciiLetter(name[0])))
        {
            return $"has an entry with an absolute path: '{name}'";
        }

        foreach (var segment in name.AsSpan().SplitAny('/', '\\'))
        {
            if (name.AsSpan(segment).Trim() is "..")
            {
                return $"has an entry that climbs out of the archive: '{name}'";
            }
        }

        return null;
    }
}
