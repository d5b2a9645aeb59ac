using System.Formats.Tar;
using System.IO.Compression;
using CvatServerless.Domain;
using CvatServerless.Media.Archives;
using SharpCompress.Writers.SevenZip;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Archives;

/// <summary>Archives beyond zip; bz2, xz and zst come from the command line in tests/clients.</summary>
public sealed class ArchiveUnpackerTests
{
    private static readonly ArchiveLimits Limits = new() { MaxEntries = 10, RatioFreeBytes = 1 << 20, MaxRatio = 20 };

    [Fact]
    public async Task Unpack_TarGz_TakesWantedFilesAndFollowsNoLinks()
    {
        var zip = await UnpackAsync(Gzip(Tar(tar =>
        {
            Add(tar, "a/1.jpg", 100);
            Add(tar, "notes.txt", 10);
            Add(tar, "__MACOSX/2.jpg", 10);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.SymbolicLink, "passwd.jpg") { LinkName = "/etc/passwd" });
        })));

        zip.Select(entry => (entry.Name, entry.SizeBytes)).ShouldBe([("a/1.jpg", 100L)]);
    }

    [Fact]
    public async Task Unpack_SevenZip_TakesWantedFiles()
    {
        using var archive = new MemoryStream();
        using (var writer = new SevenZipWriter(archive, new SevenZipWriterOptions()))
        {
            writer.Write("a/2.jpg", new MemoryStream(new byte[700]), null);
            writer.Write("a/x.txt", new MemoryStream(new byte[70]), null);
            writer.Write("a/1.jpg", new MemoryStream(new byte[7]), null);
        }

        (await UnpackAsync(archive.ToArray())).Select(entry => (entry.Name, entry.SizeBytes)).ShouldBe([("a/2.jpg", 700L), ("a/1.jpg", 7L)]);
    }

    [Theory]
    [InlineData("../1.jpg", "climbs out")]
    [InlineData("/etc/1.jpg", "absolute path")]
    public async Task Unpack_UnsafeName_IsRefused(string name, string reason) =>
        (await Should.ThrowAsync<MediaException>(() => UnpackAsync(Tar(tar => Add(tar, name, 1))))).Message.ShouldContain(reason);

    [Fact]
    public async Task Unpack_Bomb_IsRefused()
    {
        var bomb = Gzip(Tar(tar => Add(tar, "blank.txt", 64 << 20)));
        bomb.Length.ShouldBeLessThan(1_000_000);

        (await Should.ThrowAsync<MediaException>(() => UnpackAsync(bomb))).Message.ShouldContain("unpacks to more than");
    }

    [Fact]
    public async Task Unpack_TooManyEntriesOrTwins_AreRefused()
    {
        (await Should.ThrowAsync<MediaException>(() => UnpackAsync(Tar(tar => Enumerable.Range(0, 11).ToList().ForEach(i => Add(tar, $"{i}.jpg", 1))))))
            .Message.ShouldBe("'a.tar' holds more than 10 entries.");
        (await Should.ThrowAsync<MediaException>(() => UnpackAsync(Tar(tar => Enumerable.Range(0, 2).ToList().ForEach(_ => Add(tar, "1.jpg", 1))))))
            .Message.ShouldContain("two entries of the same name");
    }

    [Fact]
    public async Task Unpack_CutOffOrNonsense_SaysSo()
    {
        var whole = Gzip(Tar(tar => Add(tar, "1.jpg", 5000)));
        foreach (var bytes in new[] { whole[..(whole.Length / 2)], [.. "7z\xBC\xAF\x27\x1C"u8, 0, 4, 1, 2, 3], [.. "Rar!"u8, 0x1A, 7, 0, 9, 9], new byte[3000].Select(_ => (byte)7).ToArray() })
        {
            var error = await Should.ThrowAsync<MediaException>(() => UnpackAsync(bytes));
            error.Message.ShouldStartWith("'a.tar' ");
        }
    }

    private static async Task<IReadOnlyList<ZipEntry>> UnpackAsync(byte[] archive)
    {
        var zip = new MemoryStream();
        await ArchiveUnpacker.UnpackAsync("a.tar", new MemoryStream(archive), Limits, name => name.EndsWith(".jpg", StringComparison.Ordinal), zip, CancellationToken.None);
        await using var source = await ZipSource.OpenAsync("unpacked", zip, Limits, leaveOpen: true, CancellationToken.None);
        return source.Entries;
    }

    private static byte[] Tar(Action<TarWriter> write)
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            write(tar);
        }

        return stream.ToArray();
    }

    private static void Add(TarWriter tar, string name, int length) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(new byte[length]) });

    private static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return stream.ToArray();
    }
}
