namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>What is on one frame: of one replica, or of all of them merged.</summary>
public sealed record FrameVotes(IReadOnlyList<LabeledTag> Tags, IReadOnlyList<LabeledShape> Shapes);

/// <summary>
/// One opinion of several. Shapes of the same label and type in different replicas are one object where every two of them are alike enough; each replica has one
/// vote for an object. All objects are kept, with the share of the replicas that saw them as their score. Neither the order of the replicas nor that of their
/// objects matters. Source: contract-resources.md §6 (<c>consensus_create_merge</c>).
/// </summary>
public static class ConsensusMerge
{
    /// <summary>Merges one frame.</summary>
    /// <param name="replicas">What each replica has on it; attributes complete.</param>
    /// <param name="threshold">From which likeness on two shapes are one, 0–1.</param>
    /// <param name="pictureArea">Of the frame, in square pixels.</param>
    /// <returns>Objects without ids, by label and type.</returns>
    public static FrameVotes Frame(IReadOnlyList<FrameVotes> replicas, double threshold, double pictureArea) =>
        new(Tags(replicas), Shapes(replicas, threshold, pictureArea));

    private static List<LabeledTag> Tags(IReadOnlyList<FrameVotes> replicas) =>
    [
        .. replicas.SelectMany(replica => replica.Tags.OrderBy(tag => tag.Attributes, VoteOrder.ByAttributes).DistinctBy(tag => tag.LabelId))
            .GroupBy(tag => tag.LabelId)
            .OrderBy(votes => votes.Key)
            .Select(votes => votes.First() with { Id = 0, Group = 0, Source = AnnotationSource.Consensus, Attributes = Attributes([.. votes.Select(tag => tag.Attributes)]) }),
    ];

    private static List<LabeledShape> Shapes(IReadOnlyList<FrameVotes> replicas, double threshold, double pictureArea)
    {
        var likeness = new VoteLikeness(pictureArea);
        return
        [
            .. replicas.SelectMany((replica, index) => replica.Shapes.Where(shape => !shape.Outside).Select(shape => new Vote(shape, index)))
                .GroupBy(vote => (vote.Shape.LabelId, vote.Shape.Type))
                .OrderBy(votes => votes.Key)
                .SelectMany(votes => VoteClusters.Of(votes, threshold, likeness))
                .Select(votes => Agreed([.. votes.Select(vote => vote.Shape)], replicas.Count, likeness)),
        ];
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

    /// <summary>Of each attribute the value that most gave it; among equals the first one by its letters.</summary>
    private static AttributeValue[] Attributes(IReadOnlyList<AttributeValue[]> votes) =>
    [
        .. votes.SelectMany(values => values).GroupBy(value => value.SpecId).OrderBy(values => values.Key).Select(values => new AttributeValue(values.Key, MostGiven(values))),
    ];

    private static string MostGiven(IEnumerable<AttributeValue> values) =>
        values.GroupBy(value => value.Value).OrderByDescending(same => same.Count()).ThenBy(same => same.Key, StringComparer.Ordinal).First().Key;
}
