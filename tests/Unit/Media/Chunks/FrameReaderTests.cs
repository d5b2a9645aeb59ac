using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Chunks;

public sealed class FrameReaderTests
{
    [Fact]
    public async Task Read_Position_GivesThatEntry()
    {
        var pictures = Enumerable.Range(0, 4).Select(i => Pictures.Jpeg(40, 30, seed: i)).ToArray();
        using var encoder = new ImageEncoder(new MediaOptions());
        using var chunk = new MemoryStream();
        await new ChunkBuilder(encoder).BuildAsync(pictures.Select((bytes, i) => Pictures.Source($"{i}.jpg", bytes)), chunk, null, 70, Token);

        var frame = await FrameReader.ReadAsync(chunk, 2, Token);

        frame.Name.ShouldBe("000002.jpg");
        frame.Bytes.ToArray().ShouldBe(pictures[2]);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => FrameReader.ReadAsync(chunk, 4, Token));
    }

    [Fact]
    public async Task Compress_SingleFrame_GivesTheBytesOfItsChunkEntry()
    {
        var picture = Pictures.Jpeg(200, 100, orientation: 6);
        using var encoder = new ImageEncoder(new MediaOptions());
        using var original = new MemoryStream();
        using var compressed = new MemoryStream();
        await new ChunkBuilder(encoder).BuildAsync([Pictures.Source("a.jpg", picture)], original, compressed, 55, Token);

        (await encoder.CompressAsync("a.jpg", new MemoryStream(picture), 55, Token)).ShouldBe((await FrameReader.ReadAsync(compressed, 0, Token)).Bytes.ToArray());
        (await encoder.OriginalAsync("a.jpg", new MemoryStream(picture), Token)).ShouldBe((await FrameReader.ReadAsync(original, 0, Token)).Bytes.ToArray());
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
