using CvatServerless.Media.Probing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Probing;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("a.jpg", MediaKind.Image)]
    [InlineData("dir.v1/A.JPEG", MediaKind.Image)]
    [InlineData("C:\\x\\b.TiFF", MediaKind.Image)]
    [InlineData("a.webp", MediaKind.Image)]
    [InlineData("a.svg", MediaKind.Unknown)]
    [InlineData("scan.pcd", MediaKind.PointCloud)]
    [InlineData("000.bin", MediaKind.PointCloud)]
    [InlineData("clip.ts", MediaKind.Video)]
    [InlineData("clip.MP4", MediaKind.Video)]
    [InlineData("a.zip", MediaKind.Zip)]
    [InlineData("a.tar.gz", MediaKind.Archive)]
    [InlineData("a.tgz", MediaKind.Archive)]
    [InlineData("a.7z", MediaKind.Archive)]
    [InlineData("a.gz", MediaKind.Unknown)]
    [InlineData("book.pdf", MediaKind.Pdf)]
    [InlineData("manifest.jsonl", MediaKind.Manifest)]
    [InlineData("notes.txt", MediaKind.Unknown)]
    [InlineData("noextension", MediaKind.Unknown)]
    [InlineData(".jpg", MediaKind.Unknown)]
    [InlineData("dir.jpg/file", MediaKind.Unknown)]
    [InlineData("", MediaKind.Unknown)]
    public void FromName_Extension_DecidesTheKind(string name, MediaKind kind) => MediaTypes.FromName(name).ShouldBe(kind);

    [Theory]
    [InlineData("a.PNG", "image/png")]
    [InlineData("a.jpeg", "image/jpeg")]
    [InlineData("a.unknown", "application/octet-stream")]
    public void ContentType_Extension_DecidesTheType(string name, string type) => MediaTypes.ContentType(name).ShouldBe(type);
}
