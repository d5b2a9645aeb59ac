namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>A shape and the replica that it is from.</summary>
internal readonly record struct Vote(LabeledShape Shape, int Replica);

/// <summary>
/// Which shapes of one label and type on one frame are one object: the two likest become one first, as long as every two of an object are alike enough and of
/// different replicas. Only shapes whose boxes touch are compared, and only pairs that are alike are kept. The outcome depends neither on the order of the replicas nor
/// on that of their shapes.
/// </summary>
internal static class VoteClusters
{
    /// <summary>Of one shape, at most this many pairs with shapes of one other replica are kept, the likest: a pile of equal shapes must not fill the memory.</summary>
    private const int MaxPairs = 32;

    /// <summary>The objects, each with its votes, in an order that follows from the shapes.</summary>
    public static IEnumerable<IReadOnlyList<Vote>> Of(IEnumerable<Vote> votes, double threshold, VoteLikeness likeness)
    {
        var places = Places(votes);
        var pairs = new List<Pair>();
        for (var index = 0; index < places.Length; index++)
        {
            pairs.AddRange(Likest(places, index, threshold, likeness));
        }

        var objects = Enumerable.Range(0, places.Length).Select(index => new List<int> { index }).ToArray();
        foreach (var pair in Sorted(pairs, places))
        {
            var (one, other) = (objects[pair.First], objects[pair.Second]);
            if (one != other && MayJoin(one, other, places, threshold, likeness))
            {
                one.AddRange(other);
                other.ForEach(index => objects[index] = one);
            }
        }

        return objects.Distinct().Select(members => members.Order().Select(index => places[index].Vote).ToList());
    }

    /// <summary>The votes from left to right, equal ones with one rank; <see cref="Place.Ordinal"/> tells the equal ones of one replica apart.</summary>
    private static Place[] Places(IEnumerable<Vote> votes)
    {
        var places = votes.Select(vote => new Place(vote, VoteLikeness.Bounds(vote.Shape), 0, 0))
            .OrderBy(place => place.Bounds.Left).ThenBy(place => place.Vote.Shape, VoteOrder.Instance).ThenBy(place => place.Vote.Replica).ToArray();
        for (var index = 1; index < places.Length; index++)
        {
            var (before, here) = (places[index - 1], places[index]);
            var isEqual = VoteOrder.Instance.Compare(before.Vote.Shape, here.Vote.Shape) == 0;
            places[index] = here with
            {
                Rank = isEqual ? before.Rank : index,
                Ordinal = isEqual && before.Vote.Replica == here.Vote.Replica ? before.Ordinal + 1 : 0,
            };
        }

        return places;
    }

    private static IEnumerable<Pair> Likest(Place[] places, int index, double threshold, VoteLikeness likeness)
    {
        var here = places[index];
        var near = new List<Pair>();
        for (var other = index + 1; other < places.Length && places[other].Bounds.Left <= here.Bounds.Right; other++)
        {
            var there = places[other];
            if (there.Vote.Replica != here.Vote.Replica
                && here.Bounds.Touches(there.Bounds)
                && IsAlike(likeness.Of(here.Vote.Shape, there.Vote.Shape), threshold, out var found))
            {
                near.Add(new(index, other, found));
            }
        }

        return near.GroupBy(pair => places[pair.Second].Vote.Replica).SelectMany(pairs => Sorted(pairs, places).Take(MaxPairs));
    }

    /// <summary>The likest first; of equal shapes those with the same ordinal, so that piles of them meet one to one.</summary>
    private static IOrderedEnumerable<Pair> Sorted(IEnumerable<Pair> pairs, Place[] places) => pairs
        .OrderByDescending(pair => pair.Likeness)
        .ThenBy(pair => Math.Abs(places[pair.First].Ordinal - places[pair.Second].Ordinal))
        .ThenBy(pair => places[pair.First].Rank)
        .ThenBy(pair => places[pair.Second].Rank);

    private static bool MayJoin(List<int> one, List<int> other, Place[] places, double threshold, VoteLikeness likeness) =>
        one.TrueForAll(first => other.TrueForAll(second => places[first].Vote.Replica != places[second].Vote.Replica))
        && one.TrueForAll(first => other.TrueForAll(second => IsAlike(
            likeness.Of(places[Math.Min(first, second)].Vote.Shape, places[Math.Max(first, second)].Vote.Shape), threshold, out _)));

    private static bool IsAlike(double likeness, double threshold, out double found)
    {
        found = likeness;
        return likeness > 0 && likeness >= threshold;
    }

    private readonly record struct Place(Vote Vote, VoteBounds Bounds, int Rank, int Ordinal);

    private readonly record struct Pair(int First, int Second, double Likeness);
}

/// <summary>A box around a shape, in pixels: shapes whose boxes don't touch have nothing in common.</summary>
internal readonly record struct VoteBounds(double Left, double Top, double Right, double Bottom)
{
    /// <summary>Of shapes that are compared by nearness, which has no end.</summary>
    public static readonly VoteBounds Endless = new(double.NegativeInfinity, double.NegativeInfinity, double.PositiveInfinity, double.PositiveInfinity);

    /// <summary>Whether they have at least a border in common.</summary>
    public bool Touches(VoteBounds other) => Left <= other.Right && other.Left <= Right && Top <= other.Bottom && other.Top <= Bottom;
}
