namespace CvatServerless.Domain.Annotations.Tracks;

/// <summary>A track's shape on one frame; <paramref name="IsKeyFrame"/>: as drawn, otherwise computed.</summary>
public readonly record struct FrameShape(TrackedShape Shape, bool IsKeyFrame)
{
    /// <summary>Relative to the task.</summary>
    public int Frame => Shape.Frame;
}

/// <summary>
/// The shapes of a track between its key frames. Flags, z-order and attributes come from the key frame before; nothing is shown while that one is outside;
/// after the last visible key frame the shape stays. Source: contract-annotations.md §1.8.
/// </summary>
public static class TrackInterpolation
{
    /// <summary>
    /// The frames of <c>[start, stop]</c> on which the track has a shape: every key frame (outside ones too, once) and what lies between and after visible
    /// ones, ascending. Key frames on <paramref name="deletedFrames"/> are ignored. Attributes of computed shapes carry the mutable values forward.
    /// </summary>
    public static IEnumerable<FrameShape> Frames(
        LabeledTrack track, int start, int stop, bool is3D, IReadOnlySet<int>? deletedFrames = null)
    {
        var keys = KeyFrames(track, deletedFrames);
        for (var index = 0; index < keys.Length; index++)
        {
            var key = keys[index];
            var next = index + 1 < keys.Length ? keys[index + 1] : null;
            if (key.Frame > stop)
            {
                yield break;
            }

            if (next is not null && next.Frame == key.Frame)
            {
                // The later of two key frames on one frame counts.
                continue;
            }

            if (key.Frame >= start)
            {
                yield return new FrameShape(key, true);
            }

            var end = key.Outside ? key.Frame : Math.Min(next is null ? stop : next.Frame - 1, stop);
            for (var frame = Math.Max(key.Frame + 1, start); frame <= end; frame++)
            {
                yield return new FrameShape(Between(key, next, frame, is3D), false);
            }
        }
    }

    /// <summary>The track's shape on a frame: a key frame (it may be outside), a computed one, or null where there is none.</summary>
    public static FrameShape? At(LabeledTrack track, int frame, bool is3D, IReadOnlySet<int>? deletedFrames = null)
    {
        foreach (var shape in Frames(track, frame, frame, is3D, deletedFrames))
        {
            return shape;
        }

        return null;
    }

    private static TrackedShape[] KeyFrames(LabeledTrack track, IReadOnlySet<int>? deletedFrames)
    {
        var keys = track.Shapes;
        if (deletedFrames is { Count: > 0 })
        {
            keys = Array.FindAll(keys, key => !deletedFrames.Contains(key.Frame));
        }

        for (var index = 1; index < keys.Length; index++)
        {
            if (keys[index].Frame < keys[index - 1].Frame)
            {
                keys = [.. keys.OrderBy(key => key.Frame)];
                break;
            }
        }

        return CarryAttributes(keys);
    }

    private static TrackedShape[] CarryAttributes(TrackedShape[] keys)
    {
        TrackedShape[]? carried = null;
        for (var index = 1; index < keys.Length; index++)
        {
            var before = (carried ?? keys)[index - 1].Attributes;
            var missing = Array.FindAll(before, value => !Array.Exists(keys[index].Attributes, other => other.SpecId == value.SpecId));
            if (missing.Length > 0)
            {
                carried ??= [.. keys];
                carried[index] = keys[index] with { Attributes = [.. keys[index].Attributes, .. missing] };
            }
        }

        return carried ?? keys;
    }

    private static TrackedShape Between(TrackedShape key, TrackedShape? next, int frame, bool is3D)
    {
        if (next is null || next.Type != key.Type)
        {
            return key with { Frame = frame, Id = 0 };
        }

        var t = (frame - key.Frame) / (double)(next.Frame - key.Frame);
        return key with { Frame = frame, Id = 0, Points = Points(key, next, t, is3D), Rotation = Rotation(key, next, t) };
    }

    private static double Rotation(TrackedShape key, TrackedShape next, double t) =>
        key.Type is ShapeType.Rectangle or ShapeType.Ellipse && key.Rotation != next.Rotation
            ? PointInterpolation.Rotation(key.Rotation, next.Rotation, t)
            : key.Rotation;

    private static double[] Points(TrackedShape key, TrackedShape next, double t, bool is3D)
    {
        switch (key.Type)
        {
            case ShapeType.Mask:
                // The original fails here; a task that can no longer be read because of one object would be worse.
                return key.Points;
            case ShapeType.Polygon:
                return Same(key, next) ? key.Points : CurveInterpolation.Polygon(key.Points, next.Points, t);
            case ShapeType.Polyline:
                return Same(key, next) ? key.Points : CurveInterpolation.Polyline(key.Points, next.Points, t);
            case ShapeType.Cuboid when is3D:
                return PointInterpolation.Cuboid3D(key.Points, next.Points, t);
            case ShapeType.Points when key.Points.Length != 2 || next.Points.Length != 2:
                return key.Points;
            default:
                return Same(key, next) || key.Points.Length != next.Points.Length ? key.Points : PointInterpolation.Linear(key.Points, next.Points, t);
        }
    }

    private static bool Same(TrackedShape a, TrackedShape b) => a.Points.AsSpan().SequenceEqual(b.Points);
}
