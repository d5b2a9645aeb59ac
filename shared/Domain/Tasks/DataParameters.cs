using System.Text.Json.Serialization;

namespace CvatServerless.Domain.Tasks;

/// <summary>What a client asks for when it attaches data (schema <c>DataRequest</c>, contract-data.md §1.5), after validation.</summary>
public sealed record DataParameters
{
    /// <summary>JPEG quality of compressed chunks, 1–100.</summary>
    public int ImageQuality { get; init; } = 70;

    /// <summary>Frames in a chunk; null: by the size of the first picture.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>First source frame, inclusive.</summary>
    public int StartFrame { get; init; }

    /// <summary>Last source frame, inclusive; null or 0: the last one there is.</summary>
    public int? StopFrame { get; init; }

    /// <summary>Every which frame is taken, at least 1.</summary>
    public int FrameStep { get; init; } = 1;

    /// <summary>As it was sent: empty or <c>step=N</c>.</summary>
    public string FrameFilter { get; init; } = "";

    /// <summary><c>lexicographical</c>, <c>natural</c>, <c>predefined</c> or <c>random</c>.</summary>
    public string SortingMethod { get; init; } = "lexicographical";

    /// <summary>Chunks on demand (<c>cache</c>) instead of prepared ones; a hint.</summary>
    public bool UseCache { get; init; }

    /// <summary>Compressed chunks of a video as zips of pictures.</summary>
    public bool UseZipChunks { get; init; }

    /// <summary>Copy files of the share.</summary>
    public bool CopyData { get; init; }

    /// <summary>The order of uploaded files for predefined sorting; empty: the order of arrival.</summary>
    public IReadOnlyList<string> UploadFileOrder { get; init; } = [];

    /// <summary>Paths on the connected share, or keys in the cloud storage.</summary>
    public IReadOnlyList<string> ServerFiles { get; init; } = [];

    /// <summary>Paths or keys that are left out of folders and manifests; a folder ends in <c>/</c>.</summary>
    public IReadOnlyList<string> ServerFilesExclude { get; init; } = [];

    /// <summary>More files by a pattern (<see cref="Sources.FilePattern"/>); null: none.</summary>
    public string? FilenamePattern { get; init; }

    /// <summary>URLs.</summary>
    public IReadOnlyList<string> RemoteFiles { get; init; } = [];

    /// <summary>The bucket of <see cref="ServerFiles"/>.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>One job for each list of names; empty: by segment size.</summary>
    public IReadOnlyList<IReadOnlyList<string>> JobFileMapping { get; init; } = [];

    /// <summary>The ground truth or the honeypots that are asked for; null: none.</summary>
    public ValidationParameters? Validation { get; init; }

    /// <summary>Whether files are taken from somewhere else than the uploads.</summary>
    [JsonIgnore]
    public bool HasSources => ServerFiles.Count > 0 || RemoteFiles.Count > 0 || FilenamePattern is not null;

    /// <summary>The same without its lists: what the steps of an orchestration are given must stay small.</summary>
    public DataParameters WithoutLists() => this with
    {
        UploadFileOrder = [],
        ServerFiles = [],
        ServerFilesExclude = [],
        RemoteFiles = [],
        JobFileMapping = [],
        Validation = Validation?.WithoutFrames(),
    };

    /// <summary><c>cache</c> or <c>file_system</c>.</summary>
    [JsonIgnore]
    public string StorageMethod => UseCache ? "cache" : "file_system";
}
