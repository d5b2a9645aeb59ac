namespace CvatServerless.Domain.Annotations.Consensus;

/// <summary>An order of shapes of one label and type, and of their attributes, by what they are: who drew them, and in which order, has no part in it.</summary>
internal sealed class VoteOrder : IComparer<LabeledShape>
{
    /// <summary>The one.</summary>
    public static readonly VoteOrder Instance = new();

    /// <summary>Orders attribute lists.</summary>
    public static readonly IComparer<AttributeValue[]> ByAttributes = Comparer<AttributeValue[]>.Create(Compare);

    /// <inheritdoc/>
    public int Compare(LabeledShape? x, LabeledShape? y)
    {
        if (x is null || y is null || ReferenceEquals(x, y))
        {
            return Comparer<bool>.Default.Compare(x is not null, y is not null);
        }

        return FirstDifference(
        [
            x.Points.AsSpan().SequenceCompareTo(y.Points),
            x.Rotation.CompareTo(y.Rotation),
            x.LabelId.CompareTo(y.LabelId),
            x.Outside.CompareTo(y.Outside),
            x.Occluded.CompareTo(y.Occluded),
            x.ZOrder.CompareTo(y.ZOrder),
            Compare(x.Attributes, y.Attributes),
            Elements(x.Elements, y.Elements),
        ]);
    }

    private static int Compare(AttributeValue[] x, AttributeValue[] y)
    {
        for (var index = 0; index < Math.Min(x.Length, y.Length); index++)
        {
            var difference = FirstDifference([x[index].SpecId.CompareTo(y[index].SpecId), string.CompareOrdinal(x[index].Value, y[index].Value)]);
            if (difference != 0)
            {
                return difference;
            }
        }

        return x.Length.CompareTo(y.Length);
    }

    private static int Elements(LabeledShape[] x, LabeledShape[] y)
    {
        for (var index = 0; index < Math.Min(x.Length, y.Length); index++)
        {
            if (Instance.Compare(x[index], y[index]) is not 0 and var difference)
            {
                return difference;
            }
        }

        return x.Length.CompareTo(y.Length);
    }

    private static int FirstDifference(ReadOnlySpan<int> differences)
    {
        var index = differences.IndexOfAnyExcept(0);
        return index < 0 ? 0 : differences[index];
    }
}
