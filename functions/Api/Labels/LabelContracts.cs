using System.Text.Json.Serialization;

namespace CvatServerless.Functions.Api.Labels;

/// <summary>Schema <c>Label</c>; the owner that it doesn't have is left out, as is <see cref="Svg"/> unless it is a skeleton.</summary>
internal sealed record LabelRead
{
    public required int Id { get; init; }

    public required string Name { get; init; }

    public required string Color { get; init; }

    public required IReadOnlyList<AttributeRead> Attributes { get; init; }

    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Svg { get; init; }

    public required IReadOnlyList<SublabelRead> Sublabels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ProjectId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TaskId { get; init; }

    public int? ParentId { get; init; }

    public required bool HasParent { get; init; }
}

/// <summary>Schema <c>Sublabel</c>.</summary>
internal sealed record SublabelRead(int Id, string Name, string Color, IReadOnlyList<AttributeRead> Attributes, string Type, bool HasParent);

/// <summary>Schema <c>Attribute</c>.</summary>
internal sealed record AttributeRead(int Id, string Name, bool Mutable, string InputType, string DefaultValue, IReadOnlyList<string> Values);
