using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Functions.Uploads;
using CvatServerless.Media;
using CvatServerless.Media.Chunks;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Probing;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Decides what the task will show: which pictures in which order, how they are cut into chunks and segments.</summary>
public sealed class PlanTaskData(
    IWorkspaces workspaces, IBlobStore blobs, UploadStore uploads, WorkRequests requests, MediaSources sources, VideoPlanner videos, ValidationPlanner validation, MediaPlaces places,
    FrameSizes sizes, FrameIndex frames, MediaOptions options)
{
    /// <summary>The function's name.</summary>
    public const string Name = "PlanTaskData";

    private const int LargeSize = 10_000;

    /// <summary>Runs the step; safe to repeat. Null where there is nothing left to do.</summary>
    [Function(Name)]
    public async Task<TaskDataPlan?> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request
            || await workspaces.FindAsync<AnnotationTask>(WorkspaceId.Parse(item.Workspace), EntityKey.Of(request.Value.TaskId!.Value), ct) is not { } task
            || !task.Value.Awaits(request.Value))
        {
            return null;
        }

        await requests.BeginAsync(item, "Looking through the files", ct);
        var parameters = await blobs.ReadParametersAsync(request.Value.InputBlob!, ct);
        var files = await blobs.ReadListAsync(item.InstanceId, ct)
            ?? [.. (await uploads.ListAsync(UploadStore.TaskData(task.Value), ct)).Select(MediaFile.Of)];
        var plan = MediaSources.FindVideo(files) is { } video
            ? await videos.PlanAsync(item.InstanceId, task.Value.Id, video, MediaSources.FindManifest(files), parameters, ct)
            : await PlanPicturesAsync(item.InstanceId, task.Value, files, parameters, ct);
        LetGo(plan.Size);
        if (request.Value.IsAppend())
        {
            await CheckAppendAsync(task.Value.Data!, plan, ct);
            await blobs.WriteAsync(DataBlobs.Segments(plan.DataId), task.Value.SegmentsBehind(task.Value.Data!, plan.Size), TaskDataJson.Default.Segment, ct);
            return plan with { FirstFrame = task.Value.Data!.Size };
        }

        await CheckProjectAsync(WorkspaceId.Parse(item.Workspace), task.Value, plan, ct);
        if (!plan.HasHoneypots)
        {
            var segments = Segments(task.Value, plan, parameters);
            await blobs.WriteAsync(DataBlobs.Segments(plan.DataId), segments, TaskDataJson.Default.Segment, ct);
            await validation.ChooseAsync(plan, parameters, segments, ct);
        }

        return plan;
    }

    /// <summary>The list of a large task lived long enough to be taken for lasting; the collector is told that it is not, on the side, before the pictures need room.</summary>
    private static void LetGo(int size)
    {
        if (size >= LargeSize)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    /// <summary>What is added must go with what is there.</summary>
    private async Task CheckAppendAsync(TaskData data, TaskDataPlan plan, CancellationToken ct)
    {
        if (plan.Video is not null || plan.Is3D != (data.Dimension == "3d"))
        {
            throw CvatException.Rule(data.Dimension == "3d" ? "Only point clouds can be added to a task of point clouds." : "Only pictures can be added to a task of pictures.");
        }

        var known = (await frames.StoredAsync(data, ct)).Select(frame => frame.Name).ToHashSet(StringComparer.Ordinal);
        for (var group = 0; group < plan.GroupCount; group++)
        {
            await foreach (var frame in blobs.ReadAsync(DataBlobs.GroupPlan(plan.DataId, group), TaskDataJson.Default.PlannedFrame, ct))
            {
                if (known.Contains(frame.Name))
                {
                    throw new MediaException(frame.Name, "is in the task already");
                }
            }
        }
    }

    /// <summary>A project holds pictures or point clouds, not both.</summary>
    private async Task CheckProjectAsync(WorkspaceId workspace, AnnotationTask task, TaskDataPlan plan, CancellationToken ct)
    {
        var dimension = plan.Is3D ? "3d" : "2d";
        if (task.ProjectId is { } project && await workspaces.ReadAsync(
            workspace, view => view.Children<AnnotationTask>(Project.Kind, EntityKey.Of(project)).Any(other => other.Data is { } data && data.Dimension != dimension), ct))
        {
            throw CvatException.Rule($"The project holds tasks of another dimension: {dimension} media can't be added to it.");
        }
    }

    private static IReadOnlyList<PlannedFrame> Select(IReadOnlyList<PlannedFrame> all, DataParameters parameters)
    {
        CheckMapping(parameters);
        var selection = FrameSelection.Of(all.Count, parameters.StartFrame, parameters.StopFrame, parameters.FrameStep);
        return selection.Size > 0
            ? new ComputedList<PlannedFrame>(selection.Size, frame => all[selection.SourceIndex(frame)])
            : throw CvatException.Rule($"The first frame, {parameters.StartFrame}, is beyond the last picture, {all.Count - 1}.");
    }

    /// <summary>A mapping of files to jobs is the choice and the order. Source: contract-data.md §1.5.</summary>
    private static void CheckMapping(DataParameters parameters)
    {
        if (parameters.JobFileMapping.Count == 0)
        {
            return;
        }

        if (parameters.StartFrame > 0 || parameters.StopFrame is not null || parameters.FrameStep > 1)
        {
            throw CvatException.Rule("job_file_mapping can't be used together with start_frame, stop_frame or frame_filter.");
        }

        if (parameters.SortingMethod != "lexicographical")
        {
            throw CvatException.Rule($"job_file_mapping can't be used together with {parameters.SortingMethod} sorting.");
        }

        if (parameters.FilenamePattern is not null || parameters.ServerFilesExclude.Count > 0)
        {
            throw CvatException.Rule("job_file_mapping can't be used together with filename_pattern or server_files_exclude.");
        }
    }

    private static IReadOnlyList<Segment> Segments(AnnotationTask task, TaskDataPlan plan, DataParameters parameters)
    {
        if (!plan.HasCustomSegments)
        {
            return SegmentPlan.Of(plan.Size, task.SegmentSize, task.Overlap, plan.Video is not null).Segments;
        }

        if (task.SegmentSize > 0)
        {
            throw CvatException.Rule("job_file_mapping can't be used together with segment_size.");
        }

        var start = 0;
        return parameters.JobFileMapping.Select(names => new Segment(start, (start += names.Count) - 1)).ToList();
    }

    private async Task<TaskDataPlan> PlanPicturesAsync(string dataId, AnnotationTask task, IReadOnlyList<MediaFile> files, DataParameters parameters, CancellationToken ct)
    {
        var selected = await validation.ArrangeAsync(dataId, task, Select(await sources.ListAsync(files, parameters, dataId, ct), parameters), parameters, ct);
        if (parameters.Validation is { IsPool: true })
        {
            // The frames are numbered anew.
            parameters = parameters with { StartFrame = 0, StopFrame = null, FrameFilter = "", FrameStep = 1 };
        }

        var stopFrame = parameters.StartFrame + ((selected.Count - 1) * parameters.FrameStep);
        var (width, height) = await SizeAsync(selected[0], parameters.CloudStorageId, ct);
        var chunkSize = parameters.ChunkSize ?? ChunkSizes.ForImages(width, height);
        var plan = new TaskDataPlan(
            dataId,
            task.Id,
            selected.Count,
            chunkSize,
            TaskDataPlan.GroupLength(selected.Count, chunkSize),
            stopFrame,
            parameters.WithoutLists())
        {
            HasCustomSegments = parameters.JobFileMapping.Count > 0 || parameters.Validation is { IsPool: true },
            Is3D = selected[0].Is3D,
            Storage = StorageOf(selected, parameters),
            IsFromCloud = selected.Any(frame => frame.Place.Kind == PlaceKind.Cloud),
        };
        var groupFrames = plan.ChunksPerGroup * chunkSize;
        for (var group = 0; group < plan.GroupCount; group++)
        {
            var frames = Enumerable.Range(group * groupFrames, Math.Min(groupFrames, selected.Count - (group * groupFrames))).Select(frame => selected[frame]);
            await blobs.WriteAsync(DataBlobs.GroupPlan(dataId, group), frames, TaskDataJson.Default.PlannedFrame, ct);
        }

        return plan;
    }

    /// <summary>Pictures stay where they are where nobody wants them copied, and where all of them can be read from there one by one.</summary>
    private static string StorageOf(IReadOnlyList<PlannedFrame> frames, DataParameters parameters)
    {
        var kind = frames[0].Place.Kind;
        return frames.All(frame => frame.Place.Kind == kind && !frame.Is3D) ? kind switch
        {
            PlaceKind.Share when !parameters.CopyData => "share",
            PlaceKind.Cloud when parameters.UseCache => "cloud_storage",
            _ => "local",
        } : "local";
    }

    private async Task<(int Width, int Height)> SizeAsync(PlannedFrame frame, int? storageId, CancellationToken ct)
    {
        if (frame is { Entry: null, Is3D: false })
        {
            return await sizes.OfAsync(frame, storageId, ct);
        }

        await using var pictures = await PictureSource.OpenAsync([frame], places, storageId, ct);
        await using var stream = await pictures.Of(frame).OpenAsync(ct);
        if (frame.Is3D)
        {
            return await PointCloudChunks.SizeAsync(frame.Name, stream, options, ct);
        }

        var facts = await new ImageProbe(options).ProbeAsync(frame.Name, stream, ct);
        return (facts.Width, facts.Height);
    }
}
