using CvatServerless.Domain;
using CvatServerless.Media.Children;
using CvatServerless.Media.Videos;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Videos;

public sealed class VideoProbeTests : IDisposable
{
    private readonly Clips _clips = new();

    public void Dispose() => _clips.Dispose();

    [Fact]
    public async Task Index_SaveAndLoad_IsTheSame()
    {
        var clip = _clips.Make("clip.mp4", 30, "-c:v libx264 -g 10 -bf 2");
        var index = await IndexAsync(clip);
        using var stream = new MemoryStream();
        await index.SaveAsync(stream, CancellationToken.None);
        stream.Position = 0;

        var loaded = await VideoIndex.LoadAsync(stream, CancellationToken.None);

        loaded.FrameCount.ShouldBe(30);
        loaded.KeyFrames.ShouldBe(index.KeyFrames);
        loaded.KeyFrames.Select(key => key.Number).ShouldBe([0, 10, 20]);
        loaded.Facts.ShouldBe(index.Facts with { Chapters = loaded.Facts.Chapters });
        (loaded.KeyBefore(9), loaded.KeyBefore(10), loaded.KeyBefore(29)).ShouldBe((0, 1, 2));
    }

    [Fact]
    public async Task Index_Chapters_AreRead()
    {
        var clip = _clips.Make("clip.mkv", 60, "-c:v libx264");
        var text = _clips.File("chapters.txt", ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Intro\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Rest\n"u8.ToArray());
        var withChapters = _clips.Remux(clip, "chapters.mkv", "-i", text.Path, "-map_metadata", "1", "-codec", "copy");

        var index = await IndexAsync(withChapters);

        index.Facts.Chapters.Select(chapter => (chapter.Title, index.FrameAt(chapter.StartSeconds))).ShouldBe([("Intro", 0), ("Rest", 30)]);
    }

    [Fact]
    public async Task Index_Broken_NamesFileAndReason()
    {
        var clip = _clips.Make("clip.mp4", 30, "-c:v libx264");
        var bytes = await File.ReadAllBytesAsync(clip.Path, TestContext.Current.CancellationToken);
        foreach (var (name, content, reason) in new[]
        {
            ("noise.mp4", [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))], "can't be read as a video"),
            ("cut.mp4", bytes[..(bytes.Length / 2)], "can't be read as a video"),
            ("playlist.avi", "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"u8.ToArray(), "can't be read as a video"),
            ("concat.mkv", "ffconcat version 1.0\nfile /etc/passwd\n"u8.ToArray(), "can't be read as a video"),
        })
        {
            var error = await Should.ThrowAsync<MediaException>(() => IndexAsync(_clips.File(name, content)));
            error.Message.ShouldStartWith($"'{name}' {reason}");
        }

        _clips.LeftOver.ShouldBe(0);
    }

    [Fact]
    public async Task Index_RecordingThatBrokeOff_CountsTheFramesThatThereAre()
    {
        var clip = _clips.Make("clip.mp4", 90, "-c:v libx264 -g 30 -movflags +frag_keyframe+empty_moov", size: "320x240", filter: "noise=alls=40:allf=t");
        var bytes = await File.ReadAllBytesAsync(clip.Path, TestContext.Current.CancellationToken);
        var cut = _clips.File("cut.mp4", bytes[..(bytes.Length * 8 / 10)]);

        var index = await IndexAsync(cut);

        index.FrameCount.ShouldBeInRange(60, 85);
        (await _clips.ChunksAsync(cut, index, new(0, 1, index.FrameCount, 36), new(true, true, false, 70))).Count.ShouldBe((index.FrameCount + 35) / 36 * 2);
    }

    [Fact]
    public async Task Index_AudioOnly_HoldsNoVideo()
    {
        var clip = _clips.Make("clip.mp4", 5, "-c:v libx264");
        var audio = _clips.Remux(clip, "audio.mp4", "-f", "lavfi", "-i", "sine=d=1", "-map", "1:a");

        (await Should.ThrowAsync<MediaException>(() => IndexAsync(audio))).Message.ShouldBe("'audio.mp4' holds no video.");
    }

    [Theory]
    [InlineData("edge/rotated_90.mp4", 25, 100, 200)]
    [InlineData("edge/video_without_valid_keyframes.mp4", 25, 1920, 1080)]
    [InlineData("video/bikes.mp4", 250, 640, 272)]
    public async Task Index_RealVideos_CountsAndTurns(string path, int frames, int width, int height)
    {
        var index = await IndexAsync(new(path, TestData.Require(path)));

        (index.FrameCount, index.Facts.Width, index.Facts.Height).ShouldBe((frames, width, height));
        var chunks = await _clips.ChunksAsync(new(path, TestData.Require(path)), index, new(5, 3, 6, 4), new(true, true, false, 70));
        chunks.Count.ShouldBe(4);
    }

    private Task<VideoIndex> IndexAsync(LocalMedia clip) => new VideoProbe(_clips.Options).IndexAsync(clip, CancellationToken.None);
}
