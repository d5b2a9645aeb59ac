using CvatServerless.Domain.Annotations;

namespace CvatServerless.Formats.Model;

/// <summary>An annotation as a datumaro-based format holds it, before the common rules are applied.</summary>
internal sealed record ImportedAnnotation
{
    /// <summary>Name of the kind in messages: <c>bbox</c>, <c>polygon</c>, <c>mask</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its label's name.</summary>
    public required string Label { get; init; }

    /// <summary>Geometry.</summary>
    public required ShapeType Type { get; init; }

    /// <summary>As <see cref="ShapeType"/> says.</summary>
    public required double[] Points { get; init; }

    /// <summary>Number of the group inside the image; 0: none.</summary>
    public int Group { get; init; }

    /// <summary>Attributes as text (Python's <c>str</c>), those with a special meaning included.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; init; } = [];
}
