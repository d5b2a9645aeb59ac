using CvatServerless.Domain.Labels;

namespace CvatServerless.Domain.Annotations;

/// <summary>
/// What a GET adds: attributes that were not sent, from the labels. Shapes, tags and intervals get every attribute with its default; tracks the immutable
/// ones; the first key frame the mutable ones, later key frames inherit the value before them. Source: contract-annotations.md §1.5.
/// </summary>
public sealed class AttributeCompletion(LabelIndex labels)
{
    private readonly Dictionary<(int LabelId, AttributeSet Set), AttributeValue[]> _defaults = [];

    private enum AttributeSet
    {
        All,
        Immutable,
        Mutable,
    }

    /// <summary>
    /// A body in which everything is complete. Objects of labels that were deleted since, and values of deleted attributes, are left out: the logs of jobs keep
    /// them, since a deletion touches no log.
    /// </summary>
    public LabeledData Complete(LabeledData data) => new()
    {
        Tags = [.. data.Tags.Where(tag => IsKnown(tag.LabelId)).Select(Complete)],
        Shapes = [.. data.Shapes.Where(shape => IsKnown(shape.LabelId)).Select(Complete)],
        Tracks = [.. data.Tracks.Where(track => IsKnown(track.LabelId)).Select(Complete)],
        Intervals = [.. data.Intervals.Where(interval => IsKnown(interval.LabelId)).Select(Complete)],
    };

    /// <summary>The complete tag.</summary>
    public LabeledTag Complete(LabeledTag tag)
    {
        var attributes = Complete(tag.Attributes, Defaults(tag.LabelId, AttributeSet.All));
        return attributes == tag.Attributes ? tag : tag with { Attributes = attributes };
    }

    /// <summary>The complete shape, its elements included.</summary>
    public LabeledShape Complete(LabeledShape shape)
    {
        var attributes = Complete(shape.Attributes, Defaults(shape.LabelId, AttributeSet.All));
        if (shape.Elements.Length == 0)
        {
            return attributes == shape.Attributes ? shape : shape with { Attributes = attributes };
        }

        return shape with { Attributes = attributes, Elements = Array.ConvertAll(shape.Elements, Complete) };
    }

    /// <summary>The complete track, its key frames and elements included.</summary>
    public LabeledTrack Complete(LabeledTrack track)
    {
        var current = Defaults(track.LabelId, AttributeSet.Mutable);
        var shapes = new TrackedShape[track.Shapes.Length];
        for (var index = 0; index < shapes.Length; index++)
        {
            var shape = track.Shapes[index];
            current = Complete(shape.Attributes, current);
            shapes[index] = current == shape.Attributes ? shape : shape with { Attributes = current };
        }

        return track with
        {
            Attributes = Complete(track.Attributes, Defaults(track.LabelId, AttributeSet.Immutable)),
            Shapes = shapes,
            Elements = Array.ConvertAll(track.Elements, Complete),
        };
    }

    /// <summary>The complete interval.</summary>
    public LabeledInterval Complete(LabeledInterval interval) =>
        interval with { Attributes = Complete(interval.Attributes, Defaults(interval.LabelId, AttributeSet.All)) };

    // Values that were sent stay in their order, those that are missing follow in the label's.
    private static AttributeValue[] Complete(AttributeValue[] sent, AttributeValue[] defaults)
    {
        if (sent.Length == 0)
        {
            return defaults;
        }

        sent = Array.TrueForAll(sent, IsKnownHere) ? sent : Array.FindAll(sent, IsKnownHere);
        List<AttributeValue>? completed = null;
        foreach (var value in defaults)
        {
            if (!Array.Exists(sent, other => other.SpecId == value.SpecId))
            {
                completed ??= [.. sent];
                completed.Add(value);
            }
        }

        return completed is null ? sent : [.. completed];

        bool IsKnownHere(AttributeValue value) => Array.Exists(defaults, other => other.SpecId == value.SpecId);
    }

    private bool IsKnown(int labelId) => labels.Find(labelId) is not null;

    private AttributeValue[] Defaults(int labelId, AttributeSet set)
    {
        if (_defaults.TryGetValue((labelId, set), out var known))
        {
            return known;
        }

        var label = labels.Find(labelId);
        IReadOnlyList<LabelAttribute> attributes = label is null ? [] : set switch
        {
            AttributeSet.Immutable => label.Immutable,
            AttributeSet.Mutable => label.Mutable,
            _ => label.Attributes,
        };
        return _defaults[(labelId, set)] = [.. attributes.Select(attribute => new AttributeValue(attribute.Id, attribute.DefaultValue))];
    }
}
