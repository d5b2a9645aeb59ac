using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Labels;

/// <summary>A top-level label of a project or of a task outside projects, with its attributes and, for a skeleton, its sublabels.</summary>
public sealed record Label : IWorkspaceEntity<Label>
{
    /// <inheritdoc/>
    public static string Kind => "label";

    /// <inheritdoc/>
    public static JsonTypeInfo<Label> Json => DomainJson.Default.Label;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique over all workspaces; sublabels take ids from the same sequence.</summary>
    public required int Id { get; init; }

    /// <summary>The owning project, or null where a task owns it.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The owning task, or null where a project owns it.</summary>
    public int? TaskId { get; init; }

    /// <summary>1–64 characters, unique among its siblings.</summary>
    public required string Name { get; init; }

    /// <summary><c>#rrggbb</c>, lower case.</summary>
    public required string Color { get; init; }

    /// <summary>One of <see cref="LabelType"/>.</summary>
    public string Type { get; init; } = LabelType.Any;

    /// <summary>In order of creation.</summary>
    public IReadOnlyList<LabelAttribute> Attributes { get; init; } = [];

    /// <summary>Only of a skeleton: its points.</summary>
    public IReadOnlyList<Sublabel> Sublabels { get; init; } = [];

    /// <summary>Only of a skeleton: the drawing of its template, with <c>data-label-id</c> references.</summary>
    public string? Svg { get; init; }
}

/// <summary>A point of a skeleton.</summary>
public sealed record Sublabel
{
    /// <summary>From the sequence of labels.</summary>
    public required int Id { get; init; }

    /// <summary>1–64 characters, unique in its skeleton.</summary>
    public required string Name { get; init; }

    /// <summary><c>#rrggbb</c>, lower case.</summary>
    public required string Color { get; init; }

    /// <summary>One of <see cref="LabelType"/>, usually <c>points</c>.</summary>
    public string Type { get; init; } = LabelType.Points;

    /// <summary>In order of creation.</summary>
    public IReadOnlyList<LabelAttribute> Attributes { get; init; } = [];
}

/// <summary>An attribute of a label; annotations refer to it by <c>spec_id</c>.</summary>
public sealed record LabelAttribute
{
    /// <summary>Unique over all workspaces.</summary>
    public required int Id { get; init; }

    /// <summary>1–64 characters, unique in its label.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it may change from key frame to key frame of a track.</summary>
    public bool Mutable { get; init; }

    /// <summary><c>checkbox</c>, <c>radio</c>, <c>number</c>, <c>text</c> or <c>select</c>.</summary>
    public required string InputType { get; init; }

    /// <summary>At most 128 characters.</summary>
    public string DefaultValue { get; init; } = "";

    /// <summary>The options; for a number <c>[min, max, step]</c>.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>Kinds of shapes that a label admits, in the contract's words.</summary>
public static class LabelType
{
    /// <summary>Any shape.</summary>
    public const string Any = "any";

    /// <summary>Points.</summary>
    public const string Points = "points";

    /// <summary>A skeleton with sublabels.</summary>
    public const string Skeleton = "skeleton";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> All =
        [Any, "cuboid", "ellipse", "mask", Points, "polygon", "polyline", "rectangle", Skeleton, "interval", "tag"];
}
