using System.Net.Http.Json;
using Amazon.Runtime;
using Amazon.S3;
using Azure.Storage.Blobs;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.CloudStorages;
using CvatServerless.Storage.Outbound;
using CvatServerless.Tests.Compliance.Azurite;

namespace CvatServerless.Tests.Compliance.CloudStorages;

/// <summary>S3, on moto.</summary>
public sealed class S3BucketTests(BucketServers servers) : CloudStorageCompliance
{
    private static readonly CloudCredentials Keys = new() { Fields = new Dictionary<string, string> { ["key"] = "AKIAEXAMPLE", ["secret_key"] = "secret" } };
    private readonly string _name = $"bucket-{Guid.NewGuid():N}";
    private string _server = "";

    protected override bool LetsStrangersLookAround => true;

    private protected override async Task<ICloudStorage> NewBucketAsync()
    {
        _server = await servers.S3Async(Ct);
        var configuration = new AmazonS3Config { ServiceURL = _server, ForcePathStyle = true, AuthenticationRegion = "us-east-1" };
        using var client = new AmazonS3Client(new BasicAWSCredentials("AKIAEXAMPLE", "secret"), configuration);
        await client.PutBucketAsync(_name, Ct);
        return Connect(_name, Outbound);
    }

    private protected override ICloudStorage Connect(string bucket, OutboundHttp outbound) => new S3Bucket(bucket, Attributes, Keys, outbound, TimeProvider.System);

    private protected override ICloudStorage? Stranger() => new S3Bucket(_name, Attributes, CloudCredentials.None, Outbound, TimeProvider.System);

    private CloudAttributes Attributes => new("us-east-1", _server, null, null, null);
}

/// <summary>Azure Blob Storage, on Azurite.</summary>
public sealed class AzureContainerTests(AzuriteFixture azurite) : CloudStorageCompliance
{
    private static readonly CloudAttributes Attributes = CloudAttributes.Parse("");
    private readonly string _name = $"container-{Guid.NewGuid():N}";
    private string _connection = "";
    private string _endpoint = "";

    private protected override async Task<ICloudStorage> NewBucketAsync()
    {
        _connection = await azurite.ConnectionStringAsync(Ct);
        var container = new BlobContainerClient(_connection, _name);
        await container.CreateAsync(cancellationToken: Ct);
        _endpoint = container.Uri.GetLeftPart(UriPartial.Authority) + "/{account}";
        return Connect(_name, Outbound);
    }

    private protected override ICloudStorage Connect(string bucket, OutboundHttp outbound) =>
        new AzureContainer(bucket, Attributes, new() { Fields = new Dictionary<string, string> { ["connection_string"] = _connection } }, _endpoint, outbound, TimeProvider.System);

    // A folder of a hierarchical account.
    private protected override async Task MarkAsync(string folder) =>
        await new BlobContainerClient(_connection, _name).GetBlobClient(folder.TrimEnd('/'))
            .UploadAsync(Stream.Null, metadata: new Dictionary<string, string> { ["hdi_isfolder"] = "true" }, cancellationToken: Ct);

    private protected override ICloudStorage? Stranger()
    {
        var token = "sv=2024-11-04&sr=c&sp=rl&se=2030-01-01T00%3A00%3A00Z&sig=d3Jvbmc%3D";
        var credentials = new CloudCredentials { Fields = new Dictionary<string, string> { ["account_name"] = "devstoreaccount1", ["session_token"] = token } };
        return new AzureContainer(_name, Attributes, credentials, _endpoint, Outbound, TimeProvider.System);
    }
}

/// <summary>Google Cloud Storage, on an emulator that neither pages nor knows conditions nor asks who calls; strangers meet a doorkeeper.</summary>
public sealed class GoogleBucketTests(BucketServers servers) : CloudStorageCompliance
{
    private readonly string _name = $"bucket-{Guid.NewGuid():N}";
    private readonly Doorkeeper _doorkeeper = new();
    private string _server = "";

    protected override bool IsWhole => false;

    private protected override async Task<ICloudStorage> NewBucketAsync()
    {
        _server = await servers.GoogleAsync(Ct);
        using var client = StorageHttp.Client(Outbound, streams: true, TimeProvider.System);
        using var made = await client.PostAsJsonAsync($"{_server}/storage/v1/b?project=test", new { name = _name }, Ct);
        made.EnsureSuccessStatusCode();
        return Connect(_name, Outbound);
    }

    private protected override ICloudStorage Connect(string bucket, OutboundHttp outbound) => Connect(bucket, outbound, _server + "/", token: null);

    private protected override ICloudStorage? Stranger() => Connect(_name, Outbound, _doorkeeper.Url, "a-token-without-the-right");

    public override void Dispose()
    {
        _doorkeeper.Dispose();
        base.Dispose();
    }

    private static GoogleBucket Connect(string bucket, OutboundHttp outbound, string server, string? token) => new(
        bucket, "", new Uri(server), _ => Task.FromResult(token), StorageHttp.Client(outbound, streams: true, TimeProvider.System), TimeProvider.System);

    // The emulator has no objects whose key ends in a slash.
    private protected override Task MarkAsync(string folder) => Task.CompletedTask;
}
