using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media.Manifest;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// Makes prepared data the task's: manifest, jobs, task and request. The ids of the jobs are reserved once and kept in a blob, so a repetition makes
/// the same ones; the task's row comes last, with the request's, and only then is anything visible as finished.
/// </summary>
public sealed class CommitTaskData(
    IWorkspaces workspaces, ILocators locators, ISequences sequences, IBlobStore blobs, WorkRequests requests, LocalVideos videos, ValidationPlanner validations, FramePlaces places,
    TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "CommitTaskData";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] TaskDataStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return;
        }

        var plan = step.Plan;
        var workspace = WorkspaceId.Parse(step.Item.Workspace);
        await WriteManifestAsync(plan, ct);
        if (plan.IsOutside)
        {
            await places.WriteAsync(plan.DataId, PlannedAsync(plan, ct), ct);
        }

        var segments = await blobs.ReadAsync(DataBlobs.Segments(plan.DataId), TaskDataJson.Default.Segment, ct).ToListAsync(ct);
        var validation = plan.Parameters.Validation is null ? null : await validations.ReadAsync(plan.DataId, ct);
        var taskId = request.Value.TaskId!.Value;
        var count = await workspaces.ReadAsync(
            workspace, view => view.Task(taskId) is { } task ? TaskJobs.Count(task, segments.Count, hasGroundTruth: validation is not null) : 0, ct);
        if (count > 0)
        {
            var firstId = await FirstJobIdAsync(plan.DataId, count, ct);
            await locators.AddAsync(workspace, Job.Kind, [.. Enumerable.Range(firstId, count).Select(EntityKey.Of)], ct);
            await CommitAsync(workspace, step, taskId, segments, validation, firstId, ct);
        }
    }

    private Task CommitAsync(WorkspaceId workspace, TaskDataStep step, int taskId, List<Segment> segments, PlannedValidation? validation, int firstId, CancellationToken ct) =>
        ConflictRetry.RunAsync(async () =>
        {
            var task = await workspaces.FindAsync<AnnotationTask>(workspace, EntityKey.Of(taskId), ct);
            var request = await requests.FindAsync(step.Item, ct);
            if (request is null || task is null || !task.Value.Awaits(request.Value))
            {
                return false;
            }

            var jobs = TaskJobs.Of(task.Value, segments, GroundTruth(step.Plan, validation), firstId, time.GetUtcNow());
            var changes = await AddJobsAsync(workspace, request.Value, jobs, ct);
            changes.Update(task, request.Value.IsAppend() ? WithMore(task.Value, step.Plan) : WithData(task.Value, step.Plan, validation, jobs[^1].Id));
            if (!step.Plan.IsSeenEarly)
            {
                changes.Update(request, requests.Finished(request.Value with { ResultId = taskId }));
            }

            await workspaces.CommitAsync(workspace, changes, ct);
            return true;
        });

    /// <summary>The frames between which the ground-truth job's are: all of the task, or its pool.</summary>
    private static Segment? GroundTruth(TaskDataPlan plan, PlannedValidation? validation) =>
        validation is null ? null : plan.HasHoneypots ? new Segment(validation.Frames[0], validation.Frames[^1]) : new Segment(0, plan.Size - 1);

    /// <summary>Commits all jobs but the last transaction's, which is returned for the caller to complete; a repetition finds those that are there.</summary>
    private async Task<ChangeSet> AddJobsAsync(WorkspaceId workspace, WorkRequest request, IReadOnlyList<Job> jobs, CancellationToken ct)
    {
        const int RoomForTaskAndRequest = 2;
        var missing = await workspaces.ReadAsync(workspace, view => jobs.Where(job => view.Find<Job>(job.Key) is null).ToList(), ct);
        var changes = new ChangeSet(request.OwnerId);
        foreach (var job in missing)
        {
            if (changes.Changes.Count == ChangeSet.MaxEntities - RoomForTaskAndRequest)
            {
                await workspaces.CommitAsync(workspace, changes, ct);
                changes = new ChangeSet(request.OwnerId);
            }

            changes.Create(job);
        }

        return changes;
    }

    private AnnotationTask WithMore(AnnotationTask task, TaskDataPlan plan)
    {
        var now = time.GetUtcNow();
        var part = new DataPart(plan.DataId, plan.Size) { Storage = plan.Storage, CloudStorageId = plan.Parameters.CloudStorageId };
        return task with { UpdatedDate = now, Data = task.Data!.With(part, now) };
    }

    private AnnotationTask WithData(AnnotationTask task, TaskDataPlan plan, PlannedValidation? validation, int lastJobId)
    {
        var isCustom = plan.HasCustomSegments;
        var applied = SegmentPlan.Of(plan.Size, task.SegmentSize, task.Overlap, isVideo: plan.Video is not null);
        var now = time.GetUtcNow();
        return task with
        {
            UpdatedDate = now,
            SegmentSize = isCustom ? 0 : applied.SegmentSize,
            WantedSegmentSize = isCustom ? null : task.SegmentSize,
            Overlap = isCustom ? 0 : applied.Overlap,
            Validation = validation is null ? null : new(lastJobId, validation.Frames, []) { IsPool = plan.HasHoneypots, FramesPerJobCount = validation.PerJob },
            Data = new TaskData
            {
                DataId = plan.DataId,
                Size = plan.Size,
                Mode = plan.Video is null ? "annotation" : "interpolation",
                Dimension = plan.Is3D ? "3d" : "2d",
                MediaType = plan.Is3D ? "point_cloud" : "image",
                OriginalChunkType = plan.Video is null ? "imageset" : "video",
                CompressedChunkType = plan.Video is null || plan.Parameters.UseZipChunks ? "imageset" : "video",
                ChunkSize = plan.ChunkSize,
                ImageQuality = plan.Parameters.ImageQuality,
                StartFrame = plan.Parameters.StartFrame,
                StopFrame = plan.StopFrame,
                FrameFilter = plan.Parameters.FrameFilter,
                SortingMethod = plan.Parameters.SortingMethod,
                StorageMethod = plan.Parameters.StorageMethod,
                Storage = plan.Storage,
                CloudStorageId = plan.Parameters.CloudStorageId,
                ChunksUpdatedDate = now,
                HoneypotFrames = validation?.Honeypots,
                HoneypotRealFrames = validation?.RealFrames,
            },
        };
    }

    private async Task WriteManifestAsync(TaskDataPlan plan, CancellationToken ct)
    {
        if (plan.Video is not { } video)
        {
            await WritePicturesAsync(plan, ct);
            return;
        }

        var index = await videos.IndexAsync(plan.DataId, ct);
        var properties = new VideoProperties(video.Name, [video.Width, video.Height], video.FrameCount);
        var keyFrames = index.KeyFrames.Select(key => new VideoKeyFrame(key.Number, index.Timestamp(key.Number))).DefaultIfEmpty(new(0, index.Timestamp(0)));
        await blobs.WriteAsync(
            DataBlobs.Manifest(plan.DataId), (stream, token) => VideoManifest.WriteAsync(stream, properties, keyFrames, token), BlobCondition.None, ct);
    }

    private IAsyncEnumerable<PlannedFrame> PlannedAsync(TaskDataPlan plan, CancellationToken ct) => Enumerable.Range(0, plan.GroupCount).ToAsyncEnumerable()
        .SelectMany(group => blobs.ReadAsync(DataBlobs.GroupPlan(plan.DataId, group), TaskDataJson.Default.PlannedFrame, ct));

    private Task WritePicturesAsync(TaskDataPlan plan, CancellationToken ct) => blobs.WriteAsync(
        DataBlobs.Manifest(plan.DataId),
        async (stream, token) =>
        {
            var manifest = new ManifestWriter(stream);
            for (var group = 0; group < plan.GroupCount; group++)
            {
                await foreach (var frame in blobs.ReadAsync(DataBlobs.GroupResult(plan.DataId, group), TaskDataJson.Default.BuiltFrame, token))
                {
                    await manifest.WriteAsync(ManifestEntry.Of(frame.Name, frame.Width, frame.Height, frame.Related), token);
                }
            }

            await manifest.FinishAsync(token);
        },
        BlobCondition.None,
        ct);

    private async Task<int> FirstJobIdAsync(string dataId, int count, CancellationToken ct)
    {
        var blob = DataBlobs.JobIds(dataId);
        if (await blobs.FindAsync(blob, ct) is null)
        {
            var first = await sequences.NextAsync(Job.Kind, count, ct);
            try
            {
                await blobs.WriteAsync(
                    blob,
                    (stream, token) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"{first}\n{count}\n")), token).AsTask(),
                    BlobCondition.Absent,
                    ct);
            }
            catch (StoreConflictException)
            {
                // A parallel delivery reserved them: use its ids.
            }
        }

        return await blobs.ReadAsync(blob, TaskDataJson.Default.Int32, ct).FirstAsync(ct);
    }
}
