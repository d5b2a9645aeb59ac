using System.Text;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Tasks;

/// <summary>Names of uploaded files, reduced to safe relative paths. Source: contract-data.md, Decisions 4.</summary>
public static class UploadName
{
    /// <summary>Bytes of a name in UTF-8.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The last part of a path, whichever separator the client's system uses.</summary>
    public static string Base(string name) => Reduce(name[(name.LastIndexOfAny(['/', '\\']) + 1)..]);

    /// <summary>The path with <c>/</c> as its separator, without empty parts, <c>.</c> and <c>..</c>.</summary>
    /// <exception cref="CvatException">400: nothing is left, it is too long, holds control characters or begins like a drive (such a name counts as absolute everywhere).</exception>
    public static string Reduce(string name)
    {
        if (name.Any(char.IsControl))
        {
            throw CvatException.Rule("File names with control characters are not accepted.");
        }

        var parts = name.Split('/', '\\').Where(part => part.Length > 0 && part.Trim('.', ' ').Length > 0 && !IsDrive(part));
        var reduced = string.Join('/', parts);
        if (reduced.Length > 1 && IsDrive(reduced[..2]))
        {
            throw CvatException.Rule($"'{reduced}' can't be used as a file name: it begins like the name of a drive.");
        }

        if (reduced.Length == 0)
        {
            throw CvatException.Rule("A file name is empty.");
        }

        return Encoding.UTF8.GetByteCount(reduced) <= MaxBytes ? reduced : throw CvatException.Rule($"File names are limited to {MaxBytes} bytes.");
    }

    private static bool IsDrive(string part) => part.Length == 2 && part[1] == ':' && char.IsAsciiLetter(part[0]);
}
