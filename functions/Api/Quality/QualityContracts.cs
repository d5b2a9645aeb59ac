using CvatServerless.Domain.Quality;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>
/// Schema <c>QualitySettings</c> of release 2.72 with what the client's 2.80 has besides: the stored record as it is, and the requirements.
/// </summary>
internal sealed record QualitySettingsRead(
    int Id,
    int? TaskId,
    int? ProjectId,
    string JobFilter,
    bool Inherit,
    string TargetMetric,
    double TargetMetricThreshold,
    int MaxValidationsPerJob,
    double IouThreshold,
    double OksSigma,
    string PointSizeBase,
    double LineThickness,
    double LowOverlapThreshold,
    bool CompareLineOrientation,
    double LineOrientationThreshold,
    bool CompareGroups,
    double GroupMatchThreshold,
    bool CheckCoveredAnnotations,
    double ObjectVisibilityThreshold,
    bool PanopticComparison,
    bool CompareAttributes,
    bool EmptyIsAnnotated,
    IReadOnlyList<RequirementRead> Requirements,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate)
{
    /// <summary>The wire form.</summary>
    public static QualitySettingsRead Of(QualitySettings s, IEnumerable<QualityRequirement> requirements) => new(
        s.Id, s.TaskId, s.ProjectId, s.JobFilter, s.Inherit, s.TargetMetric, s.TargetMetricThreshold, s.MaxValidationsPerJob, s.IouThreshold, s.OksSigma, s.PointSizeBase,
        s.LineThickness, s.LowOverlapThreshold, s.CompareLineOrientation, s.LineOrientationThreshold, s.CompareGroups, s.GroupMatchThreshold, s.CheckCoveredAnnotations,
        s.ObjectVisibilityThreshold, s.PanopticComparison, s.CompareAttributes, s.EmptyIsAnnotated,
        [.. requirements.OrderBy(requirement => requirement.SortOrder).ThenBy(requirement => requirement.Id).Select(requirement => RequirementRead.Of(requirement, null))], s.CreatedDate, s.UpdatedDate);
}

/// <summary>Schema <c>ConsensusSettings</c>.</summary>
internal sealed record ConsensusSettingsRead(int Id, int TaskId, double IouThreshold)
{
    /// <summary>The wire form.</summary>
    public static ConsensusSettingsRead Of(ConsensusSettings settings) => new(settings.Id, settings.TaskId, settings.IouThreshold);
}
