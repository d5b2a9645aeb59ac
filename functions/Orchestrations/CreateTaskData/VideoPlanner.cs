using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Videos;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Plans the data of a task that shows a video: keeps the source, indexes it and cuts it into stretches.</summary>
public sealed class VideoPlanner(IBlobStore blobs, MediaPlaces places, LocalVideos videos, VideoProbe probe)
{
    /// <summary>Stretches of fewer chunks would mostly decode what lies before them.</summary>
    private const int MinChunksPerGroup = 4;

    /// <summary>What one activity may decode and encode, in pixels of all its frames together: minutes on one slow core, well within its time.</summary>
    private const long MaxGroupPixels = 4_000_000_000;

    /// <summary>Plans; safe to repeat.</summary>
    internal async Task<TaskDataPlan> PlanAsync(
        string dataId, int taskId, MediaFile file, MediaFile? manifest, DataParameters parameters, CancellationToken ct)
    {
        if (parameters.JobFileMapping.Count > 0)
        {
            throw CvatException.Rule("job_file_mapping can't be used with a video.");
        }

        if (manifest is not null)
        {
            await UploadedManifest.CheckVideoAsync(manifest, parameters, places, ct);
        }

        await KeepAsync(dataId, file, ct);
        var index = await IndexAsync(dataId, file, ct);
        var selection = FrameSelection.Of(index.FrameCount, parameters.StartFrame, parameters.StopFrame, parameters.FrameStep);
        if (selection.Size == 0)
        {
            throw CvatException.Rule($"The first frame, {parameters.StartFrame}, is beyond the last frame of the video, {index.FrameCount - 1}.");
        }

        var chunkSize = parameters.ChunkSize ?? ChunkSizes.Video;
        return new(dataId, taskId, selection.Size, chunkSize, GroupLength(index, selection.Size, chunkSize, parameters), selection.Stop, parameters.WithoutLists())
        {
            Video = new(file.Name, index.Facts.Width, index.Facts.Height, index.FrameCount, index.Facts.HasRandomAccess),
        };
    }

    /// <summary>Chunks on demand need nothing prepared but the first one, which shows that the video can be decoded; without random access all is one stretch.</summary>
    private static int GroupLength(VideoIndex index, int size, int chunkSize, DataParameters parameters)
    {
        var most = (int)Math.Clamp(MaxGroupPixels / (index.Facts.Pixels * chunkSize * parameters.FrameStep), 1, int.MaxValue);
        if (!index.Facts.HasRandomAccess)
        {
            return Math.Min((size + chunkSize - 1) / chunkSize, most);
        }

        return parameters.UseCache ? 1 : Math.Min(Math.Max(MinChunksPerGroup, TaskDataPlan.GroupLength(size, chunkSize)), most);
    }

    private async Task KeepAsync(string dataId, MediaFile file, CancellationToken ct)
    {
        var source = DataBlobs.Source(dataId);
        if (await blobs.FindAsync(source, ct) is null)
        {
            await using var upload = await blobs.OpenReadAsync(file.Place.Path, 0, null, ct);
            await blobs.WriteAsync(source, (stream, token) => upload.CopyToAsync(stream, 1 << 20, token), BlobCondition.None, ct);
        }
    }

    private async Task<VideoIndex> IndexAsync(string dataId, MediaFile file, CancellationToken ct)
    {
        using var local = await videos.OpenAsync(DataBlobs.Source(dataId), file.Name, ct);
        var index = await probe.IndexAsync(local.Media, ct);
        await blobs.WriteAsync(DataBlobs.VideoIndex(dataId), index.SaveAsync, BlobCondition.None, ct);
        return index;
    }
}
