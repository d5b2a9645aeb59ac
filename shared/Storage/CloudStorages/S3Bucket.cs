using System.Diagnostics.CodeAnalysis;
using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol (<c>endpoint_url</c>, addressed by paths).</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clients own nothing: their sockets are the outbound client's.")]
internal sealed class S3Bucket : ICloudStorage
{
    private const int MaxPage = 1000;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly AmazonS3Client _calls;
    private readonly AmazonS3Client _downloads;

    /// <summary>Connects to nothing yet.</summary>
    public S3Bucket(string bucket, CloudAttributes attributes, CloudCredentials credentials, OutboundHttp outbound, TimeProvider time)
    {
        (_bucket, _prefix) = (bucket, attributes.Prefix ?? "");
        AWSCredentials identity = credentials["key"] is { } key && credentials["secret_key"] is { } secret ? new BasicAWSCredentials(key, secret) : new AnonymousAWSCredentials();
        _calls = new AmazonS3Client(identity, Configuration(attributes, new Clients(StorageHttp.Client(outbound, streams: false, time))));
        _downloads = new AmazonS3Client(identity, Configuration(attributes, new Clients(StorageHttp.Client(outbound, streams: true, time))));
    }

    /// <inheritdoc/>
    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => CloudFailures.StatusAsync(() => ListAsync(_prefix, recursive: true, 1, null, ct));

    /// <inheritdoc/>
    public async Task<CloudObject?> FindAsync(string key, CancellationToken ct)
    {
        try
        {
            var found = await RunAsync(key, () => _calls.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _bucket, Key = key }, ct));
            return new(key, found.ContentLength, found.ETag, Moment(found.LastModified));
        }
        catch (CloudStorageException e) when (e.Failure == CloudStorageFailure.NotFound && e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.NotFound })
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSize, string? continuation, CancellationToken ct)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = _bucket,
            Prefix = prefix,
            Delimiter = recursive ? null : "/",
            MaxKeys = Math.Clamp(pageSize, 1, MaxPage),
            ContinuationToken = continuation,
        };
        var page = await RunAsync(null, () => _calls.ListObjectsV2Async(request, ct));
        var objects = (page.S3Objects ?? []).Where(found => !CloudFailures.IsFolderMark(found.Key, found.Size ?? 0))
            .Select(found => new CloudObject(found.Key, found.Size ?? 0, found.ETag, Moment(found.LastModified)));
        return new([.. objects], page.CommonPrefixes ?? [], page.IsTruncated == true ? page.NextContinuationToken : null);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct)
    {
        if (length == 0)
        {
            return Stream.Null;
        }

        var request = new GetObjectRequest { BucketName = _bucket, Key = key, EtagToMatch = etag };
        if (offset > 0 || length is not null)
        {
            request.ByteRange = new ByteRange(offset, length is { } count ? offset + count - 1 : long.MaxValue);
        }

        try
        {
            var answer = await RunAsync(key, () => _downloads.GetObjectAsync(request, ct));
            return new CloudReadStream(answer.ResponseStream, answer, e => Failure(key, e));
        }
        catch (CloudStorageException e) when (e.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.RequestedRangeNotSatisfiable })
        {
            return Stream.Null;
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        var parts = new UploadParts(content);
        var first = await parts.NextAsync(ct);
        if (parts.IsLast)
        {
            await RunAsync(key, () => _calls.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = UploadParts.Body(first), UseChunkEncoding = false }, ct));
            return;
        }

        var upload = (await RunAsync(key, () => _calls.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key }, ct))).UploadId;
        try
        {
            var tags = new List<PartETag>();
            for (var part = first; part.Length > 0; part = parts.IsLast ? default : await parts.NextAsync(ct))
            {
                var request = new UploadPartRequest { BucketName = _bucket, Key = key, UploadId = upload, PartNumber = tags.Count + 1, InputStream = UploadParts.Body(part), PartSize = part.Length, UseChunkEncoding = false };
                var done = await RunAsync(key, () => _calls.UploadPartAsync(request, ct));
                tags.Add(new(tags.Count + 1, done.ETag));
            }

            await RunAsync(key, () => _calls.CompleteMultipartUploadAsync(new() { BucketName = _bucket, Key = key, UploadId = upload, PartETags = tags }, ct));
        }
        catch
        {
            await AbandonAsync(key, upload);
            throw;
        }
    }

    private static AmazonS3Config Configuration(CloudAttributes attributes, HttpClientFactory clients)
    {
        var region = attributes.Region ?? "us-east-1";
        var configuration = new AmazonS3Config
        {
            HttpClientFactory = clients,
            IgnoreConfiguredEndpointUrls = true,
            DefaultAWSCredentials = new AnonymousAWSCredentials(),
            MaxErrorRetry = 2,
            AllowAutoRedirect = false,

            // Newer checksums, like bodies that are signed chunk by chunk, are unknown to many servers that speak the protocol.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (attributes.EndpointUrl is { } endpoint)
        {
            (configuration.ServiceURL, configuration.ForcePathStyle, configuration.AuthenticationRegion) = (endpoint, true, region);
        }
        else
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    private static DateTimeOffset Moment(DateTime? moment) => moment is { } known ? new(known.ToUniversalTime()) : default;

    private async Task<T> RunAsync<T>(string? key, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException || CloudFailures.IsOfTheConnection(e))
        {
            throw Failure(key, e);
        }
    }

    private CloudStorageException Failure(string? key, Exception e) => e is AmazonServiceException { ErrorCode: "PermanentRedirect" or "AuthorizationHeaderMalformed" }
        ? new(CloudStorageFailure.NotFound, $"The bucket '{_bucket}' lies in another region: name it in the specific attributes, such as region=eu-west-1.", e)
        : e is AmazonServiceException answer
        ? CloudFailures.Of(_bucket, answer.ErrorCode == "NoSuchBucket" ? null : key, (int)answer.StatusCode, answer.ErrorCode, e)
        : CloudFailures.Of(_bucket, key, 0, null, e);

    /// <summary>Parts of an upload that is not completed cost money until they are dropped; a bucket that can't be reached keeps them until its own rules drop them.</summary>
    private async Task AbandonAsync(string key, string upload)
    {
        try
        {
            await _calls.AbortMultipartUploadAsync(new() { BucketName = _bucket, Key = key, UploadId = upload }, CancellationToken.None);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException || CloudFailures.IsOfTheConnection(e))
        {
            // The first failure is the one to tell of.
        }
    }

    /// <summary>Gives the SDK a client on the guarded sockets.</summary>
    private sealed class Clients(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
