using CvatServerless.Domain.Annotations.Merging;

namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>What is on one frame: of one replica, or of all of them merged.</summary>
public sealed record FrameVotes(IReadOnlyList<LabeledTag> Tags, IReadOnlyList<LabeledShape> Shapes);

/// <summary>
/// One opinion of several. Shapes of the same label and type in different replicas are one object where every two of them are alike enough; each replica has one
/// vote for an object. All objects are kept, with the share of the replicas that saw them as their score. Source: contract-resources.md §6
/// (<c>consensus_create_merge</c>).
/// </summary>
public static class ConsensusMerge
{
    /// <summary>Merges one frame.</summary>
    /// <param name="replicas">What each replica has on it; attributes complete.</param>
    /// <param name="threshold">From which likeness on two shapes are one, 0–1.</param>
    /// <param name="pictureArea">Of the frame, in square pixels.</param>
    /// <returns>Objects without ids, in the order in which the replicas bring them.</returns>
    public static FrameVotes Frame(IReadOnlyList<FrameVotes> replicas, double threshold, double pictureArea) =>
        new(Tags(replicas), Shapes(replicas, threshold, pictureArea));

    private static List<LabeledTag> Tags(IReadOnlyList<FrameVotes> replicas) =>
    [
        .. replicas.SelectMany(replica => replica.Tags.DistinctBy(tag => tag.LabelId)).GroupBy(tag => tag.LabelId)
            .Select(votes => votes.First() with { Id = 0, Group = 0, Source = AnnotationSource.Consensus, Attributes = Attributes([.. votes.Select(tag => tag.Attributes)]) }),
    ];

    private static List<LabeledShape> Shapes(IReadOnlyList<FrameVotes> replicas, double threshold, double pictureArea)
    {
        var likeness = new VoteLikeness(pictureArea);
        var objects = new Dictionary<(int LabelId, ShapeType Type), List<List<LabeledShape>>>();
        foreach (var replica in replicas)
        {
            foreach (var group in replica.Shapes.Where(shape => !shape.Outside).GroupBy(shape => (shape.LabelId, shape.Type)))
            {
                if (!objects.TryGetValue(group.Key, out var known))
                {
                    objects[group.Key] = known = [];
                }

                Vote(known, [.. group], threshold, likeness);
            }
        }

        return [.. objects.Values.SelectMany(known => known).Select(votes => Agreed(votes, replicas.Count, likeness))];
    }

    /// <summary>Gives each shape of a replica to the object that it is most like, each object at most one; the others are new objects.</summary>
    private static void Vote(List<List<LabeledShape>> objects, LabeledShape[] shapes, double threshold, VoteLikeness likeness)
    {
        const double Apart = 2;
        var cost = new double[shapes.Length, objects.Count];
        for (var row = 0; row < shapes.Length; row++)
        {
            for (var column = 0; column < objects.Count; column++)
            {
                var least = objects[column].Min(other => likeness.Of(shapes[row], other));
                cost[row, column] = least > 0 && least >= threshold ? 1 - least : Apart;
            }
        }

        var columns = objects.Count == 0 ? [.. shapes.Select(_ => -1)] : Hungarian.Assign(cost);
        for (var row = 0; row < shapes.Length; row++)
        {
            if (columns[row] >= 0 && cost[row, columns[row]] < Apart)
            {
                objects[columns[row]].Add(shapes[row]);
            }
            else
            {
                objects.Add([shapes[row]]);
            }
        }
    }

    /// <summary>The shape that is most like all the others speaks for them.</summary>
    private static LabeledShape Agreed(List<LabeledShape> votes, int replicas, VoteLikeness likeness)
    {
        var best = votes.MaxBy(shape => votes.Sum(other => ReferenceEquals(other, shape) ? 1 : likeness.Of(shape, other)))!;
        return best with
        {
            Id = 0,
            Group = 0,
            Source = AnnotationSource.Consensus,
            Score = (double)votes.Count / replicas,
            ZOrder = votes.Max(shape => shape.ZOrder),
            Attributes = Attributes([.. votes.Select(shape => shape.Attributes)]),
            Elements = Array.ConvertAll(best.Elements, element => element with { Id = 0, Group = 0, Source = AnnotationSource.Consensus }),
        };
    }

    /// <summary>Of each attribute the value that most gave it; among equals the first one.</summary>
    private static AttributeValue[] Attributes(IReadOnlyList<AttributeValue[]> votes) =>
    [
        .. votes.SelectMany(values => values).GroupBy(value => value.SpecId).Select(values => values.GroupBy(value => value.Value).MaxBy(same => same.Count())!.First()),
    ];
}
