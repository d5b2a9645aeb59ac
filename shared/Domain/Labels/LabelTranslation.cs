using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Labels;

/// <summary>How the labels of one owner are called at another: what annotations need when their task moves into a project.</summary>
/// <param name="Labels">Ids of labels and sublabels, from here to there.</param>
/// <param name="Attributes">Ids of attributes, from here to there.</param>
public sealed record LabelTranslation(IReadOnlyDictionary<int, int> Labels, IReadOnlyDictionary<int, int> Attributes)
{
    /// <summary>The translation, where every label, renamed as asked, is there with all its attributes and sublabels. Source: contract-resources.md §2.2.</summary>
    /// <exception cref="CvatException">400: one is not.</exception>
    public static LabelTranslation Between(IEnumerable<Label> own, IReadOnlyCollection<Label> target, IReadOnlyList<LabelWrite> renames)
    {
        var (labels, attributes) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        foreach (var label in own)
        {
            var name = NewName(label.Id, label.Name, renames);
            var match = target.FirstOrDefault(other => other.Name == name) ?? throw Unmapped();
            labels.Add(label.Id, match.Id);
            Match(name, label.Attributes, match.Attributes, attributes);
            foreach (var sub in label.Sublabels)
            {
                var point = match.Sublabels.FirstOrDefault(other => other.Name == NewName(sub.Id, sub.Name, renames)) ?? throw Unmapped();
                labels.Add(sub.Id, point.Id);
                Match(sub.Name, sub.Attributes, point.Attributes, attributes);
            }
        }

        return new(labels, attributes);
    }

    /// <summary>The same annotations in the other owner's words; what has none there is left out.</summary>
    public LabeledData Apply(LabeledData data) => new()
    {
        Tags = [.. data.Tags.Where(tag => Labels.ContainsKey(tag.LabelId)).Select(tag => tag with { LabelId = Labels[tag.LabelId], Attributes = Apply(tag.Attributes) })],
        Shapes = [.. data.Shapes.Where(shape => Labels.ContainsKey(shape.LabelId)).Select(Apply)],
        Tracks = [.. data.Tracks.Where(track => Labels.ContainsKey(track.LabelId)).Select(Apply)],
        Intervals =
        [
            .. data.Intervals.Where(interval => Labels.ContainsKey(interval.LabelId))
                .Select(interval => interval with { LabelId = Labels[interval.LabelId], Attributes = Apply(interval.Attributes) }),
        ],
    };

    private static string NewName(int id, string name, IReadOnlyList<LabelWrite> renames) => renames.FirstOrDefault(rename => rename.Id == id)?.Name ?? name;

    private static CvatException Unmapped() => CvatException.Rule("All task or project label names must be mapped to the target project");

    private static void Match(string label, IReadOnlyList<LabelAttribute> own, IReadOnlyList<LabelAttribute> target, Dictionary<int, int> ids)
    {
        foreach (var attribute in own)
        {
            var match = target.FirstOrDefault(other => IsSame(other, attribute))
                ?? throw CvatException.Rule($"Target project does not have \"{label}\" label with \"{attribute.Name}\" attribute");
            ids.Add(attribute.Id, match.Id);
        }
    }

    private static bool IsSame(LabelAttribute one, LabelAttribute other) =>
        one.Name == other.Name && one.InputType == other.InputType && one.Values.SequenceEqual(other.Values);

    private LabeledShape Apply(LabeledShape shape) => shape with
    {
        LabelId = Labels[shape.LabelId],
        Attributes = Apply(shape.Attributes),
        Elements = [.. shape.Elements.Where(element => Labels.ContainsKey(element.LabelId)).Select(Apply)],
    };

    private LabeledTrack Apply(LabeledTrack track) => track with
    {
        LabelId = Labels[track.LabelId],
        Attributes = Apply(track.Attributes),
        Shapes = Array.ConvertAll(track.Shapes, shape => shape with { Attributes = Apply(shape.Attributes) }),
        Elements = [.. track.Elements.Where(element => Labels.ContainsKey(element.LabelId)).Select(Apply)],
    };

    private AttributeValue[] Apply(AttributeValue[] values) =>
        [.. values.Where(value => Attributes.ContainsKey(value.SpecId)).Select(value => value with { SpecId = Attributes[value.SpecId] })];
}
