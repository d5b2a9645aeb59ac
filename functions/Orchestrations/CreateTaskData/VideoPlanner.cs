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

        await blobs.CopyAsync(file.Place.Path, DataBlobs.Source(dataId), ct);
        var index = await IndexAsync(dataId, file, ct);
        var selection = FrameSelection.Of(index.FrameCount, parameters.StartFrame, parameters.StopFrame, parameters.FrameStep);
        if (selection.Size == 0)
        {
            throw CvatException.Rule($"The first frame, {parameters.StartFrame}, is beyond the last frame of the video, {index.FrameCount - 1}.");
        }

        var chunkSize = parameters.ChunkSize ?? ChunkSizes.Video;
        return new(dataId, taskId, selection.Size, chunkSize, GroupLength(index, selection, chunkSize, parameters), selection.Stop, parameters.WithoutLists())
        {
            Video = new(file.Name, index.Facts.Width, index.Facts.Height, index.FrameCount, index.Facts.HasRandomAccess),
        };
    }

    /// <summary>Chunks on demand need nothing prepared but the first one, which shows that the video can be decoded.</summary>
    private static int GroupLength(VideoIndex index, FrameSelection selection, int chunkSize, DataParameters parameters) =>
        parameters.UseCache && index.Facts.HasRandomAccess ? 1 : StretchLength.Of(index, selection, chunkSize, TaskDataPlan.GroupLength(selection.Size, chunkSize));

    private async Task<VideoIndex> IndexAsync(string dataId, MediaFile file, CancellationToken ct)
    {
        using var local = await videos.OpenAsync(DataBlobs.Source(dataId), file.Name, ct);
        var index = await probe.IndexAsync(local.Media, ct);
        await blobs.WriteAsync(DataBlobs.VideoIndex(dataId), index.SaveAsync, BlobCondition.None, ct);
        return index;
    }
}
