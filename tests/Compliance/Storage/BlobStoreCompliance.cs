using CvatServerless.Domain.Ports;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage;

/// <summary>What every <see cref="IBlobStore"/> does.</summary>
public abstract class BlobStoreCompliance
{
    private readonly string _folder = Guid.NewGuid().ToString("N");

    protected abstract IBlobStore Blobs { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Name => $"{_folder}/a";

    [Fact]
    public async Task FindAsync_Missing_IsNull() => (await Blobs.FindAsync(Name, Ct)).ShouldBeNull();

    [Fact]
    public async Task OpenReadAsync_Missing_Throws() => await Should.ThrowAsync<BlobNotFoundException>(() => Blobs.OpenReadAsync(Name, 0, null, Ct));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4 * 1024 * 1024)]
    [InlineData((9 * 1024 * 1024) + 17)]
    public async Task WriteAsync_AnyLength_ComesBack(int length)
    {
        var data = Data(length);

        var written = await Write(Name, data);

        var found = await Blobs.FindAsync(Name, Ct);
        found.ShouldNotBeNull();
        found.LengthBytes.ShouldBe(length);
        found.ETag.ShouldBe(written.ETag);
        (await Read(Name)).AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    [Fact]
    public async Task WriteAsync_PiecesOfAllSizes_ComeBackInOrder()
    {
        int[] sizes = [0, 1, 100_000, 31_071, 1, 131_072, 5, 131_073, 70_000, 70_000, 500_000, 2];
        var data = Data(sizes.Sum());

        await Blobs.WriteAsync(
            Name,
            async (stream, token) =>
            {
                var at = 0;
                foreach (var (index, size) in sizes.Index())
                {
                    if (index % 3 == 0)
                    {
                        stream.Write(data.AsSpan(at, size));
                        await stream.FlushAsync(token);
                    }
                    else
                    {
                        await stream.WriteAsync(data.AsMemory(at, size), token);
                    }

                    at += size;
                }
            },
            BlobCondition.None,
            Ct);

        (await Read(Name)).AsSpan().SequenceEqual(data).ShouldBeTrue();
    }

    [Theory]
    [InlineData(0, 5, 0, 5)]
    [InlineData(3, 4, 3, 7)]
    [InlineData(90, 50, 90, 100)]
    [InlineData(10, null, 10, 100)]
    [InlineData(100, null, 100, 100)]
    [InlineData(500, 5, 100, 100)]
    [InlineData(7, 0, 7, 7)]
    public async Task OpenReadAsync_Range_GivesThatPart(int offset, int? length, int from, int to)
    {
        var data = Data(100);
        await Write(Name, data);

        (await Read(Name, offset, length)).ShouldBe(data[from..to]);
    }

    [Fact]
    public async Task WriteAsync_WriterThrows_LeavesTheOldContent()
    {
        await Write(Name, [1, 2, 3]);

        await Should.ThrowAsync<InvalidOperationException>(() => Blobs.WriteAsync(
            Name,
            async (stream, ct) =>
            {
                await stream.WriteAsync(new byte[5 * 1024 * 1024], ct);
                throw new InvalidOperationException();
            },
            BlobCondition.None,
            Ct));

        (await Read(Name)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task WriteAsync_WriterThrowsAtANewName_LeavesNothing()
    {
        await Should.ThrowAsync<InvalidOperationException>(() => Blobs.WriteAsync(Name, (_, _) => throw new InvalidOperationException(), BlobCondition.None, Ct));

        (await Blobs.FindAsync(Name, Ct)).ShouldBeNull();
        (await List(_folder)).ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_Absent_WritesOnlyOnce()
    {
        await Write(Name, [1], BlobCondition.Absent);

        await Should.ThrowAsync<StoreConflictException>(() => Write(Name, [2], BlobCondition.Absent));
        (await Read(Name)).ShouldBe([1]);
    }

    [Fact]
    public async Task WriteAsync_Match_NeedsTheCurrentETag()
    {
        var first = await Write(Name, [1]);
        var second = await Write(Name, [2], BlobCondition.Match(first.ETag));

        second.ETag.ShouldNotBe(first.ETag);
        await Should.ThrowAsync<StoreConflictException>(() => Write(Name, [3], BlobCondition.Match(first.ETag)));
        await Should.ThrowAsync<StoreConflictException>(() => Write(Name + "b", [3], BlobCondition.Match(first.ETag)));
        (await Read(Name)).ShouldBe([2]);
    }

    [Fact]
    public async Task OpenReadAsync_ReplacedMeanwhile_NeverMixes()
    {
        var old = Enumerable.Repeat((byte)1, 12 * 1024 * 1024).ToArray();
        await Write(Name, old);
        await using var stream = await Blobs.OpenReadAsync(Name, 0, null, Ct);
        var read = new byte[1024];
        await stream.ReadExactlyAsync(read, Ct);

        await Write(Name, new byte[12 * 1024 * 1024]);

        var rest = new MemoryStream();
        try
        {
            await stream.CopyToAsync(rest, Ct);
        }
        catch (Exception e) when (e is IOException or StoreUnavailableException || e.GetType().Namespace == "Azure")
        {
            return; // It may fail, but not go over to the new content.
        }

        rest.ToArray().ShouldAllBe(value => value == 1);
    }

    [Fact]
    public async Task AppendAsync_AtItsLength_Grows()
    {
        (await Blobs.AppendAsync(Name, new byte[] { 1, 2 }, 0, Ct)).ShouldBe(2);
        var first = (await Blobs.FindAsync(Name, Ct))!;
        (await Blobs.AppendAsync(Name, new byte[] { 3 }, 2, Ct)).ShouldBe(3);

        var second = (await Blobs.FindAsync(Name, Ct))!;
        second.LengthBytes.ShouldBe(3);
        second.ETag.ShouldNotBe(first.ETag);
        (await Read(Name)).ShouldBe([1, 2, 3]);
        (await Read(Name, 1, 1)).ShouldBe([2]);
    }

    [Fact]
    public async Task AppendAsync_AtAnotherLength_Conflicts()
    {
        await Should.ThrowAsync<StoreConflictException>(() => Append(5, [9]));
        await Append(0, [1]);

        await Should.ThrowAsync<StoreConflictException>(() => Append(0, [1]));
        await Should.ThrowAsync<StoreConflictException>(() => Append(2, [1]));
        (await Read(Name)).ShouldBe([1]);
    }

    [Fact]
    public async Task AppendAsync_ManySizes_ComeBackInOrder()
    {
        var all = new MemoryStream();
        foreach (var size in new[] { 10, 200_000, 300_000, 4 * 1024 * 1024, 5, 100_000, 250_000, 250_000, 250_000, 250_000, 250_000, 7 })
        {
            var data = Data(size);
            await Append(all.Length, data);
            all.Write(data);
        }

        var expected = all.ToArray();
        (await Read(Name)).AsSpan().SequenceEqual(expected).ShouldBeTrue();
        (await Read(Name, 4_500_000, 700_000)).AsSpan().SequenceEqual(expected.AsSpan(4_500_000, 700_000)).ShouldBeTrue();
    }

    [Fact]
    public async Task AppendAsync_FromManyWriters_OneWinsEachPosition()
    {
        var wins = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var won = 0;
            for (var position = 0; position < 10; position++)
            {
                try
                {
                    await Append(position, [(byte)writer]);
                    won++;
                }
                catch (StoreConflictException)
                {
                    // Somebody else has it, or the position is not reached yet.
                }
            }

            return won;
        })));

        (await Blobs.FindAsync(Name, Ct))!.LengthBytes.ShouldBe(wins.Sum());
    }

    [Fact]
    public async Task AppendAsync_ToABlobWrittenWhole_Conflicts()
    {
        await Write(Name, [1]);

        await Should.ThrowAsync<StoreConflictException>(() => Append(1, [2]));
        await Should.ThrowAsync<StoreConflictException>(() => Append(0, [2]));
    }

    [Fact]
    public async Task CopyAsync_OutlivesTheOther()
    {
        await Write(Name, [1, 2, 3]);

        var copy = await Blobs.CopyAsync(Name, Name + "2", Ct);
        await Write(Name, [4]);
        (await Read(Name + "2")).ShouldBe([1, 2, 3]);
        await Blobs.DeleteAsync(Name, Ct);

        (await Read(Name + "2", 1, 1)).ShouldBe([2]);
        (await Blobs.FindAsync(Name + "2", Ct)).ShouldBe(copy);
        copy.LengthBytes.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(2_000_000)]
    public async Task CopyAsync_OfAnAppendBlob_HasAllOfIt(int length)
    {
        await Append(0, []);
        var content = Data(length);
        for (var position = 0; position < length; position += 400_000)
        {
            await Append(position, content[position..Math.Min(position + 400_000, length)]);
        }

        await Blobs.CopyAsync(Name, Name + "2", Ct);

        (await Read(Name)).ShouldBe(content);
        await Blobs.DeleteAsync(Name, Ct);
        (await Read(Name + "2")).ShouldBe(content);
    }

    [Fact]
    public async Task CopyAsync_Again_LeavesWhatIsThere()
    {
        await Write(Name, [1]);
        var first = await Blobs.CopyAsync(Name, Name + "2", Ct);
        await Write(Name, [2]);

        (await Blobs.CopyAsync(Name, Name + "2", Ct)).ShouldBe(first);
        (await Read(Name + "2")).ShouldBe([1]);
    }

    [Fact]
    public async Task CopyAsync_Missing_Throws()
    {
        await Should.ThrowAsync<BlobNotFoundException>(() => Blobs.CopyAsync(Name, Name + "2", Ct));
        (await Blobs.FindAsync(Name + "2", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task DeleteAsync_SaysWhetherThereWasOne()
    {
        await Write(Name, [1]);

        (await Blobs.DeleteAsync(Name, Ct)).ShouldBeTrue();
        (await Blobs.DeleteAsync(Name, Ct)).ShouldBeFalse();
        (await Blobs.FindAsync(Name, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task DeleteAsync_OfAnAppendBlob_StartsAfresh()
    {
        await Append(0, [1, 2]);
        await Blobs.DeleteAsync(Name, Ct);
        await Append(0, [3]);

        (await Read(Name)).ShouldBe([3]);
    }

    [Fact]
    public async Task ListAsync_Prefix_GivesOrdinalOrder()
    {
        foreach (var name in new[] { "b/2", "b/10", "B", "b", "c" })
        {
            await Write($"{_folder}/{name}", [1, 2]);
        }

        (await List($"{_folder}/")).Select(blob => blob.Name[(_folder.Length + 1)..]).ShouldBe(["B", "b", "b/10", "b/2", "c"]);
        var listed = (await List($"{_folder}/b/")).ToList();
        listed.Select(blob => blob.Name[(_folder.Length + 1)..]).ShouldBe(["b/10", "b/2"]);
        listed[0].LengthBytes.ShouldBe(2);
        listed[0].ETag.ShouldBe((await Blobs.FindAsync(listed[0].Name, Ct))!.ETag);
    }

    [Theory]
    [InlineData("with space & ümlaut.jpg")]
    [InlineData("50%25.jpg")]
    [InlineData("a#b?c.jpg")]
    public async Task WriteAsync_UnusualName_IsKept(string name)
    {
        await Write($"{_folder}/{name}", [1]);

        (await Read($"{_folder}/{name}")).ShouldBe([1]);
        (await List(_folder)).ShouldHaveSingleItem().Name.ShouldBe($"{_folder}/{name}");
    }

    private static byte[] Data(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }

    private Task<long> Append(long position, byte[] data) => Blobs.AppendAsync(Name, data, position, Ct);

    private Task<BlobProperties> Write(string name, byte[] data, BlobCondition condition = default) =>
        Blobs.WriteAsync(name, (stream, ct) => stream.WriteAsync(data, ct).AsTask(), condition, Ct);

    private async Task<byte[]> Read(string name, long offset = 0, long? length = null)
    {
        await using var stream = await Blobs.OpenReadAsync(name, offset, length, Ct);
        var data = new MemoryStream();
        await stream.CopyToAsync(data, Ct);
        return data.ToArray();
    }

    private async Task<List<BlobProperties>> List(string prefix)
    {
        var found = new List<BlobProperties>();
        await foreach (var blob in Blobs.ListAsync(prefix, Ct))
        {
            found.Add(blob);
        }

        return found;
    }
}
