using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Sources;

/// <summary>Opens files wherever they are.</summary>
public sealed class MediaPlaces(IBlobStore blobs, IFileShare share, ICloudStorages storages, TimeProvider time)
{
    /// <summary>How long a picture of a bucket may take.</summary>
    private static readonly TimeSpan PicturePatience = TimeSpan.FromMinutes(2);

    /// <summary>A whole file.</summary>
    /// <inheritdoc cref="OpenAsync(MediaPlace, int?, long, long?, CancellationToken)"/>
    public Task<Stream> OpenAsync(MediaPlace place, int? storageId, CancellationToken ct) => OpenAsync(place, storageId, 0, null, ct);

    /// <summary>The bytes of a file from <paramref name="offset"/> on (<paramref name="length"/> bytes, or all).</summary>
    /// <param name="place">Where it is.</param>
    /// <param name="storageId">The task's cloud storage, for files that are there.</param>
    /// <param name="offset">In bytes.</param>
    /// <param name="length">In bytes; null: to the end.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">404, 403 or 409 with a text (contract-data.md §3.1): the file, the right to it or the storage is gone, or it is another file by now.</exception>
    /// <exception cref="CloudStorageException">The bucket can't be reached at the moment.</exception>
    public async Task<Stream> OpenAsync(MediaPlace place, int? storageId, long offset, long? length, CancellationToken ct) => place.Kind switch
    {
        PlaceKind.Blob => await blobs.OpenReadAsync(place.Path, offset, length, ct),
        PlaceKind.Share => OpenShared(place.Path, offset),
        _ => await OpenCloudAsync(place, storageId, offset, length, ct),
    };

    /// <inheritdoc cref="OpenPictureAsync(MediaPlace, int?, long?, CancellationToken)"/>
    public Task<Stream> OpenPictureAsync(MediaPlace place, int? storageId, CancellationToken ct) => OpenPictureAsync(place, storageId, null, ct);

    /// <summary>A picture, or its first bytes: it must be here within <see cref="PicturePatience"/>, however it trickles.</summary>
    /// <inheritdoc cref="OpenAsync(MediaPlace, int?, long, long?, CancellationToken)"/>
    public async Task<Stream> OpenPictureAsync(MediaPlace place, int? storageId, long? length, CancellationToken ct)
    {
        var stream = await OpenAsync(place, storageId, 0, length, ct);
        return place.Kind == PlaceKind.Cloud ? new TimedStream(stream, PicturePatience, time, () => TooSlow(place.Path)) : stream;
    }

    /// <summary>The bucket of a task.</summary>
    /// <exception cref="CvatException">409: there is none any more; 403: its credentials are lost.</exception>
    public async Task<ICloudStorage> BucketAsync(int? storageId, CancellationToken ct)
    {
        try
        {
            return storageId is { } id
                ? await storages.OpenAsync(id, ct)
                : throw new CloudStorageException(CloudStorageFailure.NotFound, "No cloud storage is set.");
        }
        catch (CloudStorageException e) when (e.Failure == CloudStorageFailure.NotFound)
        {
            throw CvatException.Conflict("The cloud storage of this task was deleted, or can't be used any more.");
        }
        catch (CloudStorageException e) when (e.Failure == CloudStorageFailure.Forbidden)
        {
            throw CvatException.Text(e.Message, ErrorKind.Forbidden);
        }
    }

    /// <summary>What to tell about a call to a bucket that failed; null where a later try may succeed.</summary>
    internal static CvatException? Describe(CloudStorageException e, string key) => e.Failure switch
    {
        CloudStorageFailure.NotFound => CvatException.Text($"The file '{key}' can't be read from the cloud storage. {e.Message}", ErrorKind.NotFound),
        CloudStorageFailure.Forbidden => CvatException.Text($"The file '{key}' can't be read from the cloud storage. {e.Message}", ErrorKind.Forbidden),
        CloudStorageFailure.Changed => CvatException.Conflict($"The file '{key}' in the cloud storage was replaced since the task was made."),
        _ => null,
    };

    private static CloudStorageException TooSlow(string key) =>
        new(CloudStorageFailure.Unavailable, $"The cloud storage sends '{key}' too slowly: it is not here after {PicturePatience.TotalSeconds:0} s.");

    private async Task<Stream> OpenCloudAsync(MediaPlace place, int? storageId, long offset, long? length, CancellationToken ct)
    {
        var bucket = await BucketAsync(storageId, ct);
        try
        {
            return await bucket.OpenReadAsync(place.Path, offset, length, place.ETag, ct);
        }
        catch (CloudStorageException e) when (Describe(e, place.Path) is { } known)
        {
            // Some servers call what is gone another version.
            throw e.Failure == CloudStorageFailure.Changed && await bucket.FindAsync(place.Path, ct) is null
                ? Describe(new(CloudStorageFailure.NotFound, "It does not exist any more.", e), place.Path)!
                : known;
        }
    }

    private Stream OpenShared(string path, long offset)
    {
        try
        {
            var stream = share.OpenRead(path);
            stream.Position = offset;
            return stream;
        }
        catch (FileShareException e)
        {
            throw CvatException.Text(e.Message, ErrorKind.NotFound);
        }
    }
}
