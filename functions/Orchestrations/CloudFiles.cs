using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Uploads;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>Carries the files of exports and imports to users' buckets and from there, as streams.</summary>
public sealed class CloudFiles(Access access, ICloudStorages storages, IBlobStore blobs, WorkRequests requests)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>
    /// Ends an export whose file is there: it stays for downloads, or goes to the request's cloud storage, under its file name as the key, which begins with the storage's prefix. Safe to repeat; the caller removes
    /// the attempt's blobs afterwards (<see cref="IsDelivered"/>).
    /// </summary>
    /// <exception cref="CvatException">The bucket does not take it, and why.</exception>
    public async Task FinishAsync(WorkItem item, WorkRequest request, string blob, string fileName, CancellationToken ct)
    {
        if (request.CloudStorageId is not { } storage)
        {
            await requests.FinishAsync(item, done => done with { ResultBlob = blob, ResultFileName = fileName }, ct);
            return;
        }

        await requests.AdvanceAsync(item, 0, "Writing to the cloud storage", ct);
        var found = await access.FindCloudStorageAsync(storage, ct);
        var key = found is null || CloudKeys.IsWithin(found.Storage, fileName) ? fileName : CloudKeys.PrefixOf(found.Storage) + fileName;
        await RunAsync(async () =>
        {
            var bucket = await storages.OpenAsync(storage, ct);
            await using var content = await blobs.OpenReadAsync(blob, 0, null, ct);
            await bucket.WriteAsync(key, content, ct);
        });
        await requests.FinishAsync(item, done => done with { ResultFileName = key }, ct);
    }

    /// <summary>Whether the blobs of an attempt are good for nothing any more: it was cancelled, or its file is in a bucket.</summary>
    public static bool IsDelivered(WorkRequest? request) => request is null or { Action: "export", CloudStorageId: not null, Status: "finished" };

    /// <summary>Copies an object of a bucket to a blob, unless that is there already.</summary>
    /// <exception cref="CvatException">There is no such object, it is longer than uploads may be or than it says, or the bucket refuses.</exception>
    public Task FetchAsync(int storageId, string key, string blob, CancellationToken ct) => RunAsync(async () =>
    {
        if (await blobs.FindAsync(blob, ct) is null)
        {
            var bucket = await storages.OpenAsync(storageId, ct);
            var length = (await bucket.FindAsync(key, ct))?.LengthBytes ?? 0;
            if (length > UploadStore.MaxFileBytes)
            {
                throw CvatException.Rule($"'{key}' has {length} bytes; files are limited to {UploadStore.MaxFileBytes} bytes.");
            }

            await using var content = await bucket.OpenReadAsync(key, 0, null, null, ct);
            await blobs.WriteAsync(blob, (stream, token) => CopyAsync(content, stream, key, length, token), BlobCondition.None, ct);
        }
    });

    private static async Task CopyAsync(Stream from, Stream to, string key, long length, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        var left = length;
        while (await from.ReadAsync(buffer, ct) is > 0 and var count)
        {
            left -= count;
            if (left < 0)
            {
                throw CvatException.Rule($"'{key}' in the cloud storage is longer than the {length} bytes that it was said to have.");
            }

            await to.WriteAsync(buffer.AsMemory(0, count), ct);
        }
    }

    /// <summary>Turns what a user can mend into an error that ends the request at once; what may pass is tried again.</summary>
    internal static async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (CloudStorageException e) when (e.Failure != CloudStorageFailure.Unavailable)
        {
            throw new CvatException(ErrorKind.Invalid, new ListBody([e.Message]), e);
        }
    }
}
