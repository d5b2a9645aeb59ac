using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

public sealed class SegmentPlanTests
{
    [Theory]
    [InlineData(4, 3, 1, "0-2 2-3")]
    [InlineData(5, 3, 1, "0-2 2-4")]
    [InlineData(6, 3, 1, "0-2 2-4 4-5")]
    [InlineData(5, 0, null, "0-4")]
    [InlineData(5, 9, 3, "0-4")]
    [InlineData(1, 1, 7, "0-0")]
    [InlineData(10, 4, 9, "0-3 2-5 4-7 6-9")]
    public void Of_Pictures_CutsAsTheContractSays(int size, int segmentSize, int? overlap, string expected) =>
        Text(SegmentPlan.Of(size, segmentSize, overlap, isVideo: false)).ShouldBe(expected);

    [Fact]
    public void Of_Video_OverlapsByDefaultButAtMostByHalf()
    {
        var plan = SegmentPlan.Of(8, 5, null, isVideo: true);

        Text(plan).ShouldBe("0-4 3-7");
        (plan.SegmentSize, plan.Overlap).ShouldBe((5, 2));
    }

    private static string Text(SegmentPlan plan) => string.Join(' ', plan.Segments.Select(segment => $"{segment.StartFrame}-{segment.StopFrame}"));
}
