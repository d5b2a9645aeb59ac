using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>What <c>PlanTaskData</c> decided; the orchestration carries it from step to step.</summary>
/// <param name="DataId">The folder of blobs: the attempt's instance id, so that no two attempts mix.</param>
/// <param name="TaskId">The task.</param>
/// <param name="Size">Frames that are made.</param>
/// <param name="ChunkSize">Frames in a chunk.</param>
/// <param name="ChunksPerGroup">Chunks that one activity builds.</param>
/// <param name="StopFrame">The last selected source frame.</param>
/// <param name="Parameters">As validated, without its lists: what a step is given must stay small.</param>
public sealed record TaskDataPlan(string DataId, int TaskId, int Size, int ChunkSize, int ChunksPerGroup, int StopFrame, DataParameters Parameters)
{
    /// <summary>Whether the segments follow a <c>job_file_mapping</c> or hold honeypots.</summary>
    public bool HasCustomSegments { get; init; }

    /// <summary>The number of the first frame in the task: 0, or how many there were before these are added.</summary>
    public int FirstFrame { get; init; }

    /// <summary>The video, where the task shows one.</summary>
    public PlannedVideo? Video { get; init; }

    /// <summary>Whether the frames are point clouds.</summary>
    public bool Is3D { get; init; }

    /// <summary>Whether frames show others of a pool.</summary>
    [JsonIgnore]
    public bool HasHoneypots => Video is null && Parameters.Validation is { IsPool: true };

    /// <summary>Where the pictures stay: <c>local</c>, <c>share</c> or <c>cloud_storage</c>.</summary>
    public string Storage { get; init; } = "local";

    /// <summary>Whether the pictures are read from a bucket.</summary>
    public bool IsFromCloud { get; init; }

    /// <summary>Whether the pictures stay where they are, and their original chunks are made on demand.</summary>
    [JsonIgnore]
    public bool IsOutside => Storage != "local";

    /// <summary>At most this many activities for one task: history stays short.</summary>
    public const int MaxGroups = 64;

    /// <summary>A video of no more chunks is prepared about as soon as its first one is.</summary>
    private const int MaxAwaitedChunks = 4;

    /// <summary>Chunks in the task.</summary>
    [JsonIgnore]
    public int ChunkCount => ((Size - 1) / ChunkSize) + 1;

    /// <summary>Activities that build them.</summary>
    [JsonIgnore]
    public int GroupCount => IsOnDemand ? 1 : (ChunkCount + ChunksPerGroup - 1) / ChunksPerGroup;

    /// <summary>Chunks are made when they are asked for; only the first group is prepared.</summary>
    [JsonIgnore]
    public bool IsOnDemand => Video is not null && Parameters.UseCache;

    /// <summary>Whether the task is shown as soon as its first chunk is there; the others are made on demand until they are prepared.</summary>
    [JsonIgnore]
    public bool IsSeenEarly => Video is { HasRandomAccess: true } && !IsOnDemand && (GroupCount > 1 || ChunkCount > MaxAwaitedChunks);

    /// <summary>Chunks per group such that there are at most <see cref="MaxGroups"/>.</summary>
    public static int GroupLength(int size, int chunkSize)
    {
        var chunks = ((size - 1) / chunkSize) + 1;
        return Math.Max(1, (chunks + MaxGroups - 1) / MaxGroups);
    }
}

/// <summary>A video: its name as uploaded, the upright size in pixels, and all the frames that it has.</summary>
public sealed record PlannedVideo(string Name, int Width, int Height, int FrameCount, bool HasRandomAccess);

/// <summary>A frame of the task and where its picture is.</summary>
/// <param name="Name">Its name in the task.</param>
/// <param name="Place">The file.</param>
/// <param name="Entry">Where it lies in that file, where that is a zip.</param>
/// <param name="Archive">The archive's name, for messages.</param>
internal sealed record PlannedFrame(string Name, MediaPlace Place, ZipEntry? Entry = null, string? Archive = null)
{
    /// <summary>Pixels, where a manifest says so.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, where a manifest says so.</summary>
    public int? Height { get; init; }

    /// <summary>Context images, sorted; they lie where the frame does.</summary>
    public IReadOnlyList<PlannedImage>? Related { get; init; }

    /// <summary>Whether it is a point cloud.</summary>
    [JsonIgnore]
    public bool Is3D => MediaTypes.FromName(Name) == MediaKind.PointCloud;
}

/// <summary>A context image: its path among the files of the task, and where it is, as of a <see cref="PlannedFrame"/>.</summary>
public sealed record PlannedImage(string Name, MediaPlace Place, ZipEntry? Entry = null);

/// <summary>A frame as its chunk was built: the upright size in pixels, and the paths of its context images.</summary>
internal sealed record BuiltFrame(string Name, int Width, int Height, IReadOnlyList<string>? Related = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlannedFrame))]
[JsonSerializable(typeof(BuiltFrame))]
[JsonSerializable(typeof(Segment))]
[JsonSerializable(typeof(PlannedValidation))]
[JsonSerializable(typeof(int))]
internal sealed partial class TaskDataJson : JsonSerializerContext;

/// <summary>Names of the blobs of a task's data (<see cref="TaskData"/>).</summary>
internal static class DataBlobs
{
    /// <summary>Chunks of honeypots that show other pictures than at first, of all tasks: made again when they are asked for and gone (<c>purge_blobs</c>).</summary>
    public const string RedrawnFolder = "redrawn/";

    /// <summary>Everything of it.</summary>
    public static string Folder(string dataId) => $"data/{dataId}/";

    /// <summary>One line per frame.</summary>
    public static string Manifest(string dataId) => $"data/{dataId}/manifest.jsonl";

    /// <summary>A chunk; <paramref name="quality"/> is <c>original</c> or <c>compressed</c>.</summary>
    public static string Chunk(string dataId, string quality, int number) => ChunkIn(Folder(dataId), quality, number, isVideo: false);

    /// <summary>A chunk of committed data.</summary>
    public static string Chunk(TaskData data, string quality, int number) =>
        ChunkIn(IsCached(data, quality) ? Cache(data.DataId) : Folder(data.DataId), Kept(data, quality), number, IsVideo(data, quality));

    /// <summary>Whether chunks are made of pictures that lie elsewhere.</summary>
    public static bool IsOfOthers(TaskData data, string quality) => data.IsOutside && (quality == "original" || data.StorageMethod == "cache");

    /// <summary>Whether chunks are made when they are asked for, and may go again.</summary>
    public static bool IsCached(TaskData data, string quality) =>
        IsOfOthers(data, quality) || (data.StorageMethod == "cache" && (data.Mode == "interpolation" || (quality == "compressed" && data.Dimension == "2d")));

    /// <summary>A chunk of a job whose frames don't begin at a chunk of the task.</summary>
    public static string JobChunk(TaskData data, string quality, int startFrame, int stopFrame) =>
        $"{Cache(data.DataId)}cuts/{Kept(data, quality)}/{startFrame:D6}-{stopFrame:D6}{Extension(IsVideo(data, quality))}";

    /// <summary>A chunk of a ground-truth job's chosen frames; <paramref name="which"/> names it within the job.</summary>
    public static string ChosenChunk(TaskData data, string quality, int jobId, string which) => $"{Cache(data.DataId)}cuts/{quality}/job-{jobId}-{which}.zip";

    /// <summary>A chunk with honeypots that show other pictures than at first: named after what it shows, so that it is never out of date.</summary>
    public static string Redrawn(TaskData data, string quality, Segment frames, IReadOnlyList<int> shown)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', shown)));
        return $"{RedrawnFolder}{data.DataId}/{quality}/{frames.StartFrame:D6}-{frames.StopFrame:D6}-{Convert.ToHexStringLower(hash.AsSpan(0, 8))}.zip";
    }

    /// <summary>Whether chunks of this quality are MP4 files, not zips.</summary>
    public static bool IsVideo(TaskData data, string quality) => (quality == "original" ? data.OriginalChunkType : data.CompressedChunkType) == "video";

    /// <summary>The video that the task shows, as it was uploaded.</summary>
    public static string Source(string dataId) => $"data/{dataId}/original/video";

    /// <summary>Where the frames of <see cref="Source"/> are.</summary>
    public static string VideoIndex(string dataId) => $"data/{dataId}/video.index";

    /// <summary>The preview of the picture at a frame.</summary>
    public static string Preview(TaskData data, int frame) => $"{Root(data)}previews/{frame:D6}.jpg";

    /// <summary>Where the pictures are that were not copied, in the order of the task.</summary>
    public static string FramePlaces(string dataId) => $"data/{dataId}/sources.jsonl";

    /// <summary>Where the lines of <see cref="FramePlaces"/> begin.</summary>
    public static string FramePlacesIndex(string dataId) => $"data/{dataId}/sources.index";

    /// <summary>What is made on demand; it may go at any time.</summary>
    public static string Cache(string dataId) => $"{CacheFolder}{dataId}/";

    /// <summary>All of that, of every task.</summary>
    public const string CacheFolder = "cache/";

    /// <summary>The frames that one activity builds; work in progress.</summary>
    public static string GroupPlan(string dataId, int group) => $"data/{dataId}/work/plan-{group:D4}.jsonl";

    /// <summary>The frames that one activity has built; work in progress.</summary>
    public static string GroupResult(string dataId, int group) => $"data/{dataId}/work/built-{group:D4}.jsonl";

    /// <summary>The frames of a group that an activity had built when its time was over; work in progress.</summary>
    public static string GroupPart(string dataId, int group) => $"data/{dataId}/work/part-{group:D4}.jsonl";

    /// <summary>The segments; work in progress.</summary>
    public static string Segments(string dataId) => $"data/{dataId}/work/segments.jsonl";

    /// <summary>The ground truth; work in progress.</summary>
    public static string Validation(string dataId) => $"data/{dataId}/work/validation.jsonl";

    /// <summary>The first id that is reserved for the jobs, and how many are, a line each; work in progress.</summary>
    public static string JobIds(string dataId) => $"data/{dataId}/work/jobs.json";

    /// <summary>What was asked for; work in progress.</summary>
    public static string Parameters(string dataId) => $"data/{dataId}/work/parameters.json";

    /// <summary>Work in progress.</summary>
    public static string Work(string dataId) => $"data/{dataId}/work/";

    /// <summary>What archives of other kinds and documents were turned into; work in progress.</summary>
    public static string Unpacked(string dataId) => $"data/{dataId}/work/unpacked.zip";

    /// <summary>The context images of a frame, as they were uploaded, in a zip.</summary>
    public static string Context(string dataId, int frame) => $"data/{dataId}/context/{frame:D6}.zip";

    /// <summary>The context images of a frame as clients get them.</summary>
    public static string ContextJpegs(TaskData data, int frame) => $"{Root(data)}context/{frame:D6}.jpeg.zip";

    /// <summary>A chunk below <see cref="Folder"/> or <see cref="Cache"/>.</summary>
    public static string ChunkIn(string root, string quality, int number, bool isVideo) => $"{root}chunks/{quality}/{number:D6}{Extension(isVideo)}";

    private static string Root(TaskData data) => data.IsOutside ? Cache(data.DataId) : Folder(data.DataId);

    /// <summary>Point clouds are the same in both qualities, and kept once.</summary>
    private static string Kept(TaskData data, string quality) => data.Dimension == "3d" ? "original" : quality;

    private static string Extension(bool isVideo) => isVideo ? ".mp4" : ".zip";
}
