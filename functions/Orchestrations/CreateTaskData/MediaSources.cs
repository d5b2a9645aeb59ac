using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Uploads;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Finds the pictures among the uploaded files and puts them in the order of the task. Source: contract-data.md §1.7, §2.1, §2.5.</summary>
internal static class MediaSources
{
    /// <summary>Frames before selection, sorted; a zip is looked into, its pictures are the frames.</summary>
    /// <exception cref="MediaException">A file can't be used, with the reason.</exception>
    /// <exception cref="CvatException">The files don't go together.</exception>
    public static async Task<IReadOnlyList<PlannedFrame>> ListAsync(
        IReadOnlyList<UploadedFile> files,
        DataParameters parameters,
        string seed,
        IBlobStore blobs,
        MediaOptions options,
        CancellationToken ct)
    {
        var media = Usable(files);
        if (media.Any(entry => entry.Kind == MediaKind.Zip))
        {
            if (parameters.SortingMethod == "predefined")
            {
                throw CvatException.Rule("Can't find upload manifest file: predefined sorting of an archive needs one beside it.");
            }

            return Sort(await EntriesAsync(media[0].File, blobs, options, ct), parameters, seed);
        }

        return Sort([.. media.Select(entry => new PlannedFrame(entry.File.Name, entry.File.BlobName))], parameters, seed);
    }

    /// <summary>The video, where the files are one.</summary>
    /// <exception cref="CvatException">The files don't go together.</exception>
    public static UploadedFile? FindVideo(IReadOnlyList<UploadedFile> files)
    {
        var media = Usable(files);
        return media[0].Kind == MediaKind.Video ? media[0].File : null;
    }

    private static List<(UploadedFile File, MediaKind Kind)> Usable(IReadOnlyList<UploadedFile> files)
    {
        if (files.FirstOrDefault(file => file.LengthBytes == 0) is { } empty)
        {
            throw new MediaException(empty.Name, "is empty");
        }

        var media = files.Select(file => (File: file, Kind: MediaTypes.FromName(file.Name))).Where(entry => entry.Kind != MediaKind.Unknown).ToList();
        Check(media.ConvertAll(entry => entry.Kind));
        return media;
    }

    private static void Check(List<MediaKind> kinds)
    {
        if (kinds.Count == 0)
        {
            throw CvatException.Rule("No media data found");
        }

        var groups = kinds.GroupBy(kind => kind).ToList();
        if (groups.Any(group => group.Key is not (MediaKind.Image or MediaKind.Zip or MediaKind.Video)))
        {
            var unsupported = groups.First(group => group.Key is not (MediaKind.Image or MediaKind.Zip or MediaKind.Video)).Key;
            throw CvatException.Rule($"{Describe(unsupported)} can't be used yet: please upload pictures, one zip of pictures or one video.");
        }

        if (groups.Count > 1 || (groups[0].Key != MediaKind.Image && kinds.Count > 1))
        {
            var counts = string.Join(", ", groups.Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));
            throw CvatException.Rule($"Only one video, one zip, or only pictures can be uploaded; these were: {counts}.");
        }
    }

    private static string Describe(MediaKind kind) => kind switch
    {
        MediaKind.Pdf => "PDF documents",
        MediaKind.PointCloud => "Point clouds",
        MediaKind.Manifest => "Manifests",
        _ => "Archives other than zip",
    };

    private static async Task<List<PlannedFrame>> EntriesAsync(UploadedFile file, IBlobStore blobs, MediaOptions options, CancellationToken ct)
    {
        await using var zip = await ZipSource.OpenAsync(file.Name, await blobs.OpenReadAsync(file.BlobName, 0, null, ct), options.Archives, leaveOpen: false, ct);
        var frames = zip.Entries
            .Where(entry => MediaTypes.FromName(entry.Name) == MediaKind.Image && !entry.Name.Contains("related_images/", StringComparison.Ordinal))
            .Select(entry => new PlannedFrame(entry.Name, file.BlobName, entry.Name, file.Name))
            .ToList();
        if (frames.Count == 0)
        {
            throw new MediaException(file.Name, zip.Entries.Any(entry => MediaTypes.FromName(entry.Name) == MediaKind.PointCloud)
                ? "holds point clouds, which can't be used yet"
                : "holds no pictures");
        }

        return frames;
    }

    private static IReadOnlyList<PlannedFrame> Sort(IReadOnlyList<PlannedFrame> frames, DataParameters parameters, string seed)
    {
        if (parameters.JobFileMapping.Count > 0)
        {
            return ByName(frames, parameters.JobFileMapping.SelectMany(names => names));
        }

        if (parameters is { SortingMethod: "predefined", UploadFileOrder.Count: > 0 })
        {
            return ByName(frames, parameters.UploadFileOrder);
        }

        var order = parameters.SortingMethod switch
        {
            "natural" => FrameOrder.Natural,
            "random" => FrameOrder.Random,
            "predefined" => FrameOrder.Predefined,
            _ => FrameOrder.Lexicographical,
        };
        return FrameSorting.Sort(frames, frame => frame.Name, order, BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(seed))));
    }

    private static List<PlannedFrame> ByName(IReadOnlyList<PlannedFrame> frames, IEnumerable<string> names)
    {
        var byName = frames.ToDictionary(frame => frame.Name, StringComparer.Ordinal);
        return [.. names.Select(name => byName.TryGetValue(name, out var frame) ? frame : throw new MediaException(name, "is named in the order of files but was not uploaded"))];
    }
}
