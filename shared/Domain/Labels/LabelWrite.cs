namespace CvatServerless.Domain.Labels;

/// <summary>One item of <c>labels</c> in a request: a label to add (no id), to change, or to delete. Null fields were not sent.</summary>
public sealed record LabelWrite
{
    /// <summary>The label to change or delete; null: a new one.</summary>
    public int? Id { get; init; }

    /// <summary>1–64 characters.</summary>
    public string? Name { get; init; }

    /// <summary><c>#rrggbb</c>; empty or null: one is chosen.</summary>
    public string? Color { get; init; }

    /// <summary>One of <see cref="LabelType.All"/>.</summary>
    public string? Type { get; init; }

    /// <summary>Attributes to add, change or delete.</summary>
    public IReadOnlyList<AttributeWrite>? Attributes { get; init; }

    /// <summary>Points of a new skeleton.</summary>
    public IReadOnlyList<LabelWrite>? Sublabels { get; init; }

    /// <summary>Template of a new skeleton, with <c>data-label-name</c> references.</summary>
    public string? Svg { get; init; }

    /// <summary>Delete it.</summary>
    public bool Deleted { get; init; }
}

/// <summary>One item of <c>attributes</c> in a request. Null fields were not sent.</summary>
public sealed record AttributeWrite
{
    /// <summary>The attribute to change or delete; null: a new one, or the one with the same name.</summary>
    public int? Id { get; init; }

    /// <summary>1–64 characters.</summary>
    public string? Name { get; init; }

    /// <summary>May change from frame to frame.</summary>
    public bool? Mutable { get; init; }

    /// <summary><c>checkbox</c>, <c>radio</c>, <c>number</c>, <c>text</c> or <c>select</c>.</summary>
    public string? InputType { get; init; }

    /// <summary>At most 128 characters.</summary>
    public string? DefaultValue { get; init; }

    /// <summary>The options.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Delete it.</summary>
    public bool Deleted { get; init; }
}
