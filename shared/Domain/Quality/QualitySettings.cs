using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Quality;

/// <summary>
/// How the quality of one task or project is measured: the union of the contract's fields of release 2.72 and of the client's 2.80 (contract-resources.md §6). Every
/// task and project has settings; a row is stored from the first change on, which is why the id follows from the target's.
/// </summary>
public sealed record QualitySettings : IWorkspaceEntity<QualitySettings>
{
    /// <inheritdoc/>
    public static string Kind => "quality_settings";

    /// <inheritdoc/>
    public static JsonTypeInfo<QualitySettings> Json => DomainJson.Default.QualitySettings;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>Twice the task's id, or twice the project's and one.</summary>
    public required int Id { get; init; }

    /// <summary>The task they are of; or null.</summary>
    public int? TaskId { get; init; }

    /// <summary>The project they are of; or null. Exactly one of the two is set.</summary>
    public int? ProjectId { get; init; }

    /// <summary>Which jobs are measured, as a JSON Logic filter; empty: all.</summary>
    public string JobFilter { get; init; } = "";

    /// <summary>Whether a task takes its project's settings.</summary>
    public bool Inherit { get; init; } = true;

    /// <summary>A word of the contract.</summary>
    public string TargetMetric { get; init; } = "accuracy";

    /// <summary>0–1.</summary>
    public double TargetMetricThreshold { get; init; } = 0.7;

    /// <summary>0: as many as one likes.</summary>
    public int MaxValidationsPerJob { get; init; }

    /// <summary>Overlap from which two shapes are one, 0–1.</summary>
    public double IouThreshold { get; init; } = 0.4;

    /// <summary>Tolerance of points, relative to the size of their group, 0–1.</summary>
    public double OksSigma { get; init; } = 0.09;

    /// <summary>What the size of points is relative to: <c>image_size</c> or <c>group_bbox_size</c>.</summary>
    public string PointSizeBase { get; init; } = "group_bbox_size";

    /// <summary>Width of a line relative to the image, 0–1.</summary>
    public double LineThickness { get; init; } = 0.01;

    /// <summary>Overlap below which a match is reported as weak, 0–1.</summary>
    public double LowOverlapThreshold { get; init; } = 0.8;

    /// <summary>Whether the direction of lines counts.</summary>
    public bool CompareLineOrientation { get; init; } = true;

    /// <summary>0–1.</summary>
    public double LineOrientationThreshold { get; init; } = 0.1;

    /// <summary>Whether groups count.</summary>
    public bool CompareGroups { get; init; } = true;

    /// <summary>0–1.</summary>
    public double GroupMatchThreshold { get; init; } = 0.5;

    /// <summary>Whether shapes that others cover count.</summary>
    public bool CheckCoveredAnnotations { get; init; } = true;

    /// <summary>Visible share from which a shape counts, 0–1.</summary>
    public double ObjectVisibilityThreshold { get; init; } = 0.05;

    /// <summary>Whether only visible parts of masks are compared.</summary>
    public bool PanopticComparison { get; init; } = true;

    /// <summary>Whether attributes count.</summary>
    public bool CompareAttributes { get; init; } = true;

    /// <summary>Whether a frame that is empty in both counts as right.</summary>
    public bool EmptyIsAnnotated { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset UpdatedDate { get; init; }

    /// <summary>What a task has until somebody changes it.</summary>
    public static QualitySettings Of(AnnotationTask task) =>
        new() { Id = checked(task.Id * 2), TaskId = task.Id, CreatedDate = task.CreatedDate, UpdatedDate = task.CreatedDate };

    /// <summary>What a project has until somebody changes it.</summary>
    public static QualitySettings Of(Project project) =>
        new() { Id = checked((project.Id * 2) + 1), ProjectId = project.Id, CreatedDate = project.CreatedDate, UpdatedDate = project.CreatedDate };

    /// <summary>What settings with this id say until somebody changes them; their dates are of no use.</summary>
    public static QualitySettings Untouched(int id) =>
        new() { Id = id, TaskId = TargetOf(id).TaskId, ProjectId = TargetOf(id).ProjectId, CreatedDate = default, UpdatedDate = default };

    /// <summary>Which task or project an id belongs to.</summary>
    public static (int? TaskId, int? ProjectId) TargetOf(int id) => id % 2 == 0 ? (id / 2, null) : (null, id / 2);
}

/// <summary>How replicas of a task's jobs are merged. A row is stored from the first change on; its id is the task's.</summary>
public sealed record ConsensusSettings : IWorkspaceEntity<ConsensusSettings>
{
    /// <inheritdoc/>
    public static string Kind => "consensus_settings";

    /// <inheritdoc/>
    public static JsonTypeInfo<ConsensusSettings> Json => DomainJson.Default.ConsensusSettings;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => EntityKey.Of(Id);

    /// <summary>The task's id.</summary>
    public required int Id { get; init; }

    /// <summary>The task.</summary>
    public required int TaskId { get; init; }

    /// <summary>Overlap from which two shapes are one, 0–1.</summary>
    public double IouThreshold { get; init; } = 0.4;

    /// <summary>What a task has until somebody changes it.</summary>
    public static ConsensusSettings Of(AnnotationTask task) => new() { Id = task.Id, TaskId = task.Id };
}
