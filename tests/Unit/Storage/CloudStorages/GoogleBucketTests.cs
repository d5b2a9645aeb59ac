using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage;
using CvatServerless.Storage.CloudStorages;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.CloudStorages;

/// <summary>What the emulator can't show: conditions, tokens, pages, busy answers.</summary>
public sealed class GoogleBucketTests : IDisposable
{
    private readonly Script _script = new();
    private readonly FakeTimeProvider _time = new() { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
    private readonly HttpClient _http;

    public GoogleBucketTests() => _http = new HttpClient(_script, disposeHandler: false);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _script.Dispose();
    }

    [Fact]
    public async Task OpenRead_WithAVersion_AsksForThatGenerationAlone()
    {
        _script.Answers.Enqueue(new(HttpStatusCode.PreconditionFailed));

        var failure = await Should.ThrowAsync<CloudStorageException>(() => Bucket().OpenReadAsync("a b/c.png", 10, 5, "171", Ct));

        failure.Failure.ShouldBe(CloudStorageFailure.Changed);
        var (url, headers) = _script.Requests.ShouldHaveSingleItem();
        url.ShouldBe("https://storage.example/storage/v1/b/bucket/o/a%20b%2Fc.png?alt=media&ifGenerationMatch=171");
        headers.ShouldContain("Range: bytes=10-14");
        headers.ShouldContain("Authorization: Bearer token");
    }

    [Fact]
    public async Task List_Page_IsContinuedByItsToken()
    {
        _script.Answers.Enqueue(Json("""{"items":[{"name":"a","size":"3","generation":"9","updated":"2026-01-02T03:04:05Z"},{"name":"d/","size":"0","generation":"1"}],"prefixes":["p/"],"nextPageToken":"t/1"}"""));
        _script.Answers.Enqueue(Json("{}"));

        var first = await Bucket().ListAsync("x y", recursive: false, 2, null, Ct);
        var second = await Bucket().ListAsync("x y", recursive: false, 2, first.Continuation, Ct);

        first.Objects.ShouldBe([new("a", 3, "9", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))]);
        (first.Folders.Single(), first.Continuation, second.Continuation).ShouldBe(("p/", "t/1", null));
        _script.Requests[1].Url.ShouldEndWith("&maxResults=2&prefix=x%20y&delimiter=%2F&pageToken=t%2F1");
    }

    [Fact]
    public async Task Write_SessionElsewhere_IsSentNoToken()
    {
        _script.Answers.Enqueue(new(HttpStatusCode.OK) { Headers = { Location = new("https://elsewhere.example/upload?id=1") } });
        _script.Answers.Enqueue(Json("{}"));

        await Bucket().WriteAsync("empty", Stream.Null, Ct);

        _script.Requests[0].Headers.ShouldContain("Authorization: Bearer token");
        _script.Requests[1].Headers.ShouldNotContain("Authorization");
        _script.Requests[1].Headers.ShouldContain("Content-Range: bytes */0");
    }

    [Fact]
    public async Task Find_ServiceIsBusy_IsTriedAsOftenAsOurOwnStore()
    {
        for (var i = 0; i < StoreRetry.Attempts; i++)
        {
            _script.Answers.Enqueue(new(HttpStatusCode.ServiceUnavailable));
        }

        (await Should.ThrowAsync<CloudStorageException>(() => Bucket(TimeProvider.System).FindAsync("a", Ct))).Failure.ShouldBe(CloudStorageFailure.Unavailable);
        _script.Requests.Count.ShouldBe(StoreRetry.Attempts);
    }

    [Fact]
    public async Task Tokens_KeyFile_AreSignedWithoutACall()
    {
        using var rsa = RSA.Create(2048);
        var file = JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["client_email"] = "robot@example.iam.gserviceaccount.com",
            ["private_key_id"] = "k1",
            ["private_key"] = rsa.ExportPkcs8PrivateKeyPem(),
            ["token_uri"] = "http://127.0.0.1:1/never",
        });

        var parts = (await GoogleTokens.Of(file)(Ct))!.Split('.');

        var claims = JsonDocument.Parse(Decode(parts[1])).RootElement;
        claims.GetProperty("iss").GetString().ShouldBe("robot@example.iam.gserviceaccount.com");
        claims.GetProperty("scope").GetString().ShouldBe("https://www.googleapis.com/auth/devstorage.read_write");
        rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("""{"type":"external_account","client_email":"x","private_key":"y"}""")]
    [InlineData("""{"type":"service_account","client_email":"x","private_key":"secret-looking"}""")]
    public void Tokens_OtherFiles_AreRefusedWithoutQuotingThem(string file)
    {
        var failure = Should.Throw<CloudStorageException>(() => GoogleTokens.Of(file));

        (failure.Failure, failure.InnerException).ShouldBe((CloudStorageFailure.Forbidden, null));
        failure.Message.ShouldNotContain("secret-looking");
    }

    private static HttpResponseMessage Json(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body) };

    private static byte[] Decode(string part) => System.Buffers.Text.Base64Url.DecodeFromChars(part);

    private GoogleBucket Bucket(TimeProvider? time = null) =>
        new("bucket", "", new Uri("https://storage.example/"), _ => Task.FromResult<string?>("token"), _http, time ?? _time);

    /// <summary>Answers in order, and keeps what was asked.</summary>
    private sealed class Script : HttpMessageHandler
    {
        public Queue<HttpResponseMessage> Answers { get; } = new();

        public List<(string Url, string Headers)> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add((request.RequestUri!.AbsoluteUri, $"{request.Headers}{request.Content?.Headers}"));
            return Task.FromResult(Answers.Dequeue());
        }
    }
}
