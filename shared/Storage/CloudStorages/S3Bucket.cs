using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Outbound;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>A bucket of Amazon S3, or of a server that speaks its protocol (<c>endpoint_url</c>, addressed by paths).</summary>
internal sealed class S3Bucket : ICloudStorage
{
    private const int MaxPage = 1000;
    private readonly string _bucket;
    private readonly string _prefix;
    private readonly Func<string, S3Clients> _connect;
    private S3Clients _clients;

    /// <summary>Connects to nothing yet.</summary>
    public S3Bucket(string bucket, CloudAttributes attributes, CloudCredentials credentials, OutboundHttp outbound, TimeProvider time)
    {
        (_bucket, _prefix) = (bucket, attributes.Prefix ?? "");
        _connect = region => new S3Clients(region, attributes.EndpointUrl, credentials, outbound, time);
        _clients = _connect(attributes.Region ?? "us-east-1");
    }

    /// <inheritdoc/>
    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => CloudFailures.StatusAsync(() => ListAsync(_prefix, recursive: true, 1, null, ct));

    /// <inheritdoc/>
    public async Task<CloudObject?> FindAsync(string key, CancellationToken ct)
    {
        try
        {
            var found = await RunAsync(key, clients => clients.Calls.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = _bucket, Key = key }, ct));
            return new(key, found.ContentLength, found.ETag, Moment(found.LastModified));
        }
        catch (CloudStorageException e) when (e.Failure == CloudStorageFailure.NotFound && e.InnerException is ProviderException { Status: 404 })
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
        var page = await RunAsync(null, clients => clients.Calls.ListObjectsV2Async(request, ct));
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
            var answer = await RunAsync(key, clients => clients.Downloads.GetObjectAsync(request, ct));
            return new CloudReadStream(answer.ResponseStream, answer, e => Failure(key, e));
        }
        catch (CloudStorageException e) when (e.InnerException is ProviderException { Status: 416 })
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
            await RunAsync(key, clients => clients.Calls.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = UploadParts.Body(first), UseChunkEncoding = false }, ct));
            return;
        }

        var upload = (await RunAsync(key, clients => clients.Calls.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket, Key = key }, ct))).UploadId;
        try
        {
            var tags = new List<PartETag>();
            for (var part = first; part.Length > 0; part = parts.IsLast ? default : await parts.NextAsync(ct))
            {
                var request = new UploadPartRequest { BucketName = _bucket, Key = key, UploadId = upload, PartNumber = tags.Count + 1, InputStream = UploadParts.Body(part), PartSize = part.Length, UseChunkEncoding = false };
                var done = await RunAsync(key, clients => clients.Calls.UploadPartAsync(request, ct));
                tags.Add(new(tags.Count + 1, done.ETag));
            }

            await RunAsync(key, clients => clients.Calls.CompleteMultipartUploadAsync(new() { BucketName = _bucket, Key = key, UploadId = upload, PartETags = tags }, ct));
        }
        catch
        {
            await AbandonAsync(key, upload);
            throw;
        }
    }

    private static DateTimeOffset Moment(DateTime? moment) => moment is { } known ? new(known.ToUniversalTime()) : default;

    /// <summary>Calls, and once more where the answer tells that the bucket lies in another region than was thought.</summary>
    private async Task<T> RunAsync<T>(string? key, Func<S3Clients, Task<T>> call)
    {
        var clients = _clients;
        try
        {
            try
            {
                return await call(clients);
            }
            catch (AmazonServiceException e) when (S3Clients.RegionIn(e) is { } region && region != clients.Region)
            {
                _clients = clients = _connect(region);
                return await call(clients);
            }
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException || CloudFailures.IsOfTheConnection(e))
        {
            throw Failure(key, e);
        }
    }

    private CloudStorageException Failure(string? key, Exception e) => e is AmazonServiceException answer
        ? CloudFailures.Of(_bucket, answer.ErrorCode == "NoSuchBucket" ? null : key, (int)answer.StatusCode, answer.ErrorCode, e)
        : CloudFailures.Of(_bucket, key, 0, null, e);

    /// <summary>Parts of an upload that is not completed cost money until they are dropped; a bucket that can't be reached keeps them until its own rules drop them.</summary>
    private async Task AbandonAsync(string key, string upload)
    {
        try
        {
            await _clients.Calls.AbortMultipartUploadAsync(new() { BucketName = _bucket, Key = key, UploadId = upload }, CancellationToken.None);
        }
        catch (Exception e) when (e is AmazonServiceException or AmazonClientException || CloudFailures.IsOfTheConnection(e))
        {
            // The first failure is the one to tell of.
        }
    }
}
