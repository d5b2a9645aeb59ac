using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using CvatServerless.Domain;
using CvatServerless.Media.Archives;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Archives;

public sealed class ZipSourceTests
{
    private static readonly ArchiveLimits Limits = new() { MaxEntries = 100, MaxEntryBytes = 1 << 20, MaxTotalBytes = 3 << 20, MaxRatio = 100, RatioFreeBytes = 64 * 1024 };

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public async Task Open_Zip_ListsFilesAndGivesTheirBytes(CompressionLevel level)
    {
        var content = Enumerable.Range(0, 40_000).Select(i => (byte)(i * i >> 5)).ToArray();
        var zip = Zip(level, ("dir/", []), ("dir/ä.jpg", content), ("__MACOSX/dir/._a.jpg", [1]), ("dir/.DS_Store", [1]), ("b.png", []));

        await using var source = await OpenAsync(zip);

        source.Entries.Select(e => (e.Name, e.SizeBytes)).ShouldBe([("dir/ä.jpg", 40_000L), ("b.png", 0L)]);
        (await source.ReadEntryAsync(source.Entries[0], Token)).ShouldBe(content);
        (await source.ReadEntryAsync(source.Entries[1], Token)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../x.jpg", "climbs out")]
    [InlineData("a/../../x.jpg", "climbs out")]
    [InlineData("a\\..\\..\\x.jpg", "climbs out")]
    [InlineData("/etc/x.jpg", "absolute")]
    [InlineData("\\x.jpg", "absolute")]
    [InlineData("C:\\x.jpg", "absolute")]
    [InlineData("c:x.jpg", "absolute")]
    [InlineData("a\nb.jpg", "control characters")]
    [InlineData("a\0b.jpg", "control characters")]
    [InlineData("./", "empty name")]
    public async Task Open_UnsafeName_RefusesTheWholeArchive(string name, string reason)
    {
        var error = await Should.ThrowAsync<MediaException>(() => OpenAsync(Zip(CompressionLevel.Fastest, ("good.jpg", [1]), (name, [1]))));

        error.FileName.ShouldBe("pictures.zip");
        error.Message.ShouldContain(reason);
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public async Task Open_LongName_IsRefused() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.Fastest, (new string('a', 1025), [1])), "1024 bytes");

    [Fact]
    public async Task Open_BackslashesAndDots_AreNormalized()
    {
        await using var source = await OpenAsync(Zip(CompressionLevel.Fastest, ("a\\b\\c.jpg", [1]), ("./d//e.jpg", [1])));

        source.Entries.Select(e => e.Name).ShouldBe(["a/b/c.jpg", "d/e.jpg"]);
    }

    [Fact]
    public async Task Open_SymbolicLink_IsRefused()
    {
        var zip = Zip(CompressionLevel.Fastest, ("link.jpg", "/etc/passwd"u8.ToArray()));
        var header = CentralHeader(zip);
        zip[header + 5] = 3;
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(header + 38), 0xA1FF0000);

        await ShouldRefuseAsync(zip, "symbolic link");
    }

    [Fact]
    public async Task Open_ZipBomb_IsRefusedByRatio() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.SmallestSize, ("bomb.jpg", new byte[1 << 20])), "zip bomb");

    [Fact]
    public async Task Open_TooLargeAnEntry_IsRefused() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.NoCompression, ("a.jpg", new byte[(1 << 20) + 1])), "limit is 1048576");

    [Fact]
    public async Task Open_TooMuchInAll_IsRefused() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.NoCompression, [.. Enumerable.Range(0, 4).Select(i => ($"{i}.jpg", new byte[1 << 20]))]), "unpacks to more");

    [Fact]
    public async Task Open_TooManyEntries_IsRefused() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.NoCompression, [.. Enumerable.Range(0, 101).Select(i => ($"{i}.jpg", new byte[1]))]), "101 entries");

    [Fact]
    public async Task Open_TwoEntriesOfOneName_AreRefused() =>
        await ShouldRefuseAsync(Zip(CompressionLevel.Fastest, ("a/b.jpg", [1]), ("a\\b.jpg", [2])), "same name: 'a/b.jpg'");

    [Fact]
    public async Task Open_OverlappingEntries_AreRefused()
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.jpg", new byte[1000]), ("b.jpg", new byte[1000]));
        var second = CentralHeader(zip, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(second + 42), 0);

        await ShouldRefuseAsync(zip, "overlap");
    }

    [Fact]
    public async Task Open_DirectoryInAnotherOrder_IsReadUnlessEntriesOverlap()
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.jpg", [1, 2, 3]), ("b.jpg", [4, 5, 6]));
        var (first, second) = (CentralHeader(zip), CentralHeader(zip, 1));
        var (a, b) = (zip[first..second], zip[second..(second + (second - first))]);
        b.CopyTo(zip, first);
        a.CopyTo(zip, second);

        await using (var source = await OpenAsync(zip))
        {
            source.Entries.Select(entry => entry.Name).ShouldBe(["b.jpg", "a.jpg"]);
            (await source.ReadEntryAsync(source.ByName["a.jpg"], Token)).ShouldBe([1, 2, 3]);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(second + 42), 8);
        await ShouldRefuseAsync(zip, "overlap");
    }

    [Fact]
    public async Task Open_EntryThatReachesIntoTheDirectory_IsRefused()
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.jpg", new byte[100]));
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(CentralHeader(zip) + 20), 200);

        await ShouldRefuseAsync(zip, "overlap");
    }

    [Theory]
    [InlineData(10, "does not match")]
    [InlineData(2000, "smaller")]
    public async Task Read_SizeThatLies_IsFoundWhileReading(uint claimed, string reason)
    {
        var zip = Zip(CompressionLevel.Optimal, ("a.jpg", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 300)))));
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(CentralHeader(zip) + 24), claimed);

        await ShouldFailReadingAsync(zip, reason);
    }

    [Fact]
    public async Task Read_DamagedBytes_AreFoundByTheChecksum()
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.jpg", new byte[1000]));
        zip[500] ^= 1;

        await ShouldFailReadingAsync(zip, "checksum");
    }

    [Fact]
    public async Task Read_DamagedDeflate_IsAMediaError()
    {
        var zip = Zip(CompressionLevel.Optimal, ("a.jpg", Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 3000)))));
        zip.AsSpan(60, 400).Fill(0xFF);

        await ShouldFailReadingAsync(zip, "a.jpg");
    }

    [Theory]
    [InlineData(8, 1, "encrypted")]
    [InlineData(10, 9, "method 9")]
    public async Task Read_WhatIsNotSupported_IsNamed(int offset, byte value, string reason)
    {
        var zip = Zip(CompressionLevel.NoCompression, ("a.jpg", new byte[100]));
        zip[CentralHeader(zip) + offset] = value;

        await ShouldFailReadingAsync(zip, reason);
    }

    [Fact]
    public async Task Open_DirectoryOfManyWindows_GivesEveryEntryInOrder()
    {
        var names = Enumerable.Range(0, 4000).Select(i => $"{i:D4}{new string('n', 50 + (i % 300))}.jpg").ToList();
        var zip = Zip(CompressionLevel.NoCompression, [.. names.Select(name => (name, Encoding.UTF8.GetBytes(name[..4])))]);

        await using var source = await ZipSource.OpenAsync("pictures.zip", new MemoryStream(zip), new(), leaveOpen: false, Token);

        source.Entries.Select(entry => entry.Name).ShouldBe(names);
        (await source.ReadEntryAsync(source.Entries[^1], Token)).ShouldBe("3999"u8.ToArray());
    }

    [Fact]
    public async Task Reopen_KnownEntry_IsReadWithoutTheDirectoryAndStillChecked()
    {
        var zip = Zip(CompressionLevel.Optimal, ("a.jpg", new byte[10]), ("b.jpg", [.. Enumerable.Range(0, 3000).Select(i => (byte)(i >> 3))]));
        await using var source = await OpenAsync(zip);
        var (first, second) = (source.Entries[0], source.Entries[1]);
        var bytes = await source.ReadEntryAsync(second, Token);
        zip.AsSpan(CentralHeader(zip)).Clear();

        await using var again = ZipSource.Reopen("pictures.zip", new MemoryStream(zip));

        (await again.ReadEntryAsync(second, Token)).ShouldBe(bytes);
        (await Should.ThrowAsync<MediaException>(() => again.ReadEntryAsync(second with { Crc = 1 }, Token))).Message.ShouldContain("checksum");
        (await Should.ThrowAsync<MediaException>(() => again.ReadEntryAsync(second with { SizeBytes = 2999 }, Token))).Message.ShouldContain("b.jpg");
        (await Should.ThrowAsync<MediaException>(() => again.ReadEntryAsync(first with { HeaderOffset = 5 }, Token))).Message.ShouldContain("broken header");
        (await Should.ThrowAsync<MediaException>(() => again.ReadEntryAsync(first with { CompressedBytes = zip.Length }, Token))).Message.ShouldContain("cut off");
        (await Should.ThrowAsync<MediaException>(() => again.ReadEntryAsync(first with { IsEncrypted = true }, Token))).Message.ShouldContain("encrypted");
    }

    [Fact]
    public async Task OpenInTurn_WhileAnotherEntryIsOpen_WaitsForItsEnd()
    {
        await using var source = await OpenAsync(Zip(CompressionLevel.Optimal, ("a.jpg", [1, 2, 3]), ("b.jpg", [4, 5])));
        var first = await source.OpenInTurnAsync(source.Entries[0], Token);
        var second = source.OpenInTurnAsync(source.Entries[1], Token).AsTask();
        second.IsCompleted.ShouldBeFalse();

        await first.DisposeAsync();
        await first.DisposeAsync();

        await using (var content = await second)
        {
            content.ReadByte().ShouldBe(4);
            await Should.ThrowAsync<OperationCanceledException>(async () => await source.OpenInTurnAsync(source.Entries[0], new CancellationToken(canceled: true)));
        }

        await Should.ThrowAsync<MediaException>(async () => await source.OpenInTurnAsync(source.Entries[0] with { HeaderOffset = 1 }, Token));
        await using var last = await source.OpenInTurnAsync(source.Entries[0], Token);
        last.ReadByte().ShouldBe(1);
    }

    [Fact]
    public async Task Open_NoZip_SaysSo()
    {
        await ShouldRefuseAsync([], "is empty");
        await ShouldRefuseAsync(Encoding.ASCII.GetBytes(new string('x', 5000)), "not a zip");
        var zip = Zip(CompressionLevel.Optimal, ("a.jpg", new byte[5000]));
        await ShouldRefuseAsync(zip[..^30], "cut off");
    }

    [Fact]
    public async Task Open_RandomDamage_OnlyEverGivesMediaErrors()
    {
        var random = new Random(7);
        var good = Zip(CompressionLevel.Optimal, ("a/b.jpg", [.. Enumerable.Range(0, 3000).Select(i => (byte)(i >> 3))]), ("c.jpg", new byte[50]));
        for (var i = 0; i < 2000; i++)
        {
            var zip = (byte[])good.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                zip[random.Next(zip.Length)] = (byte)random.Next(256);
            }

            try
            {
                await using var source = await OpenAsync(zip);
                foreach (var entry in source.Entries)
                {
                    await source.ReadEntryAsync(entry, Token);
                }
            }
            catch (MediaException)
            {
            }
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Task<ZipSource> OpenAsync(byte[] zip) => ZipSource.OpenAsync("pictures.zip", new MemoryStream(zip), Limits, leaveOpen: false, Token);

    private static async Task ShouldRefuseAsync(byte[] zip, string reason) =>
        (await Should.ThrowAsync<MediaException>(() => OpenAsync(zip))).Message.ShouldContain(reason);

    private static async Task ShouldFailReadingAsync(byte[] zip, string reason)
    {
        await using var source = await OpenAsync(zip);
        (await Should.ThrowAsync<MediaException>(() => source.ReadEntryAsync(source.Entries[0], Token))).Message.ShouldContain(reason);
    }

    private static int CentralHeader(byte[] zip, int index = 0)
    {
        var at = -1;
        for (var i = 0; i <= index; i++)
        {
            at += 1 + zip.AsSpan(at + 1).IndexOf("PK\x01\x02"u8);
        }

        return at;
    }

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
