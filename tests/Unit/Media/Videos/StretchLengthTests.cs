using CvatServerless.Media.Frames;
using CvatServerless.Media.Videos;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Videos;

public sealed class StretchLengthTests
{
    private const int ChunkSize = 36;

    [Fact]
    public void Of_KeyFramesFarApart_BeginsJustBehindThem() => Length(Video(1800, keyEvery: 250)).ShouldBe(28); // 1008 frames

    [Fact]
    public void Of_KeyFramesAtChunks_IsAsLongAsFewSecondsOrAnEighthOfTheVideo()
    {
        Length(Video(1800, keyEvery: ChunkSize)).ShouldBeInRange(25, 30);
        Length(Video(18_000, keyEvery: ChunkSize)).ShouldBeInRange(50, 63);
    }

    [Fact]
    public void Of_LongVideo_IsNotMoreThanAMinuteOfWork() => Length(Video(1_000_000, keyEvery: ChunkSize)).ShouldBe(60);

    [Fact]
    public void Of_TooManyStretches_AreMadeLonger() => Length(Video(200_000, keyEvery: ChunkSize, width: 64, height: 36), least: 100).ShouldBeGreaterThanOrEqualTo(100);

    [Fact]
    public void Of_LargeFrames_MayBeFewerChunksThanUsual() => Length(Video(10_000, keyEvery: 250, width: 3840, height: 2160), step: 10).ShouldBe(1);

    [Fact]
    public void Of_NoRandomAccess_IsOneStretch() => Length(Video(1800, keyEvery: 1800, hasRandomAccess: false)).ShouldBe(50);

    [Fact]
    public void Of_NoRandomAccessAndLong_IsInAsFewAsMayBe() => Length(Video(100_000, keyEvery: 100_000, hasRandomAccess: false)).ShouldBe(120);

    [Fact]
    public void Of_ChunksLongerThanTheVideo_IsOneStretch() => StretchLength.Of(Video(100, keyEvery: 10), FrameSelection.Of(100, 0, null, 1), int.MaxValue, 1).ShouldBe(1);

    [Theory]
    [InlineData(1)]
    [InlineData(36)]
    [InlineData(100)]
    public void Of_FewFrames_IsOneStretch(int frames) => Length(Video(frames, keyEvery: 250)).ShouldBe((frames + ChunkSize - 1) / ChunkSize);

    private static int Length(VideoIndex index, int step = 1, int least = 1) =>
        StretchLength.Of(index, FrameSelection.Of(index.FrameCount, 0, null, step), ChunkSize, least);

    private static VideoIndex Video(int frames, int keyEvery, int width = 1280, int height = 720, bool hasRandomAccess = true) => new(
        new VideoFacts { Width = width, Height = height, Codec = "h264", Container = "mp4", Stream = 0, TimeUnit = 1 / 30.0, HasRandomAccess = hasRandomAccess },
        [.. Enumerable.Range(0, frames).Select(i => (long)i)],
        [.. Enumerable.Range(0, (frames + keyEvery - 1) / keyEvery).Select(i => new KeyFrame(i * keyEvery, IsClosed: true))]);
}
