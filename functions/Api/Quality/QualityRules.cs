using CvatServerless.Domain.Quality;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>Changes of quality and consensus settings.</summary>
internal static class QualityRules
{
    /// <summary>What can be measured.</summary>
    public static readonly string[] Metrics =
    [
        "accuracy", "precision", "recall", "jaccard_index", "dice", "mean_accuracy", "mean_precision", "mean_recall", "mean_jaccard_index", "mean_dice",
        "label_accuracy", "label_precision", "label_recall", "label_jaccard_index", "label_dice",
    ];

    /// <summary>What the size of points is relative to.</summary>
    public static readonly string[] PointSizeBases = ["image_size", "group_bbox_size"];

    /// <summary>Reads a change of quality settings; fields that are absent stay.</summary>
    public static Func<QualitySettings, QualitySettings> Settings(FieldReader fields)
    {
        var filter = fields.Text("job_filter", 1024, allowBlank: true);
        var inherit = fields.Bool("inherit");
        var metric = fields.Choice("target_metric", Metrics);
        var pointBase = fields.Choice("point_size_base", PointSizeBases);
        var validations = fields.Int("max_validations_per_job", min: 0, allowNull: false);
        var shares = Shares(fields);
        var switches = Switches(fields);
        fields.Errors.ThrowIfAny();
        return read => switches(shares(read)) with
        {
            JobFilter = filter.Or(read.JobFilter)!,
            Inherit = inherit.Or(read.Inherit),
            TargetMetric = metric.Or(read.TargetMetric)!,
            PointSizeBase = pointBase.Or(read.PointSizeBase)!,
            MaxValidationsPerJob = validations.Value ?? read.MaxValidationsPerJob,
        };
    }

    /// <summary>Reads a change of consensus settings.</summary>
    public static Func<ConsensusSettings, ConsensusSettings> Consensus(FieldReader fields)
    {
        var threshold = Share(fields, "iou_threshold");
        fields.Errors.ThrowIfAny();
        return read => read with { IouThreshold = threshold ?? read.IouThreshold };
    }

    private static Func<QualitySettings, QualitySettings> Shares(FieldReader fields)
    {
        var target = Share(fields, "target_metric_threshold");
        var iou = Share(fields, "iou_threshold");
        var sigma = Share(fields, "oks_sigma");
        var thickness = Share(fields, "line_thickness");
        var overlap = Share(fields, "low_overlap_threshold");
        var orientation = Share(fields, "line_orientation_threshold");
        var group = Share(fields, "group_match_threshold");
        var visibility = Share(fields, "object_visibility_threshold");
        return read => read with
        {
            TargetMetricThreshold = target ?? read.TargetMetricThreshold,
            IouThreshold = iou ?? read.IouThreshold,
            OksSigma = sigma ?? read.OksSigma,
            LineThickness = thickness ?? read.LineThickness,
            LowOverlapThreshold = overlap ?? read.LowOverlapThreshold,
            LineOrientationThreshold = orientation ?? read.LineOrientationThreshold,
            GroupMatchThreshold = group ?? read.GroupMatchThreshold,
            ObjectVisibilityThreshold = visibility ?? read.ObjectVisibilityThreshold,
        };
    }

    private static Func<QualitySettings, QualitySettings> Switches(FieldReader fields)
    {
        var orientation = fields.Bool("compare_line_orientation");
        var groups = fields.Bool("compare_groups");
        var covered = fields.Bool("check_covered_annotations");
        var panoptic = fields.Bool("panoptic_comparison");
        var attributes = fields.Bool("compare_attributes");
        var empty = fields.Bool("empty_is_annotated");
        return read => read with
        {
            CompareLineOrientation = orientation.Or(read.CompareLineOrientation),
            CompareGroups = groups.Or(read.CompareGroups),
            CheckCoveredAnnotations = covered.Or(read.CheckCoveredAnnotations),
            PanopticComparison = panoptic.Or(read.PanopticComparison),
            CompareAttributes = attributes.Or(read.CompareAttributes),
            EmptyIsAnnotated = empty.Or(read.EmptyIsAnnotated),
        };
    }

    private static double? Share(FieldReader fields, string name) => fields.Number(name, 0, 1).Value;
}
