using CsCheck;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Merging;
using Shouldly;
using Xunit;
using static CvatServerless.Tests.Unit.Domain.Annotations.AnnotationJson;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class AnnotationMergeTests
{
    private static readonly double[] Same = [0, 0, 10, 10];

    [Fact]
    public void Tracks_ThatMatchInTheOverlap_BecomeOne()
    {
        var merged = Merge([Track(Key(0, Same)) with { Id = 1 }], [Track(Key(5, Same), Key(8, Same)) with { Id = 2 }]);

        Describe(merged.Tracks.ShouldHaveSingleItem()).ShouldBe("0[0,0,10,10] 5[0,0,10,10] 8[0,0,10,10]");
        merged.Tracks[0].Id.ShouldBe(1);
    }

    [Fact]
    public void Tracks_ThatDoNotMatch_EndAtTheOverlap()
    {
        var merged = Merge([Track(Key(0, Same)) with { Id = 1 }], [Track(Key(5, [50, 50, 60, 60])) with { Id = 2 }]);

        merged.Tracks.Select(Describe).ShouldBe(["0[0,0,10,10] 7o[0,0,10,10]", "5[50,50,60,60]"]);
    }

    [Fact]
    public void Tracks_BeforeAnEmptyJob_EndAtItsOverlap() =>
        Describe(Merge([Track(Key(0, Same)) with { Id = 1 }], []).Tracks[0]).ShouldBe("0[0,0,10,10] 7o[0,0,10,10]");

    [Fact]
    public void Shapes_AlikeInTheOverlap_AreTakenOnce()
    {
        var merge = new AnnotationMerge(is3D: false);
        merge.Add(new LabeledData { Shapes = [Box(5, 0, 0, 10, 10, 1), Box(6, 0, 0, 10, 10, 2), Box(5, 0, 0, 10, 10, 3, label: 5)] }, 0, 0);
        merge.Add(new LabeledData { Shapes = [Box(5, 0, 0, 10, 9, 4), Box(6, 0, 0, 10, 5, 5), Box(7, 0, 0, 10, 10, 6)] }, 5, 2);

        merge.Result().Shapes.Select(shape => shape.Id).ShouldBe([1, 3, 2, 5, 6]);
    }

    [Fact]
    public void Shapes_OfTypesThatAreNotCompared_ComeTwice()
    {
        var line = Box(5, 0, 0, 10, 10, 1) with { Type = ShapeType.Polyline };
        var merge = new AnnotationMerge(is3D: false);
        merge.Add(new LabeledData { Shapes = [line] }, 0, 0);
        merge.Add(new LabeledData { Shapes = [line with { Id = 2 }] }, 5, 2);

        merge.Result().Shapes.Count.ShouldBe(2);
    }

    [Fact]
    public void Tags_OfOneLabelOnOneFrame_AreAlike()
    {
        var tag = new LabeledTag { Id = 1, LabelId = 3, Frame = 5 };
        var merge = new AnnotationMerge(is3D: false);
        merge.Add(new LabeledData { Tags = [tag] }, 0, 0);
        merge.Add(new LabeledData { Tags = [tag with { Id = 2 }, tag with { Id = 3 }] }, 5, 2);

        merge.Result().Tags.Select(item => item.Id).ShouldBe([1, 3]);
    }

    [Theory]
    [InlineData(new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, 1)]
    [InlineData(new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, new double[] { 5, 0, 15, 0, 15, 10, 5, 10 }, 1 / 3.0)]
    [InlineData(new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, new double[] { 0, 0, 10, 0, 10, 10 }, 0.5)]
    [InlineData(new double[] { 0, 0, 10, 10, 10, 0, 0, 10 }, new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, 0)]
    [InlineData(new double[] { 0, 0, 10, 0, 10, 4, 4, 4, 4, 6, 10, 6, 10, 10, 0, 10 }, new double[] { 6, 0, 10, 0, 10, 10, 6, 10 }, 32 / 96.0)]
    public void PolygonIoU_IsExact(double[] a, double[] b, double expected) => PolygonOverlap.IoU(a, b).ShouldBe(expected, 1e-9);

    [Fact]
    public void Hungarian_IsNeverWorseThanAnyPermutation() => Gen.Double[0, 1].Array[16].Sample(
        values =>
        {
            var cost = new double[4, 4];
            for (var index = 0; index < 16; index++)
            {
                cost[index / 4, index % 4] = values[index];
            }

            var assigned = Hungarian.Assign(cost);

            assigned.Order().ShouldBe([0, 1, 2, 3]);
            var total = Enumerable.Range(0, 4).Sum(row => cost[row, assigned[row]]);
            foreach (var columns in Permutations([0, 1, 2, 3]))
            {
                total.ShouldBeLessThanOrEqualTo(Enumerable.Range(0, 4).Sum(row => cost[row, columns[row]]) + 1e-12);
            }
        },
        iter: 100,
        seed: "0000000000005");

    [Fact]
    public void Hungarian_MoreRowsThanColumns_LeavesSomeOut() =>
        Hungarian.Assign(new double[,] { { 0.9 }, { 0.1 }, { 0.5 } }).ShouldBe([-1, 0, -1]);

    private static LabeledData Merge(LabeledTrack[] first, LabeledTrack[] second)
    {
        var merge = new AnnotationMerge(is3D: false);
        merge.Add(new LabeledData { Tracks = first }, 0, 0);
        merge.Add(new LabeledData { Tracks = second }, 5, 2);
        return merge.Result();
    }

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(item => Permutations([.. items.Where(other => other != item)]).Select(rest => (int[])[item, .. rest]));
}
