using System.Globalization;

namespace CvatServerless.Domain.Filtering;

/// <summary>What clients may do with a field. A field without any use is internal: policies filter by it, clients can't name it.</summary>
[Flags]
public enum FieldUses
{
    /// <summary>Internal.</summary>
    None = 0,

    /// <summary>In the JSON filter.</summary>
    Filter = 1,

    /// <summary>In <c>sort</c>.</summary>
    Sort = 2,

    /// <summary>Looked through by <c>search</c>.</summary>
    Search = 4,

    /// <summary>As a query parameter of its own.</summary>
    Simple = 8,

    /// <summary>JSON filter and sort.</summary>
    Listed = Filter | Sort,
}

/// <summary>A field of rows of type <typeparamref name="T"/>.</summary>
public abstract class Field<T>(string name, FieldUses uses)
{
    /// <summary>Its name in queries.</summary>
    public string Name => name;

    /// <summary>What clients may do with it.</summary>
    public FieldUses Uses => uses;

    /// <summary>What a literal must be, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Brings a literal (<c>string</c>, <c>long</c>, <c>double</c>, <c>bool</c>) to the field's type, or null where it doesn't fit.</summary>
    public abstract object? Coerce(object literal);

    /// <summary>Reads a query parameter; null with a message where it can't be read; null without one where it is to be ignored.</summary>
    public abstract object? ParseSimple(string text, out string? error);

    /// <summary>Compiles a comparison, range, membership, containment or presence of this field.</summary>
    internal abstract Func<T, bool> Compile(FilterNode node);

    /// <summary>An empty column of sort keys.</summary>
    internal abstract SortColumn<T> Column();

    /// <summary>Whether the value contains a text without regard to case; only for texts.</summary>
    internal virtual bool Matches(T row, string term) => false;

    /// <summary>A node that this field can't be asked for.</summary>
    protected InvalidOperationException Unsupported(FilterNode node) => new($"{GetType().Name} '{name}' can't be asked for {node.GetType().Name}.");
}

/// <summary>A field whose values have an order and are kept as 64-bit keys: whole numbers, moments, booleans.</summary>
public sealed class KeyField<T>(string name, FieldUses uses, KeyKind kind, Func<T, long?> get) : Field<T>(name, uses)
{
    /// <inheritdoc/>
    public override string TypeName => kind switch { KeyKind.Int => "a whole number", KeyKind.Date => "an ISO 8601 date", _ => "a boolean" };

    /// <inheritdoc/>
    public override object? Coerce(object literal) => kind switch
    {
        KeyKind.Int => literal switch
        {
            long number => number,
            double number when number == Math.Floor(number) && Math.Abs(number) < 1e15 => (long)number,
            string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        },
        KeyKind.Date => literal is string text && DateKeys.TryParse(text, out var ticks) ? ticks : null,
        _ => literal switch
        {
            bool value => value ? 1L : 0L,
            string text when bool.TryParse(text, out var value) => value ? 1L : 0L,
            long number and (0 or 1) => number,
            _ => null,
        },
    };

    /// <inheritdoc/>
    public override object? ParseSimple(string text, out string? error)
    {
        var value = Coerce(kind == KeyKind.Bool && text is "1" or "0" ? (object)long.Parse(text, CultureInfo.InvariantCulture) : text);
        error = value is not null || kind == KeyKind.Bool ? null : kind == KeyKind.Int ? "Enter a number." : "Enter a valid date/time.";
        return value;
    }

    internal override Func<T, bool> Compile(FilterNode node)
    {
        switch (node)
        {
            case CompareNode compare:
                return Compile(compare.Operator, (long)compare.Value);
            case RangeNode range:
                var (from, to) = ((long)range.From, (long)range.To);
                return row => get(row) is { } value && value >= from && value <= to;
            case InNode { Values: var values }:
                var set = values.Select(value => (long)value).ToHashSet();
                return row => get(row) is { } value && set.Contains(value);
            case IsSetNode:
                return row => get(row) is not null;
            default:
                throw Unsupported(node);
        }
    }

    internal override SortColumn<T> Column() => new KeyColumn<T>(get);

    // A lifted comparison with null is false, which is what the contract asks.
    private Func<T, bool> Compile(FilterOperator comparison, long value) => comparison switch
    {
        FilterOperator.Equal => row => get(row) == value,
        FilterOperator.Less => row => get(row) < value,
        FilterOperator.LessOrEqual => row => get(row) <= value,
        FilterOperator.Greater => row => get(row) > value,
        _ => row => get(row) >= value,
    };
}

/// <summary>What a 64-bit key stands for.</summary>
public enum KeyKind
{
    /// <summary>Itself.</summary>
    Int,

    /// <summary>UTC ticks.</summary>
    Date,

    /// <summary>0 or 1.</summary>
    Bool,
}

/// <summary>A text, or one of some words.</summary>
/// <param name="name">Its name in queries.</param>
/// <param name="uses">What clients may do with it.</param>
/// <param name="get">Reads it.</param>
/// <param name="choices">The words that a query parameter may have; null: any text.</param>
public sealed class TextField<T>(string name, FieldUses uses, Func<T, string?> get, IReadOnlyList<string>? choices = null) : Field<T>(name, uses)
{
    /// <inheritdoc/>
    public override string TypeName => "a text";

    /// <inheritdoc/>
    public override object? Coerce(object literal) => literal switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <inheritdoc/>
    public override object? ParseSimple(string text, out string? error)
    {
        error = choices is null || choices.Contains(text) ? null : $"Select a valid choice. {text} is not one of the available choices.";
        return error is null ? text : null;
    }

    internal override Func<T, bool> Compile(FilterNode node)
    {
        switch (node)
        {
            case CompareNode compare:
                return Compile(compare.Operator, (string)compare.Value);
            case RangeNode range:
                var (from, to) = ((string)range.From, (string)range.To);
                return row => get(row) is { } value && string.CompareOrdinal(value, from) >= 0 && string.CompareOrdinal(value, to) <= 0;
            case InNode { Values: var values }:
                var set = values.Select(value => (string)value).ToHashSet(StringComparer.Ordinal);
                return row => get(row) is { } value && set.Contains(value);
            case ContainsNode { Text: var part }:
                return row => get(row) is { } value && value.Contains(part, StringComparison.Ordinal);
            case IsSetNode:
                return row => get(row) is not null;
            default:
                throw Unsupported(node);
        }
    }

    internal override SortColumn<T> Column() => new TextColumn<T>(get);

    internal override bool Matches(T row, string term) => get(row) is { } value && value.Contains(term, StringComparison.OrdinalIgnoreCase);

    private Func<T, bool> Compile(FilterOperator comparison, string value) => comparison switch
    {
        FilterOperator.Equal => row => string.Equals(get(row), value, StringComparison.Ordinal),
        FilterOperator.Less => row => get(row) is { } text && string.CompareOrdinal(text, value) < 0,
        FilterOperator.LessOrEqual => row => get(row) is { } text && string.CompareOrdinal(text, value) <= 0,
        FilterOperator.Greater => row => get(row) is { } text && string.CompareOrdinal(text, value) > 0,
        _ => row => get(row) is { } text && string.CompareOrdinal(text, value) >= 0,
    };
}

/// <summary>Moments as sort keys.</summary>
internal static class DateKeys
{
    /// <summary>Reads an ISO 8601 date or time (UTC where it names no zone) as UTC ticks.</summary>
    public static bool TryParse(string text, out object ticks)
    {
        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        var isDate = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var date);
        ticks = date.UtcTicks;
        return isDate;
    }
}
