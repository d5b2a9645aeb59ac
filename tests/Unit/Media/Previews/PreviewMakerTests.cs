using CvatServerless.Domain;
using CvatServerless.Media;
using CvatServerless.Media.Images;
using CvatServerless.Media.Previews;
using NetVips;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Previews;

public sealed class PreviewMakerTests : IDisposable
{
    private readonly ImageEncoder _encoder = new(new MediaOptions());

    public void Dispose() => _encoder.Dispose();

    [Theory]
    [InlineData(1000, 500, 1, 256, 128)]
    [InlineData(500, 1000, 1, 128, 256)]
    [InlineData(1000, 500, 6, 128, 256)]
    [InlineData(100, 50, 1, 100, 50)]
    public async Task Make_Picture_FitsIntoTheSquareUpright(int width, int height, int orientation, int previewWidth, int previewHeight)
    {
        var preview = await MakeAsync(Pictures.Jpeg(width, height, orientation: orientation));

        using var image = Image.NewFromBuffer(preview);
        (image.Width, image.Height, image.Bands).ShouldBe((previewWidth, previewHeight, 3));
        preview[..3].ShouldBe([0xFF, 0xD8, 0xFF]);
    }

    [Fact]
    public async Task Make_GreyPng_IsAnRgbJpeg()
    {
        using var image = Image.NewFromBuffer(await MakeAsync(Pictures.Png(300, 300, bands: 1)));

        image.Bands.ShouldBe(3);
    }

    [Fact]
    public async Task Make_Garbage_NamesTheFile() =>
        (await Should.ThrowAsync<MediaException>(() => MakeAsync([1, 2, 3, 4]))).FileName.ShouldBe("a.jpg");

    private Task<byte[]> MakeAsync(byte[] picture) =>
        new PreviewMaker(_encoder).MakeAsync("a.jpg", new MemoryStream(picture), 70, TestContext.Current.CancellationToken);
}
