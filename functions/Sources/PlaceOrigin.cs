using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Sources;

/// <summary>A file of the share or of a bucket that is copied, because what is made of it needs random access.</summary>
internal sealed class PlaceOrigin(MediaPlaces places, MediaPlace place, int? storageId, long lengthBytes) : IFetchOrigin
{
    /// <inheritdoc/>
    public string Title => $"'{place.Path}'";

    /// <inheritdoc/>
    public async Task<FetchBody> OpenAsync(long offset, FetchState state, CancellationToken ct)
    {
        try
        {
            return new(await places.OpenAsync(place, storageId, offset, null, ct), offset, lengthBytes, place.ETag, CanContinue: true);
        }
        catch (Exception e) when (Describe(e) is { } known)
        {
            throw known;
        }
    }

    /// <inheritdoc/>
    public FetchException? Describe(Exception e) => e switch
    {
        CvatException => new(e.Message, isFinal: true, e),
        CloudStorageException { Failure: CloudStorageFailure.Unavailable } or IOException => new(e.Message, isFinal: false, e),
        CloudStorageException cloud => new((MediaPlaces.Describe(cloud, place.Path) ?? (Exception)cloud).Message, isFinal: true, e),
        _ => null,
    };
}
