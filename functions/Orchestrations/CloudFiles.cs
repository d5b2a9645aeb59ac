using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>Carries the files of exports and imports to users' buckets and from there, as streams.</summary>
public sealed class CloudFiles(ICloudStorages storages, IBlobStore blobs, WorkRequests requests)
{
    /// <summary>
    /// Ends an export whose file is there: it stays for downloads, or goes to the request's cloud storage, under its file name as the key. Safe to repeat; the caller removes
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
        await RunAsync(async () =>
        {
            var bucket = await storages.OpenAsync(storage, ct);
            await using var content = await blobs.OpenReadAsync(blob, 0, null, ct);
            await bucket.WriteAsync(fileName, content, ct);
        });
        await requests.FinishAsync(item, done => done with { ResultFileName = fileName }, ct);
    }

    /// <summary>Whether the blobs of an attempt are good for nothing any more: it was cancelled, or its file is in a bucket.</summary>
    public static bool IsDelivered(WorkRequest? request) => request is null or { Action: "export", CloudStorageId: not null, Status: "finished" };

    /// <summary>Copies an object of a bucket to a blob, unless that is there already.</summary>
    /// <exception cref="CvatException">There is no such object, or the bucket refuses.</exception>
    public Task FetchAsync(int storageId, string key, string blob, CancellationToken ct) => RunAsync(async () =>
    {
        if (await blobs.FindAsync(blob, ct) is null)
        {
            var bucket = await storages.OpenAsync(storageId, ct);
            await using var content = await bucket.OpenReadAsync(key, 0, null, null, ct);
            await blobs.WriteAsync(blob, (stream, token) => content.CopyToAsync(stream, token), BlobCondition.None, ct);
        }
    });

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
