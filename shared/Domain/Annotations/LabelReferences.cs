using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Labels;

namespace CvatServerless.Domain.Annotations;

/// <summary>Whether objects refer to labels and attributes that exist and may stand there. Source: contract-annotations.md §1.4.</summary>
public static class LabelReferences
{
    /// <summary>Checks every object, its elements and key frames.</summary>
    /// <exception cref="CvatException">400 <c>["label_id `5` is invalid"]</c> or <c>["spec_id `7` is invalid"]</c>.</exception>
    public static void Check(LabeledData data, LabelIndex labels)
    {
        foreach (var tag in data.Tags)
        {
            CheckAttributes(tag.Attributes, Label(labels, tag.LabelId, null).Attributes);
        }

        foreach (var shape in data.Shapes)
        {
            CheckAttributes(shape.Attributes, Label(labels, shape.LabelId, null).Attributes);
            foreach (var element in shape.Elements)
            {
                CheckAttributes(element.Attributes, Label(labels, element.LabelId, shape.LabelId).Attributes);
            }
        }

        foreach (var track in data.Tracks)
        {
            CheckTrack(track, Label(labels, track.LabelId, null));
            foreach (var element in track.Elements)
            {
                CheckTrack(element, Label(labels, element.LabelId, track.LabelId));
            }
        }

        foreach (var interval in data.Intervals)
        {
            CheckAttributes(interval.Attributes, Label(labels, interval.LabelId, null).Attributes);
        }
    }

    private static void CheckTrack(LabeledTrack track, IndexedLabel label)
    {
        CheckAttributes(track.Attributes, label.Immutable);
        foreach (var shape in track.Shapes)
        {
            CheckAttributes(shape.Attributes, label.Mutable);
        }
    }

    private static IndexedLabel Label(LabelIndex labels, int labelId, int? parentId) =>
        labels.Find(labelId) is { } label && label.ParentId == parentId ? label : throw CvatException.Rule($"label_id `{labelId}` is invalid");

    private static void CheckAttributes(AttributeValue[] values, IReadOnlyList<LabelAttribute> allowed)
    {
        foreach (var value in values)
        {
            if (!Contains(allowed, value.SpecId))
            {
                throw CvatException.Rule($"spec_id `{value.SpecId}` is invalid");
            }
        }
    }

    private static bool Contains(IReadOnlyList<LabelAttribute> allowed, int specId)
    {
        for (var index = 0; index < allowed.Count; index++)
        {
            if (allowed[index].Id == specId)
            {
                return true;
            }
        }

        return false;
    }
}
