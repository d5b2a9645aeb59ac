using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media;
using CvatServerless.Media.Children;
using CvatServerless.Media.Videos;
using CvatServerless.Storage;

namespace CvatServerless.Functions.TaskMedia;

/// <summary>Blobs as files of this machine: in place where the store keeps files, else as temporary copies. Also the indexes of videos, a few of them kept.</summary>
public sealed class LocalVideos(IBlobStore blobs, MediaOptions options)
{
    private const int KeptIndexes = 8;

    private readonly LruCache<string, VideoIndex> _indexes = new(KeptIndexes);

    /// <summary>Opens a blob as a file; dispose of it when done.</summary>
    /// <exception cref="BlobNotFoundException">There is no such blob.</exception>
    public async Task<LocalFile> OpenAsync(string blob, string name, CancellationToken ct)
    {
        if ((blobs as ILocalBlobFiles)?.FindFile(blob) is { } path)
        {
            return LocalFile.InPlace(name, path);
        }

        await using var source = await blobs.OpenReadAsync(blob, 0, null, ct);
        return await LocalFile.CopyAsync(name, source, options, ct);
    }

    /// <summary>The index of a task's video.</summary>
    public async Task<VideoIndex> IndexAsync(string dataId, CancellationToken ct)
    {
        if (_indexes.TryGet(dataId, out var known))
        {
            return known;
        }

        await using var stream = await blobs.OpenReadAsync(DataBlobs.VideoIndex(dataId), 0, null, ct);
        var index = await VideoIndex.LoadAsync(stream, ct);
        _indexes.Set(dataId, index);
        return index;
    }
}
