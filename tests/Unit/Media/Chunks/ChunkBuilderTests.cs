using System.IO.Compression;
using CvatServerless.Domain;
using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Images;
using NetVips;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Chunks;

public sealed class ChunkBuilderTests : IDisposable
{
    private readonly ImageEncoder _encoder = new(new MediaOptions { Parallelism = 3 });

    public void Dispose() => _encoder.Dispose();

    [Fact]
    public async Task Build_Jpegs_CopiesOriginalsByteForByteInOrder()
    {
        var pictures = Enumerable.Range(0, 9).Select(i => Pictures.Jpeg(64 + (16 * i), 48, seed: i)).ToArray();

        var (original, compressed, frames) = await BuildAsync(70, [.. pictures.Select((bytes, i) => Pictures.Source($"p{i}.JPG", bytes))]);

        var entries = Unzip(original);
        entries.Select(e => e.Name).ShouldBe(Enumerable.Range(0, 9).Select(i => $"{i:D6}.JPG"));
        entries.Select(e => e.Bytes).ShouldBe(pictures);
        Unzip(compressed).Select(e => e.Name).ShouldBe(Enumerable.Range(0, 9).Select(i => $"{i:D6}.jpeg"));
        frames.Select(f => (f.Width, f.Height)).ShouldBe(Enumerable.Range(0, 9).Select(i => (64 + (16 * i), 48)));
    }

    [Fact]
    public async Task Build_Entries_AreStoredUncompressed()
    {
        var (original, compressed, _) = await BuildAsync(70, Pictures.Source("a.png", Pictures.Png(40, 30)));

        foreach (var zip in new[] { original, compressed })
        {
            using var archive = new ZipArchive(new MemoryStream(zip));
            archive.Entries.ShouldAllBe(e => e.Length == e.CompressedLength);
        }
    }

    [Fact]
    public async Task Build_Twice_GivesTheSameBytes()
    {
        ChunkSource[] Sources() => [.. Enumerable.Range(0, 8).Select(i => Pictures.Source($"{i}.jpg", Pictures.Jpeg(200, 150, seed: i)))];

        var first = await BuildAsync(60, Sources());
        var second = await BuildAsync(60, Sources());

        second.Original.ShouldBe(first.Original);
        second.Compressed.ShouldBe(first.Compressed);
    }

    [Theory]
    [InlineData(false, 320, 240)]
    [InlineData(false, 321, 241)]
    [InlineData(false, 1, 1)]
    [InlineData(false, 17, 3)]
    [InlineData(true, 320, 240)]
    [InlineData(true, 321, 241)]
    [InlineData(true, 1, 1)]
    [InlineData(true, 15, 9)]
    public async Task Build_CompressedJpeg_IsAsGoodAsThroughRgb(bool fullChroma, int width, int height)
    {
        var source = Pictures.Jpeg(width, height, fullChroma: fullChroma);

        var jpeg = await CompressAsync("a.jpg", source);

        Pictures.Psnr(source, jpeg).ShouldBeGreaterThan(Pictures.Psnr(source, ThroughRgb(source)) - 0.5);
        Header(jpeg).ShouldBe((width, height, 3));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Build_ExifOrientation_TurnsBothKindsUpright(int orientation)
    {
        var source = Pictures.Jpeg(131, 86, orientation: orientation, quality: 95);
        var (original, compressed, frames) = await BuildAsync(90, Pictures.Source("a.jpg", source));

        var (width, height) = orientation > 4 ? (86, 131) : (131, 86);
        (frames[0].Width, frames[0].Height).ShouldBe((width, height));
        foreach (var entry in new[] { Unzip(original)[0].Bytes, Unzip(compressed)[0].Bytes })
        {
            Header(entry).ShouldBe((width, height, 3));
            Pictures.Psnr(source, entry).ShouldBeGreaterThan(30);
        }
    }

    [Fact]
    public async Task Build_GreyJpeg_BecomesRgb()
    {
        var source = Pictures.Jpeg(99, 65, bands: 1);

        var jpeg = await CompressAsync("a.jpg", source);

        Header(jpeg).ShouldBe((99, 65, 3));
        Pictures.Psnr(source, jpeg).ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Build_CmykJpeg_IsDecodedByTheGeneralPath()
    {
        using var photo = Pictures.Photo(80, 60, bands: 4);
        using var cmyk = photo.Copy(interpretation: Enums.Interpretation.Cmyk);

        var jpeg = await CompressAsync("a.jpg", cmyk.JpegsaveBuffer(q: 90));

        Header(jpeg).ShouldBe((80, 60, 3));
    }

    [Fact]
    public async Task Build_PngWithAlpha_DropsAlphaWithoutBlending()
    {
        using var photo = Pictures.Photo(64, 64);
        using var clear = photo.Bandjoin(0);
        using var tagged = clear.Copy(interpretation: Enums.Interpretation.Srgb);

        var jpeg = await CompressAsync("a.png", tagged.PngsaveBuffer());

        Pictures.Psnr(photo.PngsaveBuffer(), jpeg).ShouldBeGreaterThan(30);
    }

    [Fact]
    public async Task Build_SixteenBitGrey_IsStretchedToTheWholeRange()
    {
        using var ramp = Image.Xyz(256, 16);
        using var dark = ramp[0] * 4;
        using var wide = dark.Cast(Enums.BandFormat.Ushort);
        using var grey = wide.Copy(interpretation: Enums.Interpretation.Grey16);

        var jpeg = await CompressAsync("a.png", grey.PngsaveBuffer());

        using var decoded = Pictures.Decode(jpeg);
        decoded.Max().ShouldBeGreaterThan(245);
        decoded.Min().ShouldBeLessThan(10);
    }

    [Fact]
    public async Task Build_Tiff_IsReencodedAsUprightTiffInTheOriginalChunk()
    {
        using var photo = Pictures.Photo(70, 50);
        var source = photo.TiffsaveBuffer();

        var (original, _, _) = await BuildAsync(70, Pictures.Source("a.tif", source));

        var entry = Unzip(original)[0];
        entry.Name.ShouldBe("000000.tif");
        entry.Bytes[..4].ShouldBe([(byte)'I', (byte)'I', 42, 0]);
        Pictures.Psnr(source, entry.Bytes).ShouldBeGreaterThan(80);
    }

    [Fact]
    public async Task Build_OneKindOnly_WritesNothingElse()
    {
        using var compressed = new MemoryStream();

        var frames = await new ChunkBuilder(_encoder).BuildAsync([Pictures.Source("a.jpg", Pictures.Jpeg(50, 40))], null, compressed, 70, Token);

        frames.Single().OriginalBytes.ShouldBe(0);
        frames.Single().CompressedBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Build_EachPicture_IsOpenedOnce()
    {
        var opened = 0;
        var bytes = Pictures.Jpeg(50, 40);
        var source = new ChunkSource("a.jpg", _ => { Interlocked.Increment(ref opened); return ValueTask.FromResult<Stream>(new MemoryStream(bytes)); });

        await BuildAsync(70, source, source, source);

        opened.ShouldBe(3);
    }

    [Theory]
    [InlineData("cut.jpg", "cut off")]
    [InlineData("noise.jpg", "not a picture")]
    [InlineData("empty.jpg", "is empty")]
    [InlineData("cut.png", "can't be decoded")]
    [InlineData("huge.png", "megapixels")]
    public async Task Build_BadPicture_NamesItAndSaysWhy(string name, string reason)
    {
        var bad = name switch
        {
            "cut.jpg" => Pictures.Jpeg(400, 300)[..^3000],
            "noise.jpg" => [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7919 >> 3))],
            "empty.jpg" => [],
            "cut.png" => Pictures.Png(400, 300)[..5000],
            _ => Pictures.PngHeader(20_000, 10_000),
        };
        var good = Pictures.Jpeg(50, 40);

        var error = await Should.ThrowAsync<MediaException>(
            () => BuildAsync(70, Pictures.Source("good.jpg", good), Pictures.Source(name, bad), Pictures.Source("later.jpg", good)));

        error.FileName.ShouldBe(name);
        error.Message.ShouldContain(name);
        error.Message.ShouldContain(reason);
    }

    [Fact]
    public async Task Build_SourceThatFails_PassesItsErrorOn()
    {
        var source = new ChunkSource("a.jpg", _ => throw new IOException("gone"));

        await Should.ThrowAsync<IOException>(() => BuildAsync(70, Pictures.Source("b.jpg", Pictures.Jpeg(50, 40)), source));
    }

    [Fact]
    public async Task Build_JpegWithoutEndMarker_IsDecodedAsTheReferenceDoes()
    {
        var whole = Pictures.Jpeg(100, 80);

        var jpeg = await CompressAsync("a.jpg", whole[..^2]);

        Pictures.Psnr(whole, jpeg).ShouldBeGreaterThan(30);
    }

    /// <summary>PSNR against the source at quality 70 as Pillow 13 reaches it with the reference's calls.</summary>
    [Theory]
    [InlineData("photos/china.jpg", 29.28)]
    [InlineData("photos/flower.jpg", 34.39)]
    [InlineData("photos/hubble_deep_field.jpg", 31.75)]
    [InlineData("photos/rocket.jpg", 31.60)]
    [InlineData("photos/retina.jpg", 43.36)]
    [InlineData("photos/astronaut.png", 33.52)]
    [InlineData("photos/camera.png", 34.34)]
    [InlineData("photos/motorcycle_left.png", 32.08)]
    public async Task Build_RealPhoto_IsAsGoodAsPillows(string path, double pillowPsnr)
    {
        var source = await File.ReadAllBytesAsync(TestData.Require(path), Token);

        var jpeg = await CompressAsync(Path.GetFileName(path), source);

        Pictures.Psnr(source, jpeg).ShouldBe(pillowPsnr, 0.15);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<byte[]> CompressAsync(string name, byte[] source)
    {
        var (_, compressed, _) = await BuildAsync(70, Pictures.Source(name, source));
        return Unzip(compressed).Single().Bytes;
    }

    private async Task<(byte[] Original, byte[] Compressed, IReadOnlyList<ChunkFrame> Frames)> BuildAsync(int quality, params ChunkSource[] sources)
    {
        using var original = new MemoryStream();
        using var compressed = new MemoryStream();
        var frames = await new ChunkBuilder(_encoder).BuildAsync(sources, original, compressed, quality, Token);
        return (original.ToArray(), compressed.ToArray(), frames);
    }

    private static List<(string Name, byte[] Bytes)> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return (entry.FullName, bytes.ToArray());
        })];
    }

    private static byte[] ThroughRgb(byte[] source)
    {
        using var decoded = Pictures.Decode(source);
        return decoded.JpegsaveBuffer(q: 70, subsampleMode: Enums.ForeignSubsample.On, keep: Enums.ForeignKeep.None);
    }

    private static (int Width, int Height, int Bands) Header(byte[] encoded)
    {
        using var image = Image.NewFromBuffer(encoded);
        (image.Contains("orientation") ? (int)image.Get("orientation") : 1).ShouldBe(1);
        return (image.Width, image.Height, image.Bands);
    }
}
