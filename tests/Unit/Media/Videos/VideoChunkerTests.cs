using CvatServerless.Media.Archives;
using CvatServerless.Media.Videos;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Videos;

/// <summary>Source: contract-data.md §3.3.</summary>
public sealed class VideoChunkerTests : IDisposable
{
    private static readonly VideoKinds BothMp4 = new(true, true, false, 70);
    private readonly Clips _clips = new();

    public void Dispose() => _clips.Dispose();

    [Theory]
    [InlineData("h264.mp4", "-c:v libx264 -g 25 -bf 2")]
    [InlineData("hevc.mkv", "-c:v libx265 -preset ultrafast -x265-params keyint=25:log-level=none")]
    [InlineData("vp9.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -crf 20 -b:v 0")]
    [InlineData("av1.mp4", "-c:v libsvtav1 -preset 13 -g 25 -crf 20 -svtav1-params loglevel=0")]
    [InlineData("mpeg4.avi", "-c:v mpeg4 -g 12 -q:v 2")]
    [InlineData("mpeg4b.avi", "-c:v mpeg4 -g 12 -bf 2 -q:v 2")]
    [InlineData("mjpeg.mov", "-c:v mjpeg -q:v 2")]
    [InlineData("mpegts.ts", "-c:v libx264 -g 25 -bf 2")]
    [InlineData("mpeg2.mpg", "-c:v mpeg2video -g 12 -bf 2 -q:v 2")]
    public async Task Build_EveryCodecAndContainer_ShowsExactlyTheFrames(string name, string codec)
    {
        var clip = _clips.Make(name, 80, codec);
        var index = await new VideoProbe(_clips.Options).IndexAsync(clip, CancellationToken.None);
        index.FrameCount.ShouldBe(80);

        var chunks = await _clips.ChunksAsync(clip, index, new(31, 2, 20, 8), BothMp4);

        chunks.Select(chunk => (chunk.Quality, chunk.Number)).ShouldBe([("compressed", 0), ("compressed", 1), ("compressed", 2), ("original", 0), ("original", 1), ("original", 2)]);
        var numbers = new List<int>();
        foreach (var chunk in chunks.Take(3))
        {
            numbers.AddRange(await _clips.NumbersAsync(chunk.Bytes));
        }

        numbers.ShouldBe(Clips.Expected(31, 2, 20));
        _clips.LeftOver.ShouldBe(0);
    }

    [Fact]
    public async Task Build_ChunksAtKeyFrames_CopiesTheStream()
    {
        var clip = _clips.Make("aligned.mp4", 60, "-c:v libx264 -g 10 -keyint_min 10 -sc_threshold 0 -bf 2 -x264-params open-gop=0");
        var index = await new VideoProbe(_clips.Options).IndexAsync(clip, CancellationToken.None);
        var stretch = new VideoStretch(20, 1, 40, 10);
        stretch.CanCopy(index).ShouldBeTrue();
        new VideoStretch(21, 1, 39, 10).CanCopy(index).ShouldBeFalse();

        var chunks = await _clips.ChunksAsync(clip, index, stretch, new(true, false, false, 70));

        chunks.Count.ShouldBe(4);
        (await _clips.NumbersAsync(chunks[1].Bytes)).ShouldBe(Clips.Expected(30, 1, 10));
        chunks.Sum(chunk => (long)chunk.Bytes.Length).ShouldBeLessThan(new FileInfo(clip.Path).Length * 2);
    }

    [Fact]
    public async Task Build_AsPictures_GivesZipsOfJpegs()
    {
        var clip = _clips.Make("odd.mp4", 20, "-c:v libx264 -pix_fmt yuv444p", filter: "format=yuv444p,crop=95:63");
        var index = await new VideoProbe(_clips.Options).IndexAsync(clip, CancellationToken.None);

        var chunks = await _clips.ChunksAsync(clip, index, new(3, 1, 12, 5), new(false, true, true, 90));

        chunks.Count.ShouldBe(3);
        await using var zip = await ZipSource.OpenAsync("chunk", new MemoryStream(chunks[2].Bytes), new(), leaveOpen: false, CancellationToken.None);
        zip.Entries.Select(entry => entry.Name).ShouldBe(["000000.jpeg", "000001.jpeg"]);
        var jpeg = await zip.ReadEntryAsync(zip.Entries[1], CancellationToken.None);
        Clips.NumberIn(jpeg).ShouldBe(14);
        using var picture = Pictures.Decode(jpeg);
        (picture.Width, picture.Height).ShouldBe((95, 63));
    }

    [Fact]
    public async Task Build_VariableFrameRateAndRotation_KeepsEveryFrameOnce()
    {
        var clip = _clips.Make("cfr.mp4", 40, "-c:v libx264 -g 100", filter: "setpts='PTS+gt(mod(N,3),1)*PTS/200'");
        var turned = _clips.Remux(clip, "turned.mp4", "-c", "copy", "-metadata:s:v:0", "rotate=90");
        var index = await new VideoProbe(_clips.Options).IndexAsync(turned, CancellationToken.None);

        (index.Facts.Width, index.Facts.Height, index.FrameCount).ShouldBe((64, 96, 40));
        var chunks = await _clips.ChunksAsync(turned, index, new(0, 1, 40, 36), BothMp4);
        (await _clips.NumbersAsync(chunks[1].Bytes)).ShouldBe(Clips.Expected(36, 1, 4));
        var frame = await new VideoFrames(_clips.Options).FromVideoAsync(turned, index, 17, isCompressed: false, CancellationToken.None);
        Clips.NumberIn(frame).ShouldBe(17);
        using var picture = Pictures.Decode(frame);
        (picture.Width, picture.Height).ShouldBe((64, 96));
    }

    [Fact]
    public async Task Build_FullHd_HalvesCompressedOnes()
    {
        var clip = _clips.Make("hd.mp4", 3, "-c:v libx264 -preset ultrafast", size: "1920x1080");
        var index = await new VideoProbe(_clips.Options).IndexAsync(clip, CancellationToken.None);

        var chunks = await _clips.ChunksAsync(clip, index, new(0, 1, 3, 36), BothMp4);

        var sizes = new List<(int, int)>();
        foreach (var chunk in chunks)
        {
            using var picture = Pictures.Decode(await new VideoFrames(_clips.Options).FromChunkAsync(_clips.File("c.mp4", chunk.Bytes), 2, CancellationToken.None));
            sizes.Add((picture.Width, picture.Height));
        }

        sizes.ShouldBe([(960, 540), (1920, 1080)]);
        VideoQuality.CompressedSize(3840, 2160).ShouldBe((960, 540));
        (VideoQuality.Quantizer(70), VideoQuality.Quantizer(67), VideoQuality.Quantizer(100)).ShouldBe((15, 17, 0));
    }
}
