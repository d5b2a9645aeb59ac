namespace CvatServerless.Domain.Annotations.Tracks;

/// <summary>What a save makes of tracks. Source: contract-annotations.md §1.5.</summary>
public static class TrackNormalization
{
    /// <summary>
    /// Tracks without key frames are dropped; key frames stand in order; a track whose first key frame is later than <c>frame</c> gets a copy of it, outside,
    /// at <c>frame</c> (of a skeleton the first key frame itself is moved); one whose first key frame is earlier begins there. Elements begin where their
    /// skeleton begins.
    /// </summary>
    public static LabeledData OnSave(LabeledData data) => data.Tracks.Count == 0
        ? data
        : data with { Tracks = [.. data.Tracks.Where(track => track.Shapes.Length > 0).Select(OnSave)] };

    private static LabeledTrack OnSave(LabeledTrack track)
    {
        var elements = Array.FindAll(track.Elements, element => element.Shapes.Length > 0);
        var start = elements.Aggregate(FirstFrame(track), (first, element) => Math.Min(first, FirstFrame(element)));
        return BeginAt(track, start) with { Elements = Array.ConvertAll(elements, element => BeginAt(element, start)) };
    }

    private static int FirstFrame(LabeledTrack track) => Math.Min(track.Frame, track.Shapes.Min(shape => shape.Frame));

    private static LabeledTrack BeginAt(LabeledTrack track, int start)
    {
        var shapes = Sorted(track.Shapes);
        var first = shapes[0];
        if (first.Frame > start)
        {
            shapes = first.Type == ShapeType.Skeleton
                ? [first with { Frame = start }, .. shapes.AsSpan(1)]
                : [first with { Frame = start, Outside = true, Id = 0 }, .. shapes];
        }

        return track with { Frame = start, Shapes = shapes };
    }

    private static TrackedShape[] Sorted(TrackedShape[] shapes)
    {
        for (var index = 1; index < shapes.Length; index++)
        {
            if (shapes[index].Frame < shapes[index - 1].Frame)
            {
                return [.. shapes.OrderBy(shape => shape.Frame)];
            }
        }

        return shapes;
    }
}
