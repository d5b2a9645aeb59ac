using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Outbound;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Sources;
using CvatServerless.Storage.Embedded;
using CvatServerless.Storage.Outbound;
using CvatServerless.Storage.Share;
using CvatServerless.Tests.Unit.Storage.Outbound;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Sources;

/// <summary>Downloads from a server that answers by a script: what is continued, what begins anew, what is tried again and what is not.</summary>
public sealed class SourceFetcherTests : IDisposable
{
    private const string Content = "0123456789";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cvatserverless-fetch-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly SqliteDatabase _database;
    private readonly FileBlobStore _blobs;
    private readonly OutboundHttp _http;
    private readonly SampleBucket _bucket = new();
    private readonly SourceFetcher _fetcher;

    public SourceFetcherTests()
    {
        _database = new SqliteDatabase(_directory.FullName);
        _blobs = new FileBlobStore(_database, _time);
        _http = new OutboundHttp(AddressRules.ParseRanges("127.0.0.1"), TimeProvider.System);
        _fetcher = new SourceFetcher(_blobs, _http, new MediaPlaces(_blobs, new ConnectedShare(null), _bucket, _time), new ServerOptions { RemoteFileMebibytes = 1 }, _time);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fetch_WholeAnswer_IsDoneAndNotAskedForAgain()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => ScriptedReceiver.Ok(Content));

        (await FetchAsync(server)).ShouldBe(WorkOutcome.Done);
        (await FetchAsync(server)).ShouldBe(WorkOutcome.Done);

        (await StoredAsync()).ShouldBe(Content);
        server.Requests.Count.ShouldBe(1);
        server.Requests[0].ShouldContain("Accept-Encoding: identity");
    }

    [Theory]
    [InlineData("ETag: \"1\"", "\"1\"")]
    [InlineData("Last-Modified: Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("ETag: W/\"1\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT", "Thu, 01 Jan 2026 00:00:00 GMT")]
    public async Task Fetch_BrokenOff_IsContinuedByTheNameOfItsVersion(string version, string ifRange)
    {
        await using var server = Server(Answer(200, Content, 4, version), Answer(206, Content[4..], 6, version, "Content-Range: bytes 4-9/10"));

        var broken = await FetchAsync(server);
        var done = await FetchAsync(server);

        (broken, done).ShouldBe((new(false, 1), WorkOutcome.Done));
        (await StoredAsync()).ShouldBe(Content);
        server.Requests[1].ShouldContain("Range: bytes=4-\r\n");
        server.Requests[1].ShouldContain($"If-Range: {ifRange}\r\n");
    }

    [Theory]
    [InlineData("Content-Range: bytes 4-9/10", "ETag: \"2\"")]
    [InlineData("Content-Range: bytes 3-9/10", "ETag: \"1\"")]
    [InlineData("Content-Range: bytes 4-9/11", "ETag: \"1\"")]
    [InlineData("X: y", "ETag: \"1\"")]
    public async Task Fetch_OtherPartThanAskedFor_BeginsAnew(string range, string version)
    {
        await using var server = Server(Answer(200, "abcd456789", 4, "ETag: \"1\""), Answer(206, Content[4..], 6, version, range), Answer(200, Content, 10, "ETag: \"2\""));

        await FetchAsync(server);
        (await FetchAsync(server)).IsDone.ShouldBeTrue();

        (await StoredAsync()).ShouldBe(Content);
        server.Requests[2].ShouldNotContain("Range:");
    }

    [Fact]
    public async Task Fetch_RangeBeyondTheEnd_BeginsAnew()
    {
        await using var server = Server(Answer(200, "abcdefghij", 8, "ETag: \"1\""), Answer(416, "", 0), Answer(200, "new", 3));

        await FetchAsync(server);
        (await FetchAsync(server)).IsDone.ShouldBeTrue();

        (await StoredAsync()).ShouldBe("new");
    }

    [Fact]
    public async Task Fetch_VersionWithoutName_BeginsAnew()
    {
        await using var server = Server(Answer(200, "abcdefghij", 8), Answer(200, Content, 10));

        await FetchAsync(server);
        (await FetchAsync(server)).IsDone.ShouldBeTrue();

        (await StoredAsync()).ShouldBe(Content);
        server.Requests[1].ShouldNotContain("Range:");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(204)]
    [InlineData(407)]
    public async Task Fetch_Refused_FailsAtOnceAndNamesUrlAndReason(int status)
    {
        await using var server = Server(Answer(status, "", 0));

        var failure = await Should.ThrowAsync<CvatException>(() => FetchAsync(server));

        failure.Message.ShouldContain($"{server.Url}/a.png");
        failure.Message.ShouldContain(status == 407 ? "inside" : $"{status}");
    }

    [Fact]
    public async Task Fetch_ServerErrors_AreTriedAgainWithPausesAndThenTold()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => Answer(503, "", 0));
        var waits = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            waits.Add((await FetchAsync(server)).WaitSeconds);
        }

        waits.ShouldBe([1, 2, 4, 8]);
        (await Should.ThrowAsync<CvatException>(() => FetchAsync(server))).Message.ShouldContain("503");
    }

    [Fact]
    public async Task Fetch_BeforeThePauseIsOver_LeavesTheServerAlone()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => Answer(503, "", 0));
        await FetchAsync(server);

        (await FetchAsync(server, new(Ct, Ct))).ShouldBe(new WorkOutcome(false, 1));

        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fetch_AsLongAsSomethingNewComes_GoesOn()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", request =>
        {
            var at = request.Contains("Range: bytes=", StringComparison.Ordinal) ? request[request.IndexOf("bytes=", StringComparison.Ordinal) + 6] - '0' : 0;
            return Answer(at == 0 ? 200 : 206, Content[at..], 1, "ETag: \"1\"", $"Content-Range: bytes {at}-9/10");
        });

        var outcomes = new List<WorkOutcome>();
        for (var i = 0; i < 10; i++)
        {
            outcomes.Add(await FetchAsync(server));
        }

        outcomes.Take(9).ShouldAllBe(outcome => outcome == new WorkOutcome(false, 1));
        outcomes[9].ShouldBe(WorkOutcome.Done);
        (await StoredAsync()).ShouldBe(Content);
    }

    [Fact]
    public async Task Fetch_TooLong_Fails()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => Answer(200, Content, 4, "ETag: \"1\""));
        await FetchAsync(server);
        _time.Advance(TimeSpan.FromMinutes(361));

        (await Should.ThrowAsync<CvatException>(() => FetchAsync(server))).Message.ShouldContain("more than 360 minutes");
    }

    [Fact]
    public async Task Fetch_LargerThanAllowed_Fails()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => $"HTTP/1.1 200 OK\r\nContent-Length: {2 << 20}\r\nConnection: close\r\n\r\n");

        (await Should.ThrowAsync<CvatException>(() => FetchAsync(server))).Message.ShouldContain("more than 1048576 bytes");
    }

    [Fact]
    public async Task Fetch_EncodedAnswer_IsRefused()
    {
        await using var server = new ScriptedReceiver("127.0.0.1", _ => Answer(200, Content, 10, "Content-Encoding: gzip"));

        (await Should.ThrowAsync<CvatException>(() => FetchAsync(server))).Message.ShouldContain("gzip");
    }

    [Fact]
    public async Task Fetch_EndOfTheStretch_IsNoFailure()
    {
        using var stretch = new CancellationTokenSource();
        await using var server = new ScriptedReceiver("127.0.0.1", _ => Answer(200, Content, 4, "ETag: \"1\"", "Accept-Ranges: bytes"), keepOpen: true);
        var fetching = FetchAsync(server, new(stretch.Token, Ct));
        while (server.Requests.Count == 0)
        {
            await Task.Yield();
        }

        await stretch.CancelAsync();

        (await fetching).ShouldBe(new WorkOutcome(false));
    }

    [Fact]
    public async Task Fetch_CopyOfABucket_IsContinuedAtTheSameVersion()
    {
        _bucket["a.zip"] = Encoding.ASCII.GetBytes(Content);
        var version = (await _bucket.FindAsync("a.zip", Ct))!.ETag;
        await _blobs.WriteStateAsync(SourceBlobs.File("d", 0), new(_time.GetUtcNow()), Ct);
        await _blobs.AppendAsync(SourceBlobs.File("d", 0), "0123"u8.ToArray(), 0, Ct);

        (await CopyAsync(version)).ShouldBe(WorkOutcome.Done);

        (await StoredAsync()).ShouldBe(Content);
        _bucket.Calls[^1].ShouldBe("read a.zip 4 ");
    }

    [Fact]
    public async Task Fetch_CopyOfABucket_ThatChanged_Fails()
    {
        _bucket["a.zip"] = Encoding.ASCII.GetBytes(Content);

        (await Should.ThrowAsync<CvatException>(() => CopyAsync("\"old\""))).Message.ShouldContain("'a.zip' in the cloud storage was replaced");
    }

    [Fact]
    public async Task Fetch_CopyThatIsLongerThanListed_Fails()
    {
        _bucket["a.zip"] = Encoding.ASCII.GetBytes(Content + "more");

        (await Should.ThrowAsync<CvatException>(() => CopyAsync(null))).Message.ShouldContain("more than 10 bytes");
    }

    [Fact]
    public async Task Fetch_SignedUrl_IsToldWithoutItsSignature()
    {
        await using var server = Server(Answer(404, "", 0));
        var file = new MediaFile("a.png", MediaPlace.OfBlob(SourceBlobs.File("d", 0)), 0) { Url = $"{server.Url}/a.png?X-Amz-Signature=hush" };

        var failure = await Should.ThrowAsync<CvatException>(() => _fetcher.FetchAsync(file, null, (_, _, _) => Task.CompletedTask, new(Ct, Ct), Ct));

        failure.ToString().ShouldContain($"{server.Url}/a.png");
        failure.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public async Task Fetch_BucketThatDoesNotAnswer_IsTriedAgain()
    {
        _bucket.Failure = new(CloudStorageFailure.Unavailable, "The bucket does not answer.");

        (await CopyAsync(null)).ShouldBe(new WorkOutcome(false, 1));
    }

    public void Dispose()
    {
        _http.Dispose();
        _database.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>Answers one after the other.</summary>
    private static ScriptedReceiver Server(params string[] answers)
    {
        var next = 0;
        return new ScriptedReceiver("127.0.0.1", _ => answers[next++]);
    }

    /// <summary>An answer that announces <paramref name="body"/> and sends its first <paramref name="sent"/> characters.</summary>
    private static string Answer(int status, string body, int sent, params string[] headers) =>
        $"HTTP/1.1 {status} X\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n{body[..sent]}";

    /// <summary>One attempt, after the pause that the one before asked for.</summary>
    private Task<WorkOutcome> FetchAsync(ScriptedReceiver server)
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        return FetchAsync(server, new(Ct, Ct));
    }

    private Task<WorkOutcome> FetchAsync(ScriptedReceiver server, FetchStretch stretch) => _fetcher.FetchAsync(
        new("a.png", MediaPlace.OfBlob(SourceBlobs.File("d", 0)), 0) { Url = $"{server.Url}/a.png" }, null, (_, _, _) => Task.CompletedTask, stretch, Ct);

    private Task<WorkOutcome> CopyAsync(string? etag) => _fetcher.FetchAsync(
        new("a.zip", MediaPlace.OfBlob(SourceBlobs.File("d", 0)), Content.Length) { CopyOf = new(PlaceKind.Cloud, "a.zip", etag) }, 1, (_, _, _) => Task.CompletedTask, new(Ct, Ct), Ct);

    private async Task<string> StoredAsync()
    {
        using var reader = new StreamReader(await _blobs.OpenReadAsync(SourceBlobs.File("d", 0), 0, null, Ct), Encoding.ASCII);
        return await reader.ReadToEndAsync(Ct);
    }
}
