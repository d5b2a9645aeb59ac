using CsCheck;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Consensus;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations.Consensus;

public sealed class ConsensusMergeTests
{
    private const double Area = 640 * 480;

    private static readonly ShapeType[] VotedTypes = [ShapeType.Rectangle, ShapeType.Polygon, ShapeType.Points];

    private static readonly Gen<LabeledShape> AnyBox = Gen.Select(Gen.Int[1, 2], Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[1, 40], Gen.Int[1, 40])
        .Select((label, x, y, width, height) => Box(label, x, y, x + width, y + height));

    /// <summary>Few places, so that equal shapes and equally good pairs are common.</summary>
    private static readonly Gen<LabeledShape> AnyVote = Gen.Select(
        Gen.Int[0, 4], Gen.Int[0, 4], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2])
        .Select((x, y, size, value, type, z) => Box(1, x, y, x + size, y + size) with
        {
            Type = VotedTypes[type],
            ZOrder = z,
            Attributes = [new(7, $"{value}")],
            Points = VotedTypes[type] == ShapeType.Polygon ? [x, y, x + size, y, x, y + size] : [x, y, x + size, y + size],
        });

    [Fact]
    public void Frame_AlikeShapes_BecomeOneWithTheirShareAsScore()
    {
        var merged = Merge([Box(1, 0, 0, 10, 10)], [Box(1, 0, 0, 10, 9), Box(1, 50, 50, 60, 60)], [Box(1, 0, 0, 10, 8)]);

        merged.Shapes.Select(shape => (shape.Points[3], Math.Round(shape.Score, 2))).ShouldBe([(9, 1), (60, 0.33)]);
        merged.Shapes.ShouldAllBe(shape => shape.Source == AnnotationSource.Consensus && shape.Id == 0);
    }

    [Fact]
    public void Frame_OtherLabelOrType_IsAnotherObject()
    {
        var merged = Merge([Box(1, 0, 0, 10, 10)], [Box(2, 0, 0, 10, 10)], [Box(1, 0, 0, 10, 10) with { Type = ShapeType.Polyline }]);

        merged.Shapes.Count.ShouldBe(3);
        merged.Shapes.ShouldAllBe(shape => shape.Score < 0.34);
    }

    [Fact]
    public void Frame_TwoAlikeShapesOfOneReplica_AreTwoObjects()
    {
        var merged = Merge([Box(1, 0, 0, 10, 10), Box(1, 1, 0, 10, 10)], [Box(1, 0, 0, 10, 10), Box(1, 1, 0, 10, 10)]);

        merged.Shapes.Select(shape => (shape.Points[0], shape.Score)).ShouldBe([(0, 1), (1, 1)]);
    }

    [Fact]
    public void Frame_ChainOfShapes_IsNoObjectWhereItsEndsAreApart()
    {
        // Each neighbour overlaps by two thirds, the first and the last by less than half.
        var merged = Merge([Box(1, 0, 0, 10, 10)], [Box(1, 2, 0, 12, 10)], [Box(1, 4, 0, 14, 10)]);

        merged.Shapes.Select(shape => Math.Round(shape.Score, 2)).Order().ShouldBe([0.33, 0.67]);
    }

    [Fact]
    public void Frame_Attributes_AreThoseOfTheMost()
    {
        var box = Box(1, 0, 0, 10, 10);
        var merged = Merge(
            [box with { ZOrder = 4, Attributes = [new(7, "red"), new(8, "a")] }],
            [box with { Attributes = [new(7, "blue"), new(8, "b")] }],
            [box with { Attributes = [new(7, "blue"), new(8, "c")] }]);

        merged.Shapes[0].Attributes.ShouldBe([new(7, "blue"), new(8, "a")]);
        merged.Shapes[0].ZOrder.ShouldBe(4);
    }

    [Fact]
    public void Frame_Tags_AreTakenOncePerLabel()
    {
        var tag = new LabeledTag { Id = 5, LabelId = 1, Frame = 0, Group = 3 };
        var merged = ConsensusMerge.Frame([new([tag, tag with { Id = 6 }], []), new([tag with { LabelId = 2 }], [])], 0.5, Area);

        merged.Tags.Select(found => (found.LabelId, found.Id, found.Group, found.Source)).ShouldBe([(1, 0, 0, AnnotationSource.Consensus), (2, 0, 0, AnnotationSource.Consensus)]);
    }

    [Fact]
    public void Frame_ThatManyTimesTheSame_IsTheSameWithFullScore() => Gen.Select(AnyBox.Array[0, 12], Gen.Int[1, 5]).Sample((shapes, replicas) =>
    {
        var merged = Merge([.. Enumerable.Repeat(shapes, replicas)]);

        merged.Shapes.Select(Text).Order().ShouldBe(shapes.Select(Text).Order());
        merged.Shapes.ShouldAllBe(shape => shape.Score == 1);
    });

    [Fact]
    public void Frame_AnyReplicas_EveryShapeHasOneVote() => Gen.Select(AnyBox.Array[0, 10].Array[1, 4], Gen.Double[0, 1]).Sample((replicas, threshold) =>
    {
        var merged = ConsensusMerge.Frame([.. replicas.Select(shapes => new FrameVotes([], shapes))], threshold, Area);

        ((int)Math.Round(merged.Shapes.Sum(shape => shape.Score * replicas.Length))).ShouldBe(replicas.Sum(shapes => shapes.Length));
        merged.Shapes.ShouldAllBe(shape => shape.Score > 0 && shape.Score <= 1);
        merged.Shapes.Select(Text).ShouldBeSubsetOf(replicas.SelectMany(shapes => shapes).Select(Text));
    });

    [Fact]
    public void Frame_ReplicasAndShapesInAnotherOrder_AreTheSame() => Gen.Select(AnyVote.Array[0, 8].Array[1, 4], Gen.Double[0, 1], Gen.Int).Sample((replicas, threshold, seed) =>
    {
        var random = new Random(seed);
        var votes = replicas.Select(shapes => new FrameVotes([.. shapes.Take(2).Select(Tag)], shapes)).ToArray();
        var shuffled = votes.Select(on => new FrameVotes([.. Shuffled(on.Tags, random)], [.. Shuffled(on.Shapes, random)]));

        var merged = ConsensusMerge.Frame(votes, threshold, Area);

        var other = ConsensusMerge.Frame([.. Shuffled(shuffled, random)], threshold, Area);
        other.Shapes.Select(Whole).ShouldBe(merged.Shapes.Select(Whole));
        other.Tags.Select(tag => (tag.LabelId, string.Join(' ', tag.Attributes))).ShouldBe(merged.Tags.Select(tag => (tag.LabelId, string.Join(' ', tag.Attributes))));
    });

    [Fact]
    public void Frame_TheLikest_BecomeOneFirst()
    {
        // The second box is like both others, but more like the last one.
        var merged = Merge([Box(1, 0, 0, 10, 10)], [Box(1, 2, 0, 12, 10)], [Box(1, 3, 0, 13, 10)]);
        var apart = ConsensusMerge.Frame([new([], [Box(1, 0, 0, 10, 10)]), new([], [Box(1, 2, 0, 12, 10)]), new([], [Box(1, 3, 0, 13, 10)])], 0.6, Area);

        merged.Shapes.Select(shape => (shape.Points[0], shape.Score)).ShouldBe([(2, 1)]);
        apart.Shapes.Select(shape => (shape.Points[0], Math.Round(shape.Score, 2))).ShouldBe([(0, 0.33), (2, 0.67)]);
    }

    [Fact]
    public void Frame_APileOfEqualShapes_MeetsOneToOne()
    {
        var pile = Enumerable.Repeat(Box(1, 0, 0, 10, 10), 300).ToArray();

        var merged = Merge(pile, pile, pile);

        merged.Shapes.Count.ShouldBe(300);
        merged.Shapes.ShouldAllBe(shape => shape.Score == 1);
    }

    [Theory]
    [InlineData(ShapeType.Ellipse)]
    [InlineData(ShapeType.Rectangle)]
    public void Frame_TurnedShapes_MeetAlthoughTheirPointsAreApart(ShapeType type)
    {
        var flat = type == ShapeType.Ellipse ? Box(1, 50, 50, 90, 45) : Box(1, 10, 45, 90, 55);
        var turned = type == ShapeType.Ellipse ? Box(1, 50, 50, 55, 10) : Box(1, 45, 10, 55, 90);

        var merged = Merge([flat with { Type = type, Rotation = 90 }], [turned with { Type = type }]);

        merged.Shapes.ShouldHaveSingleItem().Score.ShouldBe(1);
    }

    private static IEnumerable<T> Shuffled<T>(IEnumerable<T> items, Random random)
    {
        var all = items.ToArray();
        random.Shuffle(all);
        return all;
    }

    private static LabeledTag Tag(LabeledShape shape) => new() { LabelId = shape.LabelId, Frame = 0, Attributes = shape.Attributes };

    private static string Whole(LabeledShape shape) => $"{shape.Type} {Text(shape)} {shape.Score} {shape.ZOrder} {string.Join(' ', shape.Attributes)}";

    private static FrameVotes Merge(params LabeledShape[][] replicas) =>
        ConsensusMerge.Frame([.. replicas.Select(shapes => new FrameVotes([], shapes))], 0.5, Area);

    private static string Text(LabeledShape shape) => $"{shape.LabelId} {string.Join(' ', shape.Points)}";

    private static LabeledShape Box(int label, params double[] points) => new() { Id = 9, LabelId = label, Type = ShapeType.Rectangle, Frame = 0, Group = 1, Points = points };
}
