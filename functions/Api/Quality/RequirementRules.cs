using System.Text.Json;
using CvatServerless.Domain.Quality;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.Quality;

/// <summary>A requirement as a request gives it: what it changes, where it hangs, and (in bulk) what hangs below it.</summary>
internal sealed record RequirementWrite(Func<QualityRequirement, QualityRequirement> Change, Optional<int?> Parent, IReadOnlyList<RequirementWrite> Children)
{
    /// <summary>It and all below it.</summary>
    public int Count => 1 + Children.Sum(child => child.Count);
}

/// <summary>Reads requirements. Null and an empty word mean: as the parent says.</summary>
internal static class RequirementRules
{
    private const int MaxDepth = 8;

    /// <summary>Kinds of annotations that can be measured.</summary>
    public static readonly string[] AnnotationTypes = ["tag", "rectangle", "skeleton", "skeleton_keypoint", "points", "polyline", "mask", "polygon", "ellipse"];

    private static readonly string[] Comparators = ["exact", "levenshtein"];

    /// <summary>Reads one; errors gather in <paramref name="fields"/>.</summary>
    public static RequirementWrite Read(FieldReader fields, int depth = 0)
    {
        var name = fields.Text("name", 250, required: true);
        var order = fields.Int("sort_order", allowNull: false);
        var filter = fields.Text("filter", 1024, allowBlank: true);
        var enabled = fields.Bool("enabled");
        var options = Options(fields);
        var children = depth < MaxDepth || !fields.Has("children")
            ? fields.Objects("children", child => Read(child, depth + 1), QualityRequirements.MaxAtOnce)
            : throw Domain.Errors.CvatException.Field("children", $"Requirements are at most {MaxDepth} levels deep.");
        return new(
            old => old with
            {
                Name = name.Or(old.Name)!,
                SortOrder = order.Value ?? old.SortOrder,
                Filter = filter.Or(old.Filter)!,
                Enabled = enabled.Or(old.Enabled),
                Options = options(old.Options),
            },
            fields.Int("parent_requirement"),
            children ?? []);
    }

    private static Func<RequirementOptions, RequirementOptions> Options(FieldReader fields)
    {
        var type = Word(fields, "annotation_type", AnnotationTypes);
        var metric = Word(fields, "metric", QualityRules.Metrics);
        var pointBase = Word(fields, "point_size_base", QualityRules.PointSizeBases);
        var orientation = Flag(fields, "match_orientation");
        var groups = Flag(fields, "match_groups");
        var covered = Flag(fields, "check_covered_annotations");
        var panoptic = Flag(fields, "panoptic_comparison");
        var attributes = fields.Object("attribute_comparison", Attributes);
        var shares = Shares(fields);
        return old => shares(old) with
        {
            AnnotationType = type.Or(old.AnnotationType),
            Metric = metric.Or(old.Metric),
            PointSizeBase = pointBase.Or(old.PointSizeBase),
            MatchOrientation = orientation.Or(old.MatchOrientation),
            MatchGroups = groups.Or(old.MatchGroups),
            CheckCoveredAnnotations = covered.Or(old.CheckCoveredAnnotations),
            PanopticComparison = panoptic.Or(old.PanopticComparison),
            AttributeComparison = attributes.Or(old.AttributeComparison),
        };
    }

    private static Func<RequirementOptions, RequirementOptions> Shares(FieldReader fields)
    {
        var score = fields.Number("required_score", 0, 1);
        var iou = fields.Number("iou_threshold", 0, 1);
        var size = fields.Number("point_size", 0, 1);
        var thickness = fields.Number("line_thickness", 0, 1);
        var orientation = fields.Number("line_orientation_threshold", 0, 1);
        var group = fields.Number("group_match_threshold", 0, 1);
        var visibility = fields.Number("object_visibility_threshold", 0, 1);
        return old => old with
        {
            RequiredScore = score.Or(old.RequiredScore),
            IouThreshold = iou.Or(old.IouThreshold),
            PointSize = size.Or(old.PointSize),
            LineThickness = thickness.Or(old.LineThickness),
            LineOrientationThreshold = orientation.Or(old.LineOrientationThreshold),
            GroupMatchThreshold = group.Or(old.GroupMatchThreshold),
            ObjectVisibilityThreshold = visibility.Or(old.ObjectVisibilityThreshold),
        };
    }

    private static AttributeComparison Attributes(FieldReader fields)
    {
        var general = fields.Object("default", rule =>
            new AttributeComparisonDefault(Flag(rule, "enabled").Value, Word(rule, "comparator", Comparators).Value, rule.Number("threshold", 0, 1).Value));
        var rules = fields.Objects("rules", rule => new AttributeComparisonRule(
            rule.Int("spec_id", required: true, allowNull: false).Value ?? 0,
            rule.Bool("enabled", required: true).Value,
            Word(rule, "comparator", Comparators).Value,
            rule.Number("threshold", 0, 1).Value));
        return new(general.Value, rules ?? []);
    }

    private static Optional<string> Word(FieldReader fields, string name, string[] words) =>
        fields.Raw(name) is { } raw && (raw.ValueKind == JsonValueKind.Null || (raw.ValueKind == JsonValueKind.String && raw.GetString()!.Length == 0))
            ? new(true, null)
            : fields.Choice(name, words);

    private static Optional<bool?> Flag(FieldReader fields, string name)
    {
        if (fields.Raw(name) is { ValueKind: JsonValueKind.Null })
        {
            return new(true, null);
        }

        var flag = fields.Bool(name);
        return new(flag.IsSet, flag.IsSet ? flag.Value : null);
    }
}
