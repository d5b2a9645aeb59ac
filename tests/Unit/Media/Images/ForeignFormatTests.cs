using System.Diagnostics;
using CvatServerless.Domain;
using CvatServerless.Media;
using CvatServerless.Media.Images;
using CvatServerless.Media.Previews;
using NetVips;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Images;

/// <summary>Formats that only the guarded child decodes.</summary>
public sealed class ForeignFormatTests : IDisposable
{
    private readonly ImageEncoder _encoder = new(new MediaOptions());

    public void Dispose() => _encoder.Dispose();

    [Theory]
    [InlineData("bmp", "bmp", "bgr24")]
    [InlineData("bmp", "bmp", "gray")]
    [InlineData("ppm", "ppm", "rgb24")]
    [InlineData("pgm", "pgm", "gray")]
    [InlineData("jp2", "jpeg2000", "rgb24")]
    public async Task Compress_ForeignFormat_GivesThePicture(string extension, string codec, string pixels)
    {
        var grey = pixels == "gray";
        var png = Pictures.Png(93, 61, bands: grey ? 1 : 3);
        var file = await ConvertAsync(png, codec, pixels);

        var jpeg = await _encoder.CompressAsync($"a.{extension}", new MemoryStream(file), 90, Token);
        var preview = await new PreviewMaker(_encoder).MakeAsync($"a.{extension}", new MemoryStream(file), 90, Token);

        Pictures.Psnr(png, jpeg).ShouldBeGreaterThan(28);
        using var image = Image.NewFromBuffer(preview);
        (image.Width, image.Height, image.Bands).ShouldBe((93, 61, 3));
        (await _encoder.OriginalAsync($"a.{extension}", new MemoryStream(file), Token)).ShouldBe(file);
    }

    [Theory]
    [InlineData("bmp", "bmp", "bgr24")]
    [InlineData("jp2", "jpeg2000", "rgb24")]
    public async Task Compress_CutOff_NamesTheFile(string extension, string codec, string pixels)
    {
        var file = await ConvertAsync(Pictures.Png(93, 61), codec, pixels);

        var error = await Should.ThrowAsync<MediaException>(() => _encoder.CompressAsync($"a.{extension}", new MemoryStream(file[..200]), 90, Token));

        error.FileName.ShouldBe($"a.{extension}");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<byte[]> ConvertAsync(byte[] png, string codec, string pixels)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/ffmpeg"), "ffmpeg is not installed.");
        string[] container = codec == "jpeg2000" ? ["-format", "jp2", "-f", "image2pipe"] : ["-f", "image2pipe"];
        var info = new ProcessStartInfo("/usr/bin/ffmpeg", ["-v", "error", "-f", "png_pipe", "-i", "pipe:0", "-pix_fmt", pixels, "-c:v", codec, .. container, "pipe:1"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(info)!;
        await process.StandardInput.BaseStream.WriteAsync(png, Token);
        process.StandardInput.Close();
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output, Token);
        await process.WaitForExitAsync(Token);
        return output.ToArray();
    }
}
