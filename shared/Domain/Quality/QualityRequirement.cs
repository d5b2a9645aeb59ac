using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Quality;

/// <summary>
/// What one kind of annotation must fulfil, as a node of a tree within the settings of a task or project: what it leaves open it has from its parent, a root from the
/// settings. Source: contract-resources.md §6.
/// </summary>
public sealed record QualityRequirement : IWorkspaceEntity<QualityRequirement>
{
    /// <inheritdoc/>
    public static string Kind => "quality_requirement";

    /// <inheritdoc/>
    public static JsonTypeInfo<QualityRequirement> Json => DomainJson.Default.QualityRequirement;

    /// <inheritdoc/>
    [JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Unique on the server.</summary>
    public required int Id { get; init; }

    /// <summary>The settings that it belongs to.</summary>
    public required int SettingsId { get; init; }

    /// <summary>Their task; or null.</summary>
    public int? TaskId { get; init; }

    /// <summary>Their project; or null. Exactly one of the two is set.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The requirement above it, of the same settings; null: a root.</summary>
    public int? ParentRequirement { get; init; }

    /// <summary>1–250 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Its place among its siblings.</summary>
    public int SortOrder { get; init; }

    /// <summary>Which annotations it is about, as a JSON Logic filter; empty: all.</summary>
    public string Filter { get; init; } = "";

    /// <summary>Whether it counts.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>What it sets itself.</summary>
    public required RequirementOptions Options { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>What holds for it: its own options over those of the requirements above it, over the settings.</summary>
    public RequirementOptions Effective(QualitySettings settings, Func<int, QualityRequirement?> find)
    {
        var options = Options;
        var seen = new HashSet<int> { Id };
        for (var above = ParentRequirement; above is { } id && seen.Add(id) && find(id) is { } parent; above = parent.ParentRequirement)
        {
            options = options.Over(parent.Options);
        }

        return options.Over(RequirementOptions.Of(settings));
    }
}

/// <summary>How annotations are compared; null: as the parent says. Shares are 0–1.</summary>
public sealed record RequirementOptions
{
    /// <summary>A word of the contract, such as <c>polygon</c>.</summary>
    public string? AnnotationType { get; init; }

    /// <summary>A word of the contract, such as <c>accuracy</c>.</summary>
    public string? Metric { get; init; }

    /// <summary>The least value of the metric.</summary>
    public double? RequiredScore { get; init; }

    /// <summary>Overlap from which two shapes are one.</summary>
    public double? IouThreshold { get; init; }

    /// <summary>Tolerance of points, relative to <see cref="PointSizeBase"/>.</summary>
    public double? PointSize { get; init; }

    /// <summary><c>image_size</c> or <c>group_bbox_size</c>.</summary>
    public string? PointSizeBase { get; init; }

    /// <summary>Width of a line relative to the image.</summary>
    public double? LineThickness { get; init; }

    /// <summary>Whether the direction of lines counts.</summary>
    public bool? MatchOrientation { get; init; }

    /// <summary>How much better the other direction must fit.</summary>
    public double? LineOrientationThreshold { get; init; }

    /// <summary>Whether groups count.</summary>
    public bool? MatchGroups { get; init; }

    /// <summary>Share of a group that must be the same.</summary>
    public double? GroupMatchThreshold { get; init; }

    /// <summary>Whether shapes that others cover count.</summary>
    public bool? CheckCoveredAnnotations { get; init; }

    /// <summary>Visible share from which a shape counts.</summary>
    public double? ObjectVisibilityThreshold { get; init; }

    /// <summary>Whether only visible parts of masks are compared.</summary>
    public bool? PanopticComparison { get; init; }

    /// <summary>How attributes are compared.</summary>
    public AttributeComparison? AttributeComparison { get; init; }

    /// <summary>These, and where they leave something open, the others.</summary>
    public RequirementOptions Over(RequirementOptions parent) => new()
    {
        AnnotationType = AnnotationType ?? parent.AnnotationType,
        Metric = Metric ?? parent.Metric,
        RequiredScore = RequiredScore ?? parent.RequiredScore,
        IouThreshold = IouThreshold ?? parent.IouThreshold,
        PointSize = PointSize ?? parent.PointSize,
        PointSizeBase = PointSizeBase ?? parent.PointSizeBase,
        LineThickness = LineThickness ?? parent.LineThickness,
        MatchOrientation = MatchOrientation ?? parent.MatchOrientation,
        LineOrientationThreshold = LineOrientationThreshold ?? parent.LineOrientationThreshold,
        MatchGroups = MatchGroups ?? parent.MatchGroups,
        GroupMatchThreshold = GroupMatchThreshold ?? parent.GroupMatchThreshold,
        CheckCoveredAnnotations = CheckCoveredAnnotations ?? parent.CheckCoveredAnnotations,
        ObjectVisibilityThreshold = ObjectVisibilityThreshold ?? parent.ObjectVisibilityThreshold,
        PanopticComparison = PanopticComparison ?? parent.PanopticComparison,
        AttributeComparison = AttributeComparison ?? parent.AttributeComparison,
    };

    /// <summary>What settings say of all annotations.</summary>
    public static RequirementOptions Of(QualitySettings settings) => new()
    {
        Metric = settings.TargetMetric,
        RequiredScore = settings.TargetMetricThreshold,
        IouThreshold = settings.IouThreshold,
        PointSize = settings.OksSigma,
        PointSizeBase = settings.PointSizeBase,
        LineThickness = settings.LineThickness,
        MatchOrientation = settings.CompareLineOrientation,
        LineOrientationThreshold = settings.LineOrientationThreshold,
        MatchGroups = settings.CompareGroups,
        GroupMatchThreshold = settings.GroupMatchThreshold,
        CheckCoveredAnnotations = settings.CheckCoveredAnnotations,
        ObjectVisibilityThreshold = settings.ObjectVisibilityThreshold,
        PanopticComparison = settings.PanopticComparison,
        AttributeComparison = new(new(settings.CompareAttributes, "exact", null), []),
    };
}

/// <summary>How attributes are compared: by default, and those that differ from it.</summary>
public sealed record AttributeComparison(AttributeComparisonDefault? Default, IReadOnlyList<AttributeComparisonRule> Rules);

/// <summary>The default. <paramref name="Comparator"/> is <c>exact</c> or <c>levenshtein</c>, whose <paramref name="Threshold"/> is a share.</summary>
public sealed record AttributeComparisonDefault(bool? Enabled, string? Comparator, double? Threshold);

/// <summary>The rule of one attribute.</summary>
public sealed record AttributeComparisonRule(int SpecId, bool Enabled, string? Comparator, double? Threshold);
