using System.Net;
using System.Security.Cryptography;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.CloudStorages;

/// <summary>What holds for users' buckets of every provider; a subclass names a bucket on a real server.</summary>
public abstract class CloudStorageCompliance : IAsyncLifetime, IDisposable
{
    private const int PartBytes = 8 << 20;

    /// <summary>A client that may go to loopback.</summary>
    private protected OutboundHttp Outbound { get; } = new([IPNetwork.Parse("127.0.0.0/8")], TimeProvider.System);

    private protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A bucket of this test alone, empty at first.</summary>
    private protected ICloudStorage Bucket { get; private set; } = null!;

    /// <summary>Whether the server gives pages, and refuses reads under a condition: an emulator may do neither.</summary>
    protected virtual bool IsWhole => true;

    /// <summary>Whether the server lists for those whom it gives no content: an emulator may.</summary>
    protected virtual bool LetsStrangersLookAround => false;

    public async ValueTask InitializeAsync() => Bucket = await NewBucketAsync();

    public ValueTask DisposeAsync()
    {
        Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    public virtual void Dispose()
    {
        Outbound.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task List_MoreThanAPage_GoesOnToTheEnd()
    {
        var keys = Enumerable.Range(0, 1050).Select(i => $"many/{i:D4}.png").ToList();
        await Parallel.ForEachAsync(keys, Ct, async (key, ct) => await Bucket.WriteAsync(key, new MemoryStream([1]), ct));

        var pages = await AllAsync("many/", recursive: true, pageSize: 400);

        pages.SelectMany(page => page.Objects).Select(found => found.Key).ShouldBe(keys);
        pages.SelectMany(page => page.Objects).ShouldAllBe(found => found.LengthBytes == 1 && found.ETag.Length > 0);
        pages.Count.ShouldBe(IsWhole ? 3 : 1);
    }

    [Fact]
    public async Task Keys_OddCharacters_AreKept()
    {
        string[] keys =
        [
            "a b/c d.png", "percent/100%25.png", "plus/a+b.png", "quotes/it's \"so\".png", "umlaut/Grüße.png", "kanji/日本語/絵.png", "emoji/🙂.png",
            "signs/a&b=c;d,e@f~g!h$i(j)*k.png", "question/what?#really.png", "brackets/[1]{2}<3>.png",
        ];
        foreach (var key in keys)
        {
            await Bucket.WriteAsync(key, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(key)), Ct);
        }

        (await AllAsync("", recursive: true, 100)).SelectMany(page => page.Objects).Select(found => found.Key).ShouldBe(keys, ignoreOrder: true);
        foreach (var key in keys)
        {
            (await Bucket.FindAsync(key, Ct))!.Key.ShouldBe(key);
            System.Text.Encoding.UTF8.GetString(await BytesAsync(key)).ShouldBe(key);
            (await Bucket.ListAsync(key, recursive: false, 10, null, Ct)).Objects.ShouldHaveSingleItem().Key.ShouldBe(key);
        }
    }

    [Fact]
    public async Task List_OneLevel_ShowsFoldersOnceAndNoMarks()
    {
        foreach (var key in new[] { "top.png", "sub/1.png", "sub/2.png", "sub/deep/3.png", "subway/4.png" })
        {
            await Bucket.WriteAsync(key, new MemoryStream([7]), Ct);
        }

        await MarkAsync("sub/");

        var top = (await Bucket.ListAsync("", recursive: false, 100, null, Ct));
        var sub = await Bucket.ListAsync("sub/", recursive: false, 100, null, Ct);
        var named = await Bucket.ListAsync("sub", recursive: false, 100, null, Ct);

        (Names(top), top.Folders).ShouldBe(("top.png", ["sub/", "subway/"]), new PageComparer());
        (Names(sub), sub.Folders).ShouldBe(("sub/1.png sub/2.png", ["sub/deep/"]), new PageComparer());
        (Names(named), named.Folders).ShouldBe(("", ["sub/", "subway/"]), new PageComparer());
        Names(await Bucket.ListAsync("sub/", recursive: true, 100, null, Ct)).ShouldBe("sub/1.png sub/2.png sub/deep/3.png");
    }

    [Fact]
    public async Task Missing_KeyOrBucket_IsTold()
    {
        (await Bucket.FindAsync("nothing.png", Ct)).ShouldBeNull();
        (await FailureAsync(() => Bucket.OpenReadAsync("nothing.png", 0, null, null, Ct))).Failure.ShouldBe(CloudStorageFailure.NotFound);
        (await Bucket.CheckAsync(Ct)).ShouldBe(CloudStorageStatus.Available);

        var missing = Connect("no-such-bucket", Outbound);

        (await missing.CheckAsync(Ct)).ShouldBe(CloudStorageStatus.NotFound);
        (await FailureAsync(() => missing.ListAsync("", true, 10, null, Ct))).Failure.ShouldBe(CloudStorageFailure.NotFound);
        (await FailureAsync(() => missing.WriteAsync("a", new MemoryStream([1]), Ct))).Failure.ShouldBe(CloudStorageFailure.NotFound);
    }

    [Fact]
    public async Task Read_WithoutTheRight_IsForbidden()
    {
        if (Stranger() is not { } stranger)
        {
            Assert.Skip("This server lets everybody in.");
            return;
        }

        await Bucket.WriteAsync("mine.png", new MemoryStream([1]), Ct);

        (await FailureAsync(() => stranger.OpenReadAsync("mine.png", 0, null, null, Ct))).Failure.ShouldBe(CloudStorageFailure.Forbidden);
        (await BytesAsync("mine.png")).ShouldBe([1]);
        if (LetsStrangersLookAround)
        {
            return;
        }

        (await FailureAsync(() => stranger.ListAsync("", true, 10, null, Ct))).Failure.ShouldBe(CloudStorageFailure.Forbidden);
        (await FailureAsync(() => stranger.FindAsync("mine.png", Ct))).Failure.ShouldBe(CloudStorageFailure.Forbidden);
        (await FailureAsync(() => stranger.WriteAsync("mine.png", new MemoryStream([2]), Ct))).Failure.ShouldBe(CloudStorageFailure.Forbidden);
        (await stranger.CheckAsync(Ct)).ShouldBe(CloudStorageStatus.Forbidden);
    }

    [Fact]
    public async Task Read_AnotherVersion_IsRefused()
    {
        Assert.SkipUnless(IsWhole, "This server knows no conditions.");
        await Bucket.WriteAsync("a.png", new MemoryStream([1, 2]), Ct);
        var old = (await Bucket.FindAsync("a.png", Ct))!;
        (await BytesAsync("a.png", etag: old.ETag)).ShouldBe([1, 2]);
        await Bucket.WriteAsync("a.png", new MemoryStream([3, 4]), Ct);

        (await FailureAsync(() => Bucket.OpenReadAsync("a.png", 0, 1, old.ETag, Ct))).Failure.ShouldBe(CloudStorageFailure.Changed);
        (await BytesAsync("a.png", etag: (await Bucket.FindAsync("a.png", Ct))!.ETag)).ShouldBe([3, 4]);
    }

    [Theory]
    [InlineData(0, null, "0123456789")]
    [InlineData(4, null, "456789")]
    [InlineData(2, 3, "234")]
    [InlineData(8, 100, "89")]
    [InlineData(3, 0, "")]
    [InlineData(50, 10, "")]
    public async Task Read_Range_GivesThatPart(long offset, int? length, string expected)
    {
        await Bucket.WriteAsync("digits", new MemoryStream("0123456789"u8.ToArray()), Ct);

        System.Text.Encoding.UTF8.GetString(await BytesAsync("digits", offset, length)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(PartBytes)]
    [InlineData((2 * PartBytes) + 12_345)]
    public async Task Write_StreamOfUnknownLength_ArrivesWhole(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        await Bucket.WriteAsync("large.bin", new MemoryStream([9, 9]), Ct);

        await Bucket.WriteAsync("large.bin", new Trickle(content), Ct);

        (await Bucket.FindAsync("large.bin", Ct))!.LengthBytes.ShouldBe(length);
        SHA256.HashData(await BytesAsync("large.bin")).ShouldBe(SHA256.HashData(content));
    }

    [Fact]
    public async Task Write_SourceBreaks_LeavesWhatWasThere()
    {
        await Bucket.WriteAsync("kept.bin", new MemoryStream([1]), Ct);

        await Should.ThrowAsync<IOException>(() => Bucket.WriteAsync("kept.bin", new Trickle(new byte[PartBytes + 10], breaks: true), Ct));

        (await BytesAsync("kept.bin")).ShouldBe([1]);
    }

    [Fact]
    public async Task Address_NotPublic_IsNotConnectedTo()
    {
        using var guarded = new OutboundHttp([], TimeProvider.System);
        var bucket = Connect("anything", guarded);

        var failure = await FailureAsync(() => bucket.ListAsync("", true, 1, null, Ct));

        (failure.Failure, failure.Message).ShouldBe((CloudStorageFailure.NotFound, "The server does not connect to 127.0.0.1: its address is not public."));
        (await bucket.CheckAsync(Ct)).ShouldBe(CloudStorageStatus.NotFound);
    }

    /// <summary>Makes the bucket.</summary>
    private protected abstract Task<ICloudStorage> NewBucketAsync();

    /// <summary>A bucket of the server by name.</summary>
    private protected abstract ICloudStorage Connect(string bucket, OutboundHttp outbound);

    /// <summary>The test's bucket with credentials that don't suffice; null where the server has none.</summary>
    private protected abstract ICloudStorage? Stranger();

    /// <summary>Makes an object that stands for a folder, as consoles do.</summary>
    private protected virtual Task MarkAsync(string folder) => Bucket.WriteAsync(folder, Stream.Null, Ct);

    private static string Names(CloudPage page) => string.Join(' ', page.Objects.Select(found => found.Key).Order(StringComparer.Ordinal));

    private static async Task<CloudStorageException> FailureAsync(Func<Task> call) => await Should.ThrowAsync<CloudStorageException>(call);

    private async Task<List<CloudPage>> AllAsync(string prefix, bool recursive, int pageSize)
    {
        var (pages, continuation) = (new List<CloudPage>(), (string?)null);
        do
        {
            var page = await Bucket.ListAsync(prefix, recursive, pageSize, continuation, Ct);
            pages.Add(page);
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return pages;
    }

    private async Task<byte[]> BytesAsync(string key, long offset = 0, int? length = null, string? etag = null)
    {
        await using var stream = await Bucket.OpenReadAsync(key, offset, length, etag, Ct);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, Ct);
        return bytes.ToArray();
    }

    private sealed class PageComparer : IEqualityComparer<(string Names, IReadOnlyList<string> Folders)>
    {
        public bool Equals((string Names, IReadOnlyList<string> Folders) x, (string Names, IReadOnlyList<string> Folders) y) =>
            x.Names == y.Names && x.Folders.Order(StringComparer.Ordinal).SequenceEqual(y.Folders.Order(StringComparer.Ordinal));

        public int GetHashCode((string Names, IReadOnlyList<string> Folders) obj) => obj.Names.GetHashCode(StringComparison.Ordinal);
    }
}
