using System.Text;
using System.Text.RegularExpressions;

namespace CvatServerless.Domain.Sources;

/// <summary>
/// A pattern for paths as Python's fnmatch reads it: <c>*</c> is any text, also across <c>/</c>, <c>?</c> one character, <c>[a-c]</c> one of these and <c>[!a-c]</c> one of
/// the others. Case counts. Source: contract-data.md §1.5, Traps 32.
/// </summary>
public sealed class FilePattern
{
    private readonly Regex _regex;

    private FilePattern(Regex regex, string prefix) => (_regex, LiteralPrefix) = (regex, prefix);

    /// <summary>How every match begins: the text before the first character that stands for others.</summary>
    public string LiteralPrefix { get; }

    /// <summary>Reads a pattern; every text is one: a bracket that is not closed stands for itself.</summary>
    public static FilePattern Parse(string pattern)
    {
        var first = pattern.AsSpan().IndexOfAny('*', '?', '[');
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*':
                    regex.Append(".*");
                    break;
                case '?':
                    regex.Append('.');
                    break;
                case '[' when EndOfSet(pattern, i) is { } end:
                    AppendSet(regex, pattern.AsSpan(i + 1, end - i - 1));
                    i = end;
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }

        // Without backtracking: a pattern of a user must not take longer than the path is long.
        var options = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant;
        return new(new Regex(regex.Append(@"\z").ToString(), options), first < 0 ? pattern : pattern[..first]);
    }

    /// <summary>Whether a whole path matches.</summary>
    public bool Matches(string path) => _regex.IsMatch(path);

    /// <summary>Where the set that begins at <paramref name="start"/> ends; a <c>]</c> at its beginning is one of its characters.</summary>
    private static int? EndOfSet(string pattern, int start)
    {
        var from = start + 1 < pattern.Length && pattern[start + 1] == '!' ? start + 2 : start + 1;
        var end = from + 1 < pattern.Length ? pattern.IndexOf(']', from + 1) : -1;
        return end < 0 ? null : end;
    }

    private static void AppendSet(StringBuilder regex, ReadOnlySpan<char> set)
    {
        var isNegated = set[0] == '!';
        var ranges = new StringBuilder();
        for (var i = isNegated ? 1 : 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            var (from, to) = (set[i], set[isRange ? i + 2 : i]);
            if (to >= from)
            {
                ranges.Append(Hex(from)).Append('-').Append(Hex(to));
            }

            i += isRange ? 2 : 0;
        }

        // A set of ranges that run backwards holds nothing.
        regex.Append(ranges.Length > 0 ? $"[{(isNegated ? "^" : "")}{ranges}]" : isNegated ? "." : @"[^\s\S]");
    }

    private static string Hex(char c) => $@"\u{(int)c:X4}";
}
