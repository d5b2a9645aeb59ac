using CvatServerless.Media.Chunks;
using CvatServerless.Media.Frames;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Frames;

public sealed class FrameSelectionTests
{
    [Theory]
    [InlineData(50, 3, 46, 5, 9, 43)]
    [InlineData(7, 2, 6, 2, 3, 6)]
    [InlineData(10, 0, null, 1, 10, 9)]
    [InlineData(10, 0, 0, 1, 10, 9)]
    [InlineData(10, 0, 100, 3, 4, 9)]
    [InlineData(10, 9, 9, 1, 1, 9)]
    [InlineData(10, 10, null, 1, 0, 10)]
    [InlineData(0, 0, null, 1, 0, 0)]
    public void Of_StartStopStep_SelectsAsTheContractSays(int count, int start, int? stop, int step, int size, int last)
    {
        var selection = FrameSelection.Of(count, start, stop, step);

        (selection.Size, selection.Stop).ShouldBe((size, last));
        selection.SourceIndices().ShouldBe(Enumerable.Range(0, size).Select(i => start + (i * step)));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData(null, 1)]
    [InlineData("step=3", 3)]
    [InlineData("x step = 12 y", 12)]
    [InlineData("step=0", null)]
    [InlineData("step=-1", null)]
    [InlineData("every=2", null)]
    public void StepOf_Filter_FindsTheStep(string? filter, int? step) => FrameSelection.StepOf(filter).ShouldBe(step);

    [Theory]
    [InlineData(1920, 1080, 36)]
    [InlineData(640, 480, 72)]
    [InlineData(3840, 2160, 9)]
    [InlineData(20000, 8000, 2)]
    [InlineData(1, 1, 72)]
    public void ForImages_Size_GivesTheDefaultChunk(int width, int height, int frames) => ChunkSizes.ForImages(width, height).ShouldBe(frames);
}
