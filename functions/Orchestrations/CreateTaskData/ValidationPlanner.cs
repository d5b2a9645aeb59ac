using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Media.Frames;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// Decides the ground truth that is asked for with the data: chosen frames (<c>gt</c>), or a pool and the honeypots that show it (<c>gt_pool</c>). Chance follows from
/// the seed that was sent or from the attempt, so a step that is repeated decides the same. Source: contract-data.md §7.
/// </summary>
public sealed class ValidationPlanner(IBlobStore blobs)
{
    /// <summary>Frames that ground truth and honeypots may have together: they are kept with the task, which must stay small.</summary>
    private const int MaxFrames = 20_000;

    private const int MaxNamed = 20;

    /// <summary>Puts pictures in the order of a task with honeypots, and notes its segments; without honeypots nothing happens.</summary>
    /// <exception cref="CvatException">What is asked for doesn't fit the pictures.</exception>
    internal async Task<IReadOnlyList<PlannedFrame>> ArrangeAsync(
        string dataId, AnnotationTask task, IReadOnlyList<PlannedFrame> selected, DataParameters parameters, CancellationToken ct)
    {
        if (parameters.Validation is not { IsPool: true } wanted)
        {
            return selected;
        }

        CheckPool(task, selected, parameters);
        var seed = SeedOf(wanted, dataId);
        var random = new NumpyRandom(seed);
        var pictures = FrameSorting.Sort(selected, frame => frame.Name, FrameOrder.Natural, seed: 0);
        var pool = wanted.Frames is { } names ? ByName(names, pictures.Select(frame => frame.Name)) : Choose(wanted, pictures.Count, random);
        if (pool.Count >= pictures.Count)
        {
            throw CvatException.Rule("Cannot create task: too few non-honeypot frames left after selecting validation frames");
        }

        var perJob = PerJob(wanted, task.SegmentSize > 0 ? task.SegmentSize : pictures.Count, pool.Count);
        var plan = HoneypotPlan.Of(pictures.Count, [.. pool.Order()], task.SegmentSize, perJob, random, new NumpyRandom(seed));
        await WriteAsync(dataId, new([.. Enumerable.Range(plan.Pool.StartFrame, plan.Pool.FrameCount)], perJob, plan.Honeypots, plan.RealFrames), ct);
        await blobs.WriteAsync(DataBlobs.Segments(dataId), plan.Segments, TaskDataJson.Default.Segment, ct);
        return new ComputedList<PlannedFrame>(plan.Order.Count, frame => pictures[plan.Order[frame]]);
    }

    /// <summary>Chooses the frames of a ground-truth job, if one is asked for.</summary>
    /// <exception cref="CvatException">What is asked for doesn't fit the task.</exception>
    internal async Task ChooseAsync(TaskDataPlan plan, DataParameters parameters, IReadOnlyList<Segment> segments, CancellationToken ct)
    {
        if (parameters.Validation is not { } wanted)
        {
            return;
        }

        if (wanted.IsPool || (wanted.Frames is not null && plan.Video is not null))
        {
            throw CvatException.Rule(wanted.IsPool
                ? "validation mode \"gt_pool\" can only be used with images"
                : "manual validation frame selection method at task creation is only available for image-based tasks. Please create the GT job after the task is created.");
        }

        if (plan.Is3D)
        {
            throw CvatException.Rule("Ground Truth jobs can only be added in 2d tasks");
        }

        if (wanted.FramesPerJobCount > segments.Max(segment => segment.FrameCount))
        {
            throw CvatException.Rule("Validation frame count per job cannot be greater than segment size");
        }

        IReadOnlyList<int> named = wanted.Frames is { } names ? ByName(names, await NamesAsync(plan, ct)) : [];
        var selection = new ValidationFrames(
            wanted.Method, wanted.FrameCount, wanted.FrameShare, wanted.FramesPerJobCount, wanted.FramesPerJobShare, named, SeedOf(wanted, plan.DataId));
        await WriteAsync(plan.DataId, new(selection.Choose(plan.Size, segments)), ct);
    }

    /// <summary>What was decided.</summary>
    internal async Task<PlannedValidation> ReadAsync(string dataId, CancellationToken ct) =>
        await blobs.ReadAsync(DataBlobs.Validation(dataId), TaskDataJson.Default.PlannedValidation, ct).FirstAsync(ct);

    private static void CheckPool(AnnotationTask task, IReadOnlyList<PlannedFrame> selected, DataParameters parameters)
    {
        var problem = parameters switch
        {
            _ when selected[0].Is3D => "Ground Truth jobs can only be added in 2d tasks",
            { SortingMethod: not "random" } => "validation mode \"gt_pool\" can only be used with \"random\" sorting",
            { JobFileMapping.Count: > 0 } => "validation mode \"gt_pool\" cannot be used with \"job_file_mapping\"",
            _ when task.Overlap > 0 => "validation mode \"gt_pool\" cannot be used with \"overlap\"",
            _ => null,
        };
        if (problem is not null)
        {
            throw CvatException.Rule(problem);
        }
    }

    private static IReadOnlyList<int> Choose(ValidationParameters wanted, int size, NumpyRandom random)
    {
        var count = wanted.FrameCount ?? Math.Max(1, (int)((wanted.FrameShare ?? 0) * size));
        return count < size
            ? random.Choose(size, count, shuffle: false)
            : throw CvatException.Rule($"The number of validation frames requested ({count}) must be less than the number of task frames ({size})");
    }

    private static int PerJob(ValidationParameters wanted, int segmentSize, int poolSize)
    {
        var count = wanted.FramesPerJobCount ?? Math.Max(1, (int)((wanted.FramesPerJobShare ?? 0) * segmentSize));
        return count <= poolSize || wanted.FrameCount is null
            ? Math.Min(count, poolSize)
            : throw CvatException.Rule($"The requested number of validation frames per job ({count}) is greater than the validation pool size ({poolSize})");
    }

    private static List<int> ByName(IReadOnlyList<string> names, IEnumerable<string> known)
    {
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in known)
        {
            byName.TryAdd(name, byName.Count);
        }

        var unknown = names.Where(name => !byName.ContainsKey(name)).Order(StringComparer.Ordinal).ToList();
        return unknown.Count == 0
            ? [.. names.Select(name => byName[name])]
            : throw CvatException.Rule($"Unknown validation frames requested: {string.Join(", ", unknown.Take(MaxNamed))}");
    }

    private static int SeedOf(ValidationParameters wanted, string dataId) =>
        wanted.RandomSeed ?? BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(dataId))) & int.MaxValue;

    private async Task<IReadOnlyList<string>> NamesAsync(TaskDataPlan plan, CancellationToken ct)
    {
        var names = new List<string>(plan.Size);
        for (var group = 0; group < plan.GroupCount; group++)
        {
            await foreach (var frame in blobs.ReadAsync(DataBlobs.GroupPlan(plan.DataId, group), TaskDataJson.Default.PlannedFrame, ct))
            {
                names.Add(frame.Name);
            }
        }

        return names;
    }

    private Task WriteAsync(string dataId, PlannedValidation planned, CancellationToken ct) => planned.Frames.Count + (planned.Honeypots?.Count ?? 0) <= MaxFrames
        ? blobs.WriteAsync(DataBlobs.Validation(dataId), [planned], TaskDataJson.Default.PlannedValidation, ct)
        : throw CvatException.Rule($"A task may have {MaxFrames} validation frames and honeypots together: fewer per job, or larger jobs, are needed.");
}

/// <summary>The ground truth of a task to be. Frames are relative to the task.</summary>
/// <param name="Frames">The validation frames, ascending.</param>
/// <param name="PerJob">Of a pool: the honeypots of each job.</param>
/// <param name="Honeypots">Of a pool: the frames that show one of it, ascending.</param>
/// <param name="RealFrames">For each honeypot the frame that it shows.</param>
internal sealed record PlannedValidation(IReadOnlyList<int> Frames, int? PerJob = null, IReadOnlyList<int>? Honeypots = null, IReadOnlyList<int>? RealFrames = null);
