using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations;

/// <summary>How many ids a body needs in each of the independent id spaces.</summary>
/// <param name="Tags">Of tags.</param>
/// <param name="Shapes">Of shapes and their elements.</param>
/// <param name="Tracks">Of tracks and their elements.</param>
/// <param name="KeyFrames">Of key frames: always new ones.</param>
/// <param name="Intervals">Of intervals.</param>
public readonly record struct AnnotationIdNeed(int Tags, int Shapes, int Tracks, int KeyFrames, int Intervals)
{
    /// <summary>Whether none is needed.</summary>
    public bool IsNone => this == default;

    /// <summary>Counts the objects without an id, and all key frames.</summary>
    public static AnnotationIdNeed Of(LabeledData data)
    {
        int shapes = 0, tracks = 0, keyFrames = 0;
        foreach (var shape in data.Shapes)
        {
            shapes += Missing(shape.Id) + shape.Elements.Sum(element => Missing(element.Id));
        }

        foreach (var track in data.Tracks)
        {
            tracks += Missing(track.Id) + track.Elements.Sum(element => Missing(element.Id));
            keyFrames += track.Shapes.Length + track.Elements.Sum(element => element.Shapes.Length);
        }

        return new AnnotationIdNeed(
            data.Tags.Count(tag => tag.Id == 0), shapes, tracks, keyFrames, data.Intervals.Count(interval => interval.Id == 0));
    }

    private static int Missing(long id) => id == 0 ? 1 : 0;
}

/// <summary>The first of the ids reserved in each space.</summary>
public readonly record struct AnnotationIdStarts(long Tags, long Shapes, long Tracks, long KeyFrames, long Intervals);

/// <summary>
/// Gives ids to new objects. The spaces are global (a task's answer holds objects of many jobs, and a client finds them again by id), but a save touches
/// no counter per object: a process reserves blocks of a few thousand ids per space from the sequences and hands out stretches of them from memory
/// (what is left of a block is lost at a restart, which leaves gaps). An object keeps its id for its life; key frames get new ones at each save.
/// </summary>
public static class AnnotationIds
{
    /// <summary>A copy of the body in which every object, element and key frame has an id.</summary>
    public static LabeledData Assign(LabeledData data, AnnotationIdStarts starts)
    {
        var (tag, shape, track, keyFrame, interval) = starts;
        return new LabeledData
        {
            Tags = Map(data.Tags, item => item.Id != 0 ? item : item with { Id = tag++ }),
            Shapes = Map(data.Shapes, item => AssignShape(item, ref shape)),
            Tracks = Map(data.Tracks, item => AssignTrack(item, ref track, ref keyFrame)),
            Intervals = Map(data.Intervals, item => item.Id != 0 ? item : item with { Id = interval++ }),
        };
    }

    /// <summary>Refuses a body that names an id twice.</summary>
    /// <exception cref="CvatException">400 with the words of a broken unique key.</exception>
    public static void CheckUnique(LabeledData data)
    {
        Check(data.Tags.Select(tag => tag.Id), "labeledimage");
        Check(data.Shapes.SelectMany(shape => shape.Elements.Select(element => element.Id).Prepend(shape.Id)), "labeledshape");
        Check(data.Tracks.SelectMany(track => track.Elements.Select(element => element.Id).Prepend(track.Id)), "labeledtrack");
        Check(data.Intervals.Select(interval => interval.Id), "labeledinterval");
    }

    private static void Check(IEnumerable<long> ids, string table)
    {
        var seen = new HashSet<long>();
        foreach (var id in ids)
        {
            if (id != 0 && !seen.Add(id))
            {
                throw CvatException.Rule($"duplicate key value violates unique constraint \"engine_{table}_pkey\"\nDETAIL:  Key (id)=({id}) already exists.\n");
            }
        }
    }

    private static LabeledShape AssignShape(LabeledShape shape, ref long next)
    {
        var id = shape.Id != 0 ? shape.Id : next++;
        if (shape.Elements.Length == 0)
        {
            return shape with { Id = id };
        }

        var elements = new LabeledShape[shape.Elements.Length];
        for (var index = 0; index < elements.Length; index++)
        {
            var element = shape.Elements[index];
            elements[index] = element with { Id = element.Id != 0 ? element.Id : next++ };
        }

        return shape with { Id = id, Elements = elements };
    }

    private static LabeledTrack AssignTrack(LabeledTrack track, ref long next, ref long nextKeyFrame)
    {
        var id = track.Id != 0 ? track.Id : next++;
        var shapes = new TrackedShape[track.Shapes.Length];
        for (var index = 0; index < shapes.Length; index++)
        {
            shapes[index] = track.Shapes[index] with { Id = nextKeyFrame++ };
        }

        var elements = track.Elements.Length == 0 ? track.Elements : new LabeledTrack[track.Elements.Length];
        for (var index = 0; index < elements.Length; index++)
        {
            elements[index] = AssignTrack(track.Elements[index], ref next, ref nextKeyFrame);
        }

        return track with { Id = id, Shapes = shapes, Elements = elements };
    }

    private static T[] Map<T>(IReadOnlyList<T> items, Func<T, T> map)
    {
        var mapped = items.Count == 0 ? [] : new T[items.Count];
        for (var index = 0; index < mapped.Length; index++)
        {
            mapped[index] = map(items[index]);
        }

        return mapped;
    }
}
