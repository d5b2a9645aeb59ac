using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using CvatServerless.Storage.Embedded;
using CvatServerless.Storage.Share;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Sources;

/// <summary>What a picture's reader is told where the picture is not to be had (contract-data.md §3.1).</summary>
public sealed class MediaPlacesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cvatserverless-open-");
    private readonly SqliteDatabase _database;
    private readonly SampleBucket _bucket = new() { ["a/1.png"] = [1, 2, 3] };
    private readonly MediaPlaces _places;

    public MediaPlacesTests()
    {
        _database = new SqliteDatabase(_directory.FullName);
        _places = new MediaPlaces(new FileBlobStore(_database, TimeProvider.System), new ConnectedShare(_directory.CreateSubdirectory("share").FullName), _bucket, TimeProvider.System);
        File.WriteAllBytes(Path.Combine(_directory.FullName, "share", "1.png"), [4, 5, 6]);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WhereItIs_GivesTheBytesFromTheOffset()
    {
        var version = (await _bucket.FindAsync("a/1.png", Ct))!.ETag;

        (await ReadAsync(new(PlaceKind.Cloud, "a/1.png", version), 1)).ShouldBe([2, 3]);
        (await ReadAsync(new(PlaceKind.Share, "1.png"), 1)).ShouldBe([5, 6]);
    }

    [Theory]
    [InlineData(PlaceKind.Cloud, "a/2.png", null, ErrorKind.NotFound)]
    [InlineData(PlaceKind.Cloud, "a/1.png", "\"old\"", ErrorKind.Conflict)]
    [InlineData(PlaceKind.Cloud, "a/2.png", "\"old\"", ErrorKind.NotFound)]
    [InlineData(PlaceKind.Share, "2.png", null, ErrorKind.NotFound)]
    [InlineData(PlaceKind.Share, "../../1.png", null, ErrorKind.NotFound)]
    public async Task Open_GoneOrAnother_NamesTheFile(PlaceKind kind, string path, string? etag, ErrorKind expected)
    {
        var thrown = await Should.ThrowAsync<CvatException>(() => ReadAsync(new(kind, path, etag)));

        (thrown.Kind, thrown.Body).ShouldBe((expected, new TextBody(thrown.Message)));
        thrown.Message.ShouldContain($"'{path}'");
    }

    [Fact]
    public async Task Open_StorageGone_IsAConflict()
    {
        _bucket.Failure = new(CloudStorageFailure.NotFound, "removed");

        (await Should.ThrowAsync<CvatException>(() => ReadAsync(new(PlaceKind.Cloud, "a/1.png")))).Kind.ShouldBe(ErrorKind.Conflict);
        (await Should.ThrowAsync<CvatException>(() => _places.OpenAsync(new(PlaceKind.Cloud, "a/1.png"), null, Ct))).Kind.ShouldBe(ErrorKind.Conflict);
    }

    [Fact]
    public async Task OpenPicture_ThatTrickles_EndsInTime()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var stream = new TimedStream(new Trickle(), TimeSpan.FromMinutes(2), time, () => new CloudStorageException(CloudStorageFailure.Unavailable, "too slow"));
        var reading = stream.ReadAsync(new byte[1], Ct).AsTask();
        reading.IsCompleted.ShouldBeFalse();

        time.Advance(TimeSpan.FromMinutes(3));

        (await Should.ThrowAsync<CloudStorageException>(() => reading)).Message.ShouldBe("too slow");
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A body that never goes on.</summary>
    private sealed class Trickle : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }

    private async Task<byte[]> ReadAsync(MediaPlace place, long offset = 0)
    {
        await using var stream = await _places.OpenAsync(place, 1, offset, null, Ct);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }
}
