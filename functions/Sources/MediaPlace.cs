using System.Text.Json.Serialization;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Uploads;

namespace CvatServerless.Functions.Sources;

/// <summary>What keeps the bytes of a file.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlaceKind>))]
public enum PlaceKind
{
    /// <summary>The server's own store.</summary>
    Blob,

    /// <summary>The connected share.</summary>
    Share,

    /// <summary>The task's cloud storage.</summary>
    Cloud,
}

/// <summary>Where the bytes of a file are.</summary>
/// <param name="Kind">What keeps them.</param>
/// <param name="Path">The name of the blob, the path on the share, or the key in the bucket.</param>
/// <param name="ETag">The version in the bucket that is meant; null: whatever is there.</param>
public sealed record MediaPlace(PlaceKind Kind, string Path, string? ETag = null)
{
    /// <summary>A blob.</summary>
    public static MediaPlace OfBlob(string name) => new(PlaceKind.Blob, name);
}

/// <summary>A file that a task is made of.</summary>
/// <param name="Name">Its name in the task.</param>
/// <param name="Place">Where it is, once it was fetched.</param>
/// <param name="LengthBytes">Its length; 0 where it is not known yet.</param>
public sealed record MediaFile(string Name, MediaPlace Place, long LengthBytes)
{
    /// <summary>The URL that it is fetched from.</summary>
    public string? Url { get; init; }

    /// <summary>The place that it is copied from.</summary>
    public MediaPlace? CopyOf { get; init; }

    /// <summary>Pixels, where a manifest says so.</summary>
    public int? Width { get; init; }

    /// <summary>Pixels, where a manifest says so.</summary>
    public int? Height { get; init; }

    /// <summary>Context images, where a manifest names them.</summary>
    public IReadOnlyList<PlannedImage>? Related { get; init; }

    /// <summary>Whether it has to be brought here first.</summary>
    [JsonIgnore]
    public bool IsFetched => Url is not null || CopyOf is not null;

    /// <summary>Whether it was brought here.</summary>
    [JsonIgnore]
    public bool IsHere { get; init; }

    /// <summary>An uploaded file.</summary>
    public static MediaFile Of(UploadedFile file) => new(file.Name, MediaPlace.OfBlob(file.BlobName), file.LengthBytes);
}
