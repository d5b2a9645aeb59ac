using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Outbound;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.CloudStorages;
using CvatServerless.Storage.Outbound;
using CvatServerless.Tests.Unit.Storage.Outbound;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.CloudStorages;

/// <summary>What moto can't show: buckets in other regions, failures that pass, calls to nowhere else.</summary>
public sealed class S3BucketTests : IDisposable
{
    private static readonly CloudCredentials Keys = new() { Fields = new Dictionary<string, string> { ["key"] = "AKIA", ["secret_key"] = "secret" } };
    private readonly OutboundHttp _outbound = new(AddressRules.ParseRanges("127.0.0.2"), TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _outbound.Dispose();

    [Fact]
    public async Task List_BucketElsewhere_IsAskedOnceMoreInItsRegion()
    {
        await using var server = new ScriptedReceiver("127.0.0.2", request => request.Contains("/eu-west-3/s3/")
            ? Answer("200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a.png</Key><Size>1</Size></Contents></ListBucketResult>")
            : Answer("400 Bad Request", "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-3</Region></Error>", "x-amz-bucket-region: eu-west-3\r\n"));
        var bucket = Bucket(server, region: "");

        (await bucket.ListAsync("", recursive: true, 10, null, Ct)).Objects.Single().Key.ShouldBe("a.png");
        await bucket.ListAsync("", recursive: true, 10, null, Ct);

        server.Requests.Select(request => request.Contains("/eu-west-3/s3/")).ShouldBe([false, true, true]);
    }

    [Fact]
    public async Task List_AnswerNamesNoRegion_IsTheFailureThatItIs()
    {
        await using var server = new ScriptedReceiver("127.0.0.2", _ => Answer("301 Moved Permanently", "<Error><Code>PermanentRedirect</Code></Error>", "x-amz-bucket-region: evil.example/\r\n"));

        var failure = await Should.ThrowAsync<CloudStorageException>(() => Bucket(server).ListAsync("", recursive: true, 10, null, Ct));

        failure.Message.ShouldContain("PermanentRedirect");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Find_Forbidden_SaysSoWithoutTheSecrets()
    {
        await using var server = new ScriptedReceiver("127.0.0.2", _ => Answer("403 Forbidden", "<Error><Code>InvalidAccessKeyId</Code><Message>AKIA is unknown</Message></Error>"));

        var failure = await Should.ThrowAsync<CloudStorageException>(() => Bucket(server).ListAsync("", recursive: true, 10, null, Ct));

        (failure.Failure, failure.Message).ShouldBe((CloudStorageFailure.Forbidden, "The bucket 'bucket' can't be accessed with these credentials (InvalidAccessKeyId)."));
    }

    [Fact]
    public async Task List_ServerFailsOnce_IsTriedAgain()
    {
        var calls = 0;
        await using var server = new ScriptedReceiver("127.0.0.2", _ => Interlocked.Increment(ref calls) == 1
            ? Answer("500 Internal Server Error", "<Error><Code>InternalError</Code></Error>")
            : Answer("200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"));

        (await Bucket(server).ListAsync("", recursive: true, 10, null, Ct)).Objects.ShouldBeEmpty();
    }

    private static string Answer(string status, string body, string headers = "") =>
        $"HTTP/1.1 {status}\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\nConnection: close\r\n{headers}\r\n{body}";

    private S3Bucket Bucket(ScriptedReceiver server, string region = "us-east-1") =>
        new("bucket", new(region.Length > 0 ? region : null, server.Url, null, null, null), Keys, _outbound, TimeProvider.System);
}
