namespace CvatServerless.Domain.Tasks;

/// <summary>
/// Pictures that were added to a task that had data already. They lie in a folder of their own, numbered from 0 there, in chunks of the task's size; their frames follow
/// those that the task had. Nothing that was there is written anew: frames, annotations and chunks of existing jobs stay as they are.
/// </summary>
/// <param name="DataId">The folder of blobs.</param>
/// <param name="Size">Frames in it.</param>
public sealed record DataPart(string DataId, int Size)
{
    /// <summary>As <see cref="TaskData.Storage"/>.</summary>
    public string Storage { get; init; } = "local";

    /// <summary>As <see cref="TaskData.CloudStorageId"/>.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>As <see cref="TaskData.IsRelinked"/>.</summary>
    public bool IsRelinked { get; init; }
}

/// <summary>Data in parts.</summary>
public static class DataParts
{
    private const string Cloud = "cloud_storage";

    /// <summary>The folders of all parts, the first one's first.</summary>
    public static IEnumerable<string> DataIds(this TaskData data) => (data.Parts ?? []).Select(part => part.DataId).Prepend(data.DataId);

    /// <summary>All parts as data of their own, in order.</summary>
    public static IEnumerable<TaskData> All(this TaskData data)
    {
        if (data.Parts is not { } parts)
        {
            yield return data;
            yield break;
        }

        yield return data with { Parts = null, Size = data.Size - parts.Sum(part => part.Size) };
        foreach (var part in parts)
        {
            yield return data with { Parts = null, DataId = part.DataId, Size = part.Size, Storage = part.Storage, CloudStorageId = part.CloudStorageId, IsRelinked = part.IsRelinked };
        }
    }

    /// <summary>The part in which a frame of the task lies, as data of its own, and the frame's number there.</summary>
    /// <exception cref="Errors.CvatException">400: the task has no such frame.</exception>
    public static (TaskData Data, int Frame) PartAt(this TaskData data, int frame)
    {
        if (data.Parts is null)
        {
            return (data, frame);
        }

        var first = 0;
        foreach (var part in data.All())
        {
            if (frame < first + part.Size)
            {
                return (part, frame - first);
            }

            first += part.Size;
        }

        throw Errors.CvatException.Text($"The frame number {frame} is out of range: the task has {data.Size} frames.");
    }

    /// <summary>Whether pictures of any part are read from a cloud storage.</summary>
    public static bool IsInCloud(this TaskData data) => data.All().Any(part => part.Storage == Cloud);

    /// <summary>The data with another cloud storage for all pictures that are read from one.</summary>
    public static TaskData LinkedTo(this TaskData data, int storageId) => data with
    {
        CloudStorageId = data.Storage == Cloud ? storageId : data.CloudStorageId,
        IsRelinked = data.IsRelinked || (data.Storage == Cloud && data.CloudStorageId != storageId),
        Parts = data.Parts?.Select(part => part.Storage != Cloud ? part
            : part with { CloudStorageId = storageId, IsRelinked = part.IsRelinked || part.CloudStorageId != storageId }).ToList(),
    };

    /// <summary>The data without any link to cloud storages.</summary>
    public static TaskData Unlinked(this TaskData data) =>
        data with { CloudStorageId = null, Parts = data.Parts?.Select(part => part with { CloudStorageId = null }).ToList() };

    /// <summary>The data with one more part.</summary>
    public static TaskData With(this TaskData data, DataPart part, DateTimeOffset now)
    {
        var size = data.Size + part.Size;
        return data with
        {
            Size = size,
            StopFrame = data.StartFrame + ((size - 1) * data.FrameStep),
            Parts = [.. data.Parts ?? [], part],
            ChunksUpdatedDate = now,
        };
    }

    /// <summary>
    /// The segments of frames that are added behind <paramref name="data"/>, in the task's numbering, of the size that was asked for when the task was made (none: one
    /// segment for all). The last segment that is there stays as it is.
    /// </summary>
    public static IReadOnlyList<Segment> SegmentsBehind(this AnnotationTask task, TaskData data, int added)
    {
        var wanted = task.WantedSegmentSize ?? task.SegmentSize;
        if (wanted == 0)
        {
            return [new(data.Size, data.Size + added - 1)];
        }

        var shared = Math.Min(task.Overlap ?? 0, data.Size);
        return [.. SegmentPlan.Of(added + shared, wanted, task.Overlap, isVideo: false).Segments
            .Select(segment => new Segment(segment.StartFrame + data.Size - shared, segment.StopFrame + data.Size - shared))];
    }
}
