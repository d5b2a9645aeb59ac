using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Consensus;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations.Consensus;

/// <summary>Through the merge: two replicas with one shape each are one object where the threshold is met, and two just above it.</summary>
public sealed class VoteLikenessTests
{
    private const double Area = 100 * 100;

    [Theory]
    [InlineData(ShapeType.Rectangle, "0 0 10 10", "0 0 10 5", 0.5)]
    [InlineData(ShapeType.Rectangle, "0 0 10 10", "20 0 30 10", 0)]
    [InlineData(ShapeType.Polygon, "0 0 10 0 10 10 0 10", "0 0 10 0 10 10", 0.5)]
    [InlineData(ShapeType.Ellipse, "50 50 60 40", "50 50 60 40", 1)]
    [InlineData(ShapeType.Ellipse, "50 50 60 40", "50 50 60 45", 0.5)]
    [InlineData(ShapeType.Cuboid, "0 0 10 0 10 10 0 10 2 2 8 2 8 8 2 8", "0 0 10 0 10 5 0 5 2 2 8 2 8 4 2 4", 0.5)]
    [InlineData(ShapeType.Mask, "0 4 0 0 1 1", "0 2 0 0 1 0", 0.5)]
    [InlineData(ShapeType.Mask, "0 4 0 0 1 1", "1 2 1 0 0 1 1", 0.5)]
    [InlineData(ShapeType.Mask, "0 4 0 0 1 1", "0 4 2 0 3 1", 0)]
    [InlineData(ShapeType.Polyline, "0 0 50 0 50 50", "50 50 50 0 0 0", 1)]
    [InlineData(ShapeType.Polyline, "0 0 50 0", "0 90 50 90", 0)]
    [InlineData(ShapeType.Points, "10 10", "10 10", 1)]
    [InlineData(ShapeType.Points, "10 10 20 20", "20 20 10 10", 1)]
    [InlineData(ShapeType.Points, "10 10 20 20", "20 20 10 10 90 90 91 91", 0.5)]
    [InlineData(ShapeType.Points, "10 10", "90 90", 0)]
    public void Of_Shapes_IsAsExpected(ShapeType type, string a, string b, double expected) => LikenessOf(Shape(type, a), Shape(type, b)).ShouldBe(expected, 0.02);

    [Fact]
    public void Of_TurnedBoxes_ComparesThemAsTheyStand()
    {
        var standing = Shape(ShapeType.Rectangle, "40 45 60 55");
        var lying = standing with { Points = [45, 40, 55, 60], Rotation = 90 };

        LikenessOf(standing, lying).ShouldBe(1, 0.001);
        LikenessOf(standing, lying with { Rotation = 0 }).ShouldBe(1 / 3.0, 0.001);
    }

    [Fact]
    public void Of_Skeletons_ComparesVisiblePoints()
    {
        var body = Skeleton("10 10", "30 30");

        LikenessOf(body, body).ShouldBe(1, 0.001);
        LikenessOf(body, Skeleton("10 10", null)).ShouldBe(0.5, 0.001);
        LikenessOf(body, Skeleton("90 90", "70 70")).ShouldBe(0, 0.001);
    }

    private static LabeledShape Skeleton(string? head, string? foot) => Shape(ShapeType.Skeleton, "") with
    {
        Elements = [Shape(ShapeType.Points, head ?? "0 0") with { LabelId = 2, Outside = head is null }, Shape(ShapeType.Points, foot ?? "0 0") with { LabelId = 3, Outside = foot is null }],
    };

    private static LabeledShape Shape(ShapeType type, string points) => new()
    {
        LabelId = 1,
        Frame = 0,
        Type = type,
        Points = [.. points.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(double.Parse)],
    };

    private static double LikenessOf(LabeledShape a, LabeledShape b)
    {
        var (low, high) = (0.0, 1.0001);
        while (high - low > 1e-4)
        {
            var middle = (low + high) / 2;
            (low, high) = ConsensusMerge.Frame([new([], [a]), new([], [b])], middle, Area).Shapes.Count == 1 ? (middle, high) : (low, middle);
        }

        return low;
    }
}
