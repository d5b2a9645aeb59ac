using CvatServerless.Domain;
using CvatServerless.Media;
using CvatServerless.Media.Probing;
using NetVips;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Probing;

public sealed class ImageProbeTests
{
    private readonly ImageProbe _probe = new(new MediaOptions());

    public static TheoryData<string, ImageFormat> Formats => new()
    {
        { ".jpg", ImageFormat.Jpeg }, { ".png", ImageFormat.Png }, { ".gif", ImageFormat.Gif }, { ".tif", ImageFormat.Tiff },
        { ".webp", ImageFormat.WebP }, { ".webp[lossless]", ImageFormat.WebP }, { ".ppm", ImageFormat.Netpbm }, { ".bmp", ImageFormat.Bmp },
        { ".avif", ImageFormat.Other },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Probe_EachFormat_ReadsItsSize(string suffix, ImageFormat format)
    {
        using var photo = Pictures.Photo(123, 45);
        var bytes = suffix switch
        {
            ".bmp" => BmpHeader(123, -45),
            ".ppm" => [.. "P6 # a comment 7 7\n123\n45 255\n"u8, .. new byte[123 * 45 * 3]],
            _ => photo.WriteToBuffer(suffix),
        };

        (await ProbeAsync(bytes)).ShouldBe(new ImageFacts(format, 123, 45));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public async Task Probe_ExifOrientation_IsFoundInEachFormat(int orientation)
    {
        using var photo = Pictures.Photo(60, 40);
        using var turned = photo.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
        var expected = orientation > 4 ? (40, 60) : (60, 40);
        var png = photo.PngsaveBuffer();
        byte[][] files =
        [
            Pictures.Jpeg(60, 40, orientation: orientation), turned.TiffsaveBuffer(), turned.WebpsaveBuffer(),
            [.. png[..33], .. Pictures.PngChunk("eXIf"u8, Pictures.OrientationTiff(orientation)), .. png[33..]],
        ];

        foreach (var file in files)
        {
            var facts = await ProbeAsync(file);
            facts.Orientation.ShouldBe(orientation);
            (facts.Width, facts.Height).ShouldBe(expected);
            facts.NeedsReencode.ShouldBe(orientation != 1 || facts.Format == ImageFormat.Tiff);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(99)]
    public async Task Probe_OrientationThatMakesNoSense_IsIgnored(int orientation) =>
        (await ProbeAsync(Pictures.Jpeg(60, 40, orientation: orientation))).Orientation.ShouldBe(1);

    [Fact]
    public async Task Probe_JpegWithLargeSegmentsInFront_ReadsOn()
    {
        var jpeg = Pictures.Jpeg(60, 40);
        byte[] filler = [0xFF, 0xE5, 0xFF, 0xFF, .. new byte[65533]];

        var facts = await ProbeAsync([.. jpeg[..2], .. Enumerable.Repeat(filler, 20).SelectMany(x => x), .. jpeg[2..]]);

        (facts.Width, facts.Height).ShouldBe((60, 40));
    }

    [Fact]
    public async Task Probe_Jpeg_ReadsOnlyTheFront()
    {
        using var stream = new CountingStream([.. Pictures.Jpeg(600, 400), .. new byte[1 << 20]]);

        await _probe.ProbeAsync("a.jpg", stream, TestContext.Current.CancellationToken);

        stream.BytesRead.ShouldBeLessThanOrEqualTo(64 * 1024);
    }

    [Fact]
    public async Task Probe_TooManyPixels_SaysTheLimit()
    {
        var error = await Should.ThrowAsync<MediaException>(() => ProbeAsync(Pictures.PngHeader(20_000, 10_000)));

        error.Message.ShouldBe("'a.x' is too large: 20000 × 10000 pixels, the limit is 178 megapixels.");
    }

    [Theory]
    [InlineData(65_535, 65_535)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(-1, 5)]
    [InlineData(0, 5)]
    public async Task Probe_AbsurdSize_IsRefused(int width, int height) =>
        await Should.ThrowAsync<MediaException>(() => ProbeAsync(Pictures.PngHeader(width, height)));

    [Fact]
    public async Task Probe_EmptyFile_SaysSo() =>
        (await Should.ThrowAsync<MediaException>(() => ProbeAsync([]))).Message.ShouldBe("'a.x' is empty.");

    [Fact]
    public async Task Probe_EveryCutOfAHeader_IsRefusedOrRight()
    {
        using var photo = Pictures.Photo(60, 40);
        foreach (var file in new[] { Pictures.Jpeg(60, 40, orientation: 6), photo.PngsaveBuffer(), photo.TiffsaveBuffer(), photo.WebpsaveBuffer(), photo.GifsaveBuffer() })
        {
            for (var length = 0; length < Math.Min(file.Length, 300); length++)
            {
                try
                {
                    (await ProbeAsync(file[..length])).PixelCount.ShouldBe(2400);
                }
                catch (MediaException)
                {
                    // Refused is right as well: what may not come is another exception or a wrong size.
                }
            }
        }
    }

    [Fact]
    public async Task Probe_RandomBytesBehindEachMagic_NeverFailsOtherwise()
    {
        var random = new Random(20261124);
        byte[][] magics = [[0xFF, 0xD8, 0xFF, 0xE1], [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A], [.. "GIF89a"u8], [.. "BM"u8], [.. "RIFF\0\0\0\0WEBPVP8X"u8], [.. "II"u8, 42, 0], [.. "MM"u8, 0, 42], [.. "P6 "u8], []];
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            try
            {
                await ProbeAsync([.. magics[i % magics.Length], .. bytes]);
            }
            catch (MediaException)
            {
            }
        }
    }

    [Theory]
    [InlineData("edge/exif_left.jpg", 480, 640)]
    [InlineData("edge/exif_right.jpg", 480, 640)]
    [InlineData("edge/exif_left.tif", 100, 150)]
    [InlineData("photos/bus.jpg", 810, 1080)]
    [InlineData("edge/no_time_for_that_tiny.gif", 14, 25)]
    public async Task Probe_RealFile_GivesTheUprightSize(string path, int width, int height)
    {
        var facts = await ProbeAsync(await File.ReadAllBytesAsync(TestData.Require(path), TestContext.Current.CancellationToken));

        (facts.Width, facts.Height).ShouldBe((width, height));
    }

    private async Task<ImageFacts> ProbeAsync(byte[] bytes)
    {
        using var stream = new CountingStream(bytes);
        return await _probe.ProbeAsync("a.x", stream, TestContext.Current.CancellationToken);
    }

    private static byte[] BmpHeader(int width, int height) =>
        [.. "BM"u8, .. new byte[12], 40, 0, 0, 0, .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), .. new byte[28]];

    /// <summary>Not seekable, and gives no more than 1,000 bytes at a time.</summary>
    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public int BytesRead { get; private set; }

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 1000)], cancellationToken);
            BytesRead += count;
            return count;
        }
    }
}
