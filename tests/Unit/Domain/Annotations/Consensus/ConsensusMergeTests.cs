using CsCheck;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Consensus;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations.Consensus;

public sealed class ConsensusMergeTests
{
    private const double Area = 640 * 480;

    private static readonly Gen<LabeledShape> AnyBox = Gen.Select(Gen.Int[1, 2], Gen.Int[0, 60], Gen.Int[0, 60], Gen.Int[1, 40], Gen.Int[1, 40])
        .Select((label, x, y, width, height) => Box(label, x, y, x + width, y + height));

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

    private static FrameVotes Merge(params LabeledShape[][] replicas) =>
        ConsensusMerge.Frame([.. replicas.Select(shapes => new FrameVotes([], shapes))], 0.5, Area);

    private static string Text(LabeledShape shape) => $"{shape.LabelId} {string.Join(' ', shape.Points)}";

    private static LabeledShape Box(int label, params double[] points) => new() { Id = 9, LabelId = label, Type = ShapeType.Rectangle, Frame = 0, Group = 1, Points = points };
}
