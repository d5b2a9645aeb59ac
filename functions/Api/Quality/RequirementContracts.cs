using CvatServerless.Domain.Quality;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>Schema <c>QualityRequirement</c> of the client's 2.80; in lists and in settings without <paramref name="Effective"/>, which is null there.</summary>
internal sealed record RequirementRead(
    int Id,
    int SettingsId,
    int? TaskId,
    int? ProjectId,
    string Name,
    bool IsBase,
    int SortOrder,
    string Filter,
    bool Enabled,
    string? AnnotationType,
    string? Metric,
    double? RequiredScore,
    int? ParentRequirement,
    [property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] RequirementOptions? Effective,
    double? IouThreshold,
    double? PointSize,
    string? PointSizeBase,
    double? LineThickness,
    bool? MatchOrientation,
    double? LineOrientationThreshold,
    bool? MatchGroups,
    double? GroupMatchThreshold,
    bool? CheckCoveredAnnotations,
    double? ObjectVisibilityThreshold,
    bool? PanopticComparison,
    AttributeComparison? AttributeComparison,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate)
{
    /// <summary>The wire form.</summary>
    public static RequirementRead Of(QualityRequirement r, RequirementOptions? effective)
    {
        var o = r.Options;
        return new(
            r.Id, r.SettingsId, r.TaskId, r.ProjectId, r.Name, r.ParentRequirement is null, r.SortOrder, r.Filter, r.Enabled, o.AnnotationType, o.Metric, o.RequiredScore,
            r.ParentRequirement, effective, o.IouThreshold, o.PointSize, o.PointSizeBase, o.LineThickness, o.MatchOrientation, o.LineOrientationThreshold, o.MatchGroups,
            o.GroupMatchThreshold, o.CheckCoveredAnnotations, o.ObjectVisibilityThreshold, o.PanopticComparison, o.AttributeComparison, r.CreatedDate, r.UpdatedDate);
    }
}
