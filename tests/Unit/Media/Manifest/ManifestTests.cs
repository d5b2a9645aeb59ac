using System.Text;
using CvatServerless.Domain;
using CvatServerless.Media.Manifest;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Manifest;

public sealed class ManifestTests
{
    [Fact]
    public async Task Write_Rows_GivesTheContractsLines()
    {
        using var bytes = new MemoryStream();
        var writer = new ManifestWriter(bytes);
        await writer.WriteAsync(ManifestEntry.Of("cats/img_0.jpeg", 640, 480, ["cats/related_images/img_0_jpeg/top.png"]), Token);
        await writer.WriteAsync(null, Token);
        await writer.WriteAsync(ManifestEntry.Of("äöü.PNG", 1, 2), Token);
        await writer.FinishAsync(Token);

        Encoding.UTF8.GetString(bytes.ToArray()).ShouldBe(
            """
            {"version":"1.1"}
            {"type":"images"}
            {"name":"cats/img_0","extension":".jpeg","width":640,"height":480,"meta":{"related_images":["cats/related_images/img_0_jpeg/top.png"]}}
            {}
            {"name":"äöü","extension":".PNG","width":1,"height":2}

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Read_WhatWasWritten_IsTheSame()
    {
        var entries = Enumerable.Range(0, 5000).Select(i => i % 7 == 3 ? null : ManifestEntry.Of($"dir {i}/a.b.{i}.jpg", i + 1, (2 * i) + 1)).ToList();
        using var bytes = new MemoryStream();
        var writer = new ManifestWriter(bytes);
        foreach (var entry in entries)
        {
            await writer.WriteAsync(entry, Token);
        }

        await writer.FinishAsync(Token);
        bytes.Position = 0;

        (await ReadAsync(bytes)).ShouldBe(entries);
    }

    [Fact]
    public async Task Read_RealManifest_GivesItsRows()
    {
        await using var stream = File.OpenRead(TestData.Require("edge/manifest_sample.jsonl"));

        var rows = await ReadAsync(stream);

        rows.Select(r => r?.FileName).ShouldBe(["image_case_65_1.png", "image_case_65_2.png"]);
        rows.ShouldAllBe(r => r!.Width == 800 && r.Height == 800);
    }

    [Fact]
    public async Task Read_BlankLinesAndNoLastLineFeed_AreFine() =>
        (await ReadAsync("{\"version\":\"1.0\"}\r\n{\"type\":\"images\"}\r\n\r\n{\"name\":\"a\",\"extension\":\".jpg\"}")).Single()!.FileName.ShouldBe("a.jpg");

    [Theory]
    [InlineData("", "header is missing")]
    [InlineData("{\"version\":\"1.1\"}\n", "header is missing")]
    [InlineData("{\"version\":\"2.0\"}\n{\"type\":\"images\"}\n", "known version")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"video\"}\n", "video")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n{\"name\":\"a\"}\n", "line 3")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\nnot json\n", "line 3")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n{\"name\":\"../a\",\"extension\":\".jpg\"}\n", "relative path")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n{\"name\":\"a\",\"extension\":\".jpg\",\"width\":-1}\n", "not positive")]
    [InlineData("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n{\"name\":\"a\",\"extension\":\".jpg\",\"meta\":{\"related_images\":[\"b.jpg\",\"../../other/x.png\"]}}\n", "related image")]
    [InlineData("[]\n[]\n", "line 1")]
    public async Task Read_BadManifest_SaysWhy(string text, string reason) =>
        (await Should.ThrowAsync<MediaException>(() => ReadAsync(text))).Message.ShouldContain(reason);

    [Fact]
    public async Task Read_LongerThanAllowed_IsRefused()
    {
        var row = "{\"name\":\"a\",\"extension\":\".jpg\"}\n";
        var text = "{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n" + string.Concat(Enumerable.Repeat(row, (2 << 20) / row.Length));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        var failure = await Should.ThrowAsync<MediaException>(async () => await ManifestReader.ReadImagesAsync("manifest.jsonl", stream, 1 << 20, Token).ToListAsync(Token));

        failure.Message.ShouldContain("more than 1 MiB");
    }

    [Fact]
    public async Task Read_EndlessLine_IsRefused() =>
        (await Should.ThrowAsync<MediaException>(() => ReadAsync(new string('x', 3 << 20)))).Message.ShouldContain("1 MiB");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<List<ManifestEntry?>> ReadAsync(string text) => ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async Task<List<ManifestEntry?>> ReadAsync(Stream stream) => await ManifestReader.ReadImagesAsync("manifest.jsonl", stream, Token).ToListAsync(Token);
}
