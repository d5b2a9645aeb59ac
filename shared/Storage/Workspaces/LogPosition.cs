using System.Globalization;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// A place in the change log: wall-clock milliseconds, a counter within the millisecond, and the process that wrote. As text it has a fixed
/// length (<see cref="TextLength"/>) and its ordinal order is this order.
/// </summary>
internal readonly record struct LogPosition(long Millis, ushort Counter, uint Node) : IComparable<LogPosition>
{
    /// <summary>Characters of <see cref="ToString"/>.</summary>
    public const int TextLength = 14 + 1 + 4 + 1 + 8;

    /// <summary>Its wall-clock time.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(Millis);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    /// <summary>Before everything that is written at a moment or later.</summary>
    public static LogPosition Before(DateTimeOffset moment) => new(Math.Max(0, moment.ToUnixTimeMilliseconds()), 0, 0);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static LogPosition Parse(ReadOnlySpan<char> text) =>
        text.Length == TextLength && text[14] == '-' && text[19] == '-'
            ? new(
                long.Parse(text[..14], NumberStyles.None, CultureInfo.InvariantCulture),
                ushort.Parse(text[15..19], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                uint.Parse(text[20..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
            : throw new FormatException($"'{text}' is no place in a change log.");

    /// <inheritdoc/>
    public int CompareTo(LogPosition other)
    {
        var order = Millis.CompareTo(other.Millis);
        order = order != 0 ? order : Counter.CompareTo(other.Counter);
        return order != 0 ? order : Node.CompareTo(other.Node);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Millis:D14}-{Counter:x4}-{Node:x8}");
}
