namespace CvatServerless.Domain.Filtering;

/// <summary>How a field is compared with a value.</summary>
public enum FilterOperator
{
    /// <summary>The same.</summary>
    Equal,

    /// <summary>Smaller.</summary>
    Less,

    /// <summary>Smaller or the same.</summary>
    LessOrEqual,

    /// <summary>Greater.</summary>
    Greater,

    /// <summary>Greater or the same.</summary>
    GreaterOrEqual,
}

/// <summary>
/// A condition on a row. Values are <c>long</c>, <c>string</c>, <c>bool</c> or <c>DateTimeOffset</c>, as the field's type asks. A field without a value meets no
/// comparison, and a negation is met exactly where its inside is not.
/// </summary>
public abstract record FilterNode
{
    /// <summary>Every row.</summary>
    public static readonly FilterNode True = new AllNode([]);

    /// <summary>Both.</summary>
    public FilterNode And(FilterNode other) =>
        ReferenceEquals(other, True) ? this : ReferenceEquals(this, True) ? other : new AllNode([this, other]);

    /// <summary>At least one.</summary>
    public static FilterNode Or(params IReadOnlyList<FilterNode> nodes) => new AnyNode(nodes);

    /// <summary>The field has this number.</summary>
    public static FilterNode Equal(string field, long value) => new CompareNode(field, FilterOperator.Equal, value);

    /// <summary>The field has this text.</summary>
    public static FilterNode Equal(string field, string value) => new CompareNode(field, FilterOperator.Equal, value);
}

/// <summary>All of them; none at all is true.</summary>
public sealed record AllNode(IReadOnlyList<FilterNode> Nodes) : FilterNode;

/// <summary>At least one of them; none at all is false.</summary>
public sealed record AnyNode(IReadOnlyList<FilterNode> Nodes) : FilterNode;

/// <summary>Not.</summary>
public sealed record NotNode(FilterNode Node) : FilterNode;

/// <summary>A comparison.</summary>
public sealed record CompareNode(string Field, FilterOperator Operator, object Value) : FilterNode;

/// <summary>From <paramref name="From"/> to <paramref name="To"/>, both inclusive.</summary>
public sealed record RangeNode(string Field, object From, object To) : FilterNode;

/// <summary>One of some values.</summary>
public sealed record InNode(string Field, IReadOnlyList<object> Values) : FilterNode;

/// <summary>The text contains another one, with regard to case.</summary>
public sealed record ContainsNode(string Field, string Text) : FilterNode;

/// <summary>The field has a value.</summary>
public sealed record IsSetNode(string Field) : FilterNode;
