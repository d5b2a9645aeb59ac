using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using CvatServerless.Media.Archives;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Archives;

public sealed class ZipStoreWriterTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2000)));

    [Fact]
    public async Task Write_EveryKindOfEntry_ReadsBackWithBothReaders()
    {
        var zip = await WriteAsync(async writer =>
        {
            await writer.WriteStoredAsync("stored.bin", Text, Token);
            await writer.WriteStoredAsync("stream.bin", new MemoryStream(Text), Token);
            await writer.WriteDeflatedAsync("text.json", Text, Token);
            await writer.WriteDeflatedAsync("stream.json", new MemoryStream(Text), Token);
            await writer.WriteRawAsync("raw.json", isDeflated: true, Crc32.HashToUInt32(Text), Text.Length, Deflate(Text).Length, new MemoryStream(Deflate(Text)), Token);
            await using (var entry = writer.OpenEntry("ünï/made.txt", compress: true))
            {
                await entry.WriteAsync(Text.AsMemory(0, 100), Token);
                await entry.WriteAsync(Text.AsMemory(100), Token);
            }
        });

        var names = new[] { "stored.bin", "stream.bin", "text.json", "stream.json", "raw.json", "ünï/made.txt" };
        Read(zip).Select(e => e.Name).ShouldBe(names);
        Read(zip).ShouldAllBe(e => e.Content.SequenceEqual(Text));
        await using var source = await ZipSource.OpenAsync("x.zip", new MemoryStream(zip), new ArchiveLimits(), leaveOpen: false, Token);
        source.Entries.Select(e => e.Name).ShouldBe(names);
        foreach (var entry in source.Entries)
        {
            (await source.ReadEntryAsync(entry, Token)).ShouldBe(Text);
        }
    }

    [Fact]
    public async Task Write_SameEntries_GivesTheSameBytes()
    {
        Task<byte[]> Once() => WriteAsync(async writer =>
        {
            await writer.WriteStoredAsync("a", Text, Token);
            await writer.WriteDeflatedAsync("b", new MemoryStream(Text), Token);
        });

        (await Once()).ShouldBe(await Once());
    }

    [Fact]
    public async Task WriteDeflated_WhatDoesNotShrink_IsStored()
    {
        var noise = new byte[5000];
        new Random(5).NextBytes(noise);

        var zip = await WriteAsync(writer => writer.WriteDeflatedAsync("noise", noise, Token));

        Read(zip).Single().Content.ShouldBe(noise);
        zip.Length.ShouldBeLessThan(5200);
    }

    [Fact]
    public async Task Finish_WithoutEntries_IsAnEmptyZip() => Read(await WriteAsync(_ => Task.CompletedTask)).ShouldBeEmpty();

    [Fact]
    public async Task Finish_MoreThan65535Entries_UsesZip64()
    {
        var zip = await WriteAsync(async writer =>
        {
            for (var i = 0; i < 70_000; i++)
            {
                await writer.WriteStoredAsync($"{i}", ReadOnlyMemory<byte>.Empty, Token);
            }
        });

        using var archive = new ZipArchive(new MemoryStream(zip));
        archive.Entries.Count.ShouldBe(70_000);
        await using var source = await ZipSource.OpenAsync("x.zip", new MemoryStream(zip), new ArchiveLimits(), leaveOpen: false, Token);
        source.Entries.Count.ShouldBe(70_000);
    }

    [Fact]
    public async Task Write_BeyondFourGigabytes_KeepsOffsetsAndSizes()
    {
        const long Huge = 4_400_000_000;
        using var sparse = new SparseStream(keepFrom: Huge - 200_000);
        var writer = new ZipStoreWriter(sparse);
        await writer.WriteRawAsync("huge.bin", isDeflated: false, 0, Huge, Huge, new ZeroStream(Huge), Token);
        await writer.WriteStoredAsync("after.txt", Text, Token);
        await writer.FinishAsync(Token);

        await using var source = await ZipSource.OpenAsync("x.zip", sparse, new ArchiveLimits(), leaveOpen: true, Token);

        source.Entries.Select(e => (e.Name, e.SizeBytes)).ShouldBe([("huge.bin", Huge), ("after.txt", (long)Text.Length)]);
        (await source.ReadEntryAsync(source.Entries[1], Token)).ShouldBe(Text);
    }

    [Fact]
    public async Task Write_WhileAnEntryIsOpen_IsRefused()
    {
        var writer = new ZipStoreWriter(new MemoryStream());
        await using var entry = writer.OpenEntry("a", compress: false);

        await Should.ThrowAsync<InvalidOperationException>(async () => await writer.WriteStoredAsync("b", Text, Token));
        await Should.ThrowAsync<InvalidOperationException>(() => writer.FinishAsync(Token));
    }

    [Fact]
    public async Task WriteRaw_SourceThatEndsEarly_Throws() =>
        await Should.ThrowAsync<EndOfStreamException>(() => WriteAsync(w => w.WriteRawAsync("a", false, 0, 10, 10, new MemoryStream([1]), Token)));

    [Fact]
    public void Write_AnyEntries_ReadBack() =>
        Gen.Select(Gen.String[Gen.Char.AlphaNumeric, 1, 20], Gen.Byte.Array[0, 300], Gen.Int[0, 3]).List[0, 12].Sample(
            async entries =>
            {
                var zip = await WriteAsync(async writer =>
                {
                    foreach (var (name, content, kind) in entries)
                    {
                        await (kind switch
                        {
                            0 => writer.WriteStoredAsync(name, content, Token).AsTask(),
                            1 => writer.WriteStoredAsync(name, new MemoryStream(content), Token),
                            2 => writer.WriteDeflatedAsync(name, content, Token),
                            _ => writer.WriteDeflatedAsync(name, new MemoryStream(content), Token),
                        });
                    }
                });
                var read = Read(zip);
                read.Select(e => e.Name).ShouldBe(entries.Select(e => e.Item1));
                read.Select(e => e.Content).ShouldBe(entries.Select(e => e.Item2));
            },
            seed: "0000000000001", iter: 200);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<byte[]> WriteAsync(Func<ZipStoreWriter, Task> write)
    {
        using var bytes = new MemoryStream();
        var writer = new ZipStoreWriter(bytes);
        await write(writer);
        await writer.FinishAsync(Token);
        return bytes.ToArray();
    }

    private static List<(string Name, byte[] Content)> Read(byte[] zip)
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

    private static byte[] Deflate(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var deflate = new DeflateStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return bytes.ToArray();
    }

    /// <summary>So many zeros.</summary>
    private sealed class ZeroStream(long length) : MemoryStream
    {
        private long _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }

    /// <summary>Forgets what is written before an offset, so that a test of 4 GiB needs no disk.</summary>
    private sealed class SparseStream(long keepFrom) : Stream
    {
        private readonly MemoryStream _kept = new();
        private long _length;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get; set; }

        public override void Write(byte[] buffer, int offset, int count)
        {
            var skipped = (int)Math.Clamp(keepFrom - Position, 0, count);
            _kept.Write(buffer, offset + skipped, count - skipped);
            Position = _length += count;
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position < keepFrom)
            {
                throw new InvalidOperationException("These bytes were not kept.");
            }

            _kept.Position = Position - keepFrom;
            var read = _kept.Read(buffer, offset, count);
            Position += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
