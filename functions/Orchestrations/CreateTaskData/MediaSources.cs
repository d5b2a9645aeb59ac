using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using CvatServerless.Functions.TaskMedia;
using CvatServerless.Media;
using CvatServerless.Media.Archives;
using CvatServerless.Media.Documents;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Finds the pictures among the files and puts them in the order of the task. Source: contract-data.md §1.7, §2.1, §2.5.</summary>
public sealed class MediaSources(IBlobStore blobs, MediaPlaces places, LocalVideos videos, PdfPages pdf, MediaOptions options)
{
    /// <summary>Frames before selection, sorted; archives and documents are looked into, what they hold are the frames.</summary>
    /// <exception cref="MediaException">A file can't be used, with the reason.</exception>
    /// <exception cref="CvatException">The files don't go together.</exception>
    internal async Task<IReadOnlyList<PlannedFrame>> ListAsync(IReadOnlyList<MediaFile> files, DataParameters parameters, string dataId, CancellationToken ct)
    {
        var media = Usable(files);
        var (first, kind) = media.First(entry => entry.Kind != MediaKind.Manifest);
        var manifest = media.Find(entry => entry.Kind == MediaKind.Manifest).File;
        var isFile = kind is MediaKind.Zip or MediaKind.Archive or MediaKind.Pdf;
        if (manifest is null && parameters.SortingMethod == "predefined" && kind is MediaKind.Zip or MediaKind.Archive)
        {
            throw CvatException.Rule("Can't find upload manifest file: predefined sorting of an archive needs one beside it.");
        }

        var found = isFile ? await UnpackedAsync(first, kind, dataId, ct) : Loose(media);

        // The order of files says nothing of what is inside one of them, and a manifest says it better.
        var names = Sort(found.Layout.Frames, isFile || manifest is not null ? parameters with { UploadFileOrder = [] } : parameters, dataId);
        names = manifest is null ? names : await UploadedManifest.ApplyAsync(manifest, kind, names, parameters, places, ct);
        return new ComputedList<PlannedFrame>(names.Count, i => found.FrameOf(names[i]));
    }

    /// <summary>The video, where the files are one.</summary>
    /// <exception cref="CvatException">The files don't go together.</exception>
    internal static MediaFile? FindVideo(IReadOnlyList<MediaFile> files)
    {
        var media = Usable(files);
        return media.Find(entry => entry.Kind == MediaKind.Video).File;
    }

    /// <summary>The manifest, where one was uploaded.</summary>
    internal static MediaFile? FindManifest(IReadOnlyList<MediaFile> files) => files.FirstOrDefault(file => MediaTypes.FromName(file.Name) == MediaKind.Manifest);

    private async Task<Found> UnpackedAsync(MediaFile file, MediaKind kind, string dataId, CancellationToken ct) =>
        await EntriesAsync(kind == MediaKind.Zip ? file : file with { Place = MediaPlace.OfBlob(await UnpackAsync(file, kind, dataId, ct)) }, ct);

    private static Found Loose(List<(MediaFile File, MediaKind Kind)> media)
    {
        var byName = media.Where(entry => entry.Kind != MediaKind.Manifest).GroupBy(entry => entry.File.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().File, StringComparer.Ordinal);
        var layout = Checked(RelatedImages.Sort(media.Select(entry => entry.File.Name)));
        return new(layout, name => new(name, byName[name].Place)
        {
            Width = byName[name].Width,
            Height = byName[name].Height,
            Related = Related(layout, name, image => new(image, byName[image].Place)) ?? byName[name].Related,
        });
    }

    private static List<(MediaFile File, MediaKind Kind)> Usable(IReadOnlyList<MediaFile> files)
    {
        if (files.FirstOrDefault(file => file.LengthBytes == 0) is { } empty)
        {
            throw new MediaException(empty.Name, "is empty");
        }

        var media = files.Select(file => (File: file, Kind: MediaTypes.FromName(file.Name))).Where(entry => entry.Kind != MediaKind.Unknown).ToList();
        if (media.Count == 0 && files.FirstOrDefault(file => MediaTypes.IsAudio(file.Name)) is { } audio)
        {
            throw new MediaException(audio.Name, "is audio, of which no task can be made: send pictures, point clouds or a video");
        }

        Check(media.ConvertAll(entry => entry.Kind));
        return media;
    }

    /// <summary>Source: contract-data.md §1.7.</summary>
    private static void Check(List<MediaKind> kinds)
    {
        var groups = kinds.Where(kind => kind != MediaKind.Manifest).GroupBy(kind => kind is MediaKind.PointCloud ? MediaKind.Image : kind).ToList();
        if (groups.Count == 0)
        {
            throw CvatException.Rule("No media data found");
        }

        if (groups.Count > 1 || (groups[0].Key != MediaKind.Image && groups[0].Count() > 1))
        {
            var counts = string.Join(", ", groups.Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}"));
            throw CvatException.Rule($"Only one video, archive or PDF, or only pictures can be uploaded; these were: {counts}.");
        }

        if (kinds.Count(kind => kind == MediaKind.Manifest) > 1)
        {
            throw CvatException.Rule("Only one manifest (.jsonl) can be uploaded.");
        }
    }

    /// <summary>Turns an archive of another kind, or a document, into a zip of what can become a frame or a context image.</summary>
    private async Task<string> UnpackAsync(MediaFile file, MediaKind kind, string dataId, CancellationToken ct)
    {
        var blob = DataBlobs.Unpacked(dataId);
        using var local = await videos.OpenAsync(file.Place.Path, file.Name, ct);
        await blobs.WriteAsync(
            blob,
            async (zip, token) =>
            {
                if (kind == MediaKind.Pdf)
                {
                    await pdf.RenderAsync(local.Media, zip, token);
                    return;
                }

                await using var archive = File.OpenRead(local.Media.Path);
                await ArchiveUnpacker.UnpackAsync(file.Name, archive, options.Archives, MediaTypes.IsFrameSource, zip, token);
            },
            BlobCondition.None,
            ct);
        return blob;
    }

    private async Task<Found> EntriesAsync(MediaFile file, CancellationToken ct)
    {
        await using var zip = await ZipSource.OpenAsync(file.Name, await blobs.OpenReadAsync(file.Place.Path, 0, null, ct), options.Archives, leaveOpen: false, ct);
        var entries = zip.ByName;
        var layout = Checked(RelatedImages.Sort(zip.Entries.Select(entry => entry.Name)));
        return layout.Frames.Count > 0
            ? new(layout, name => new(name, file.Place, entries[name], file.Name) { Related = Related(layout, name, image => new(image, file.Place, entries[image])) })
            : throw new MediaException(file.Name, "holds no pictures");
    }

    private static FrameLayout Checked(FrameLayout layout) => layout.Unused.Count == 0
        ? layout
        : throw new MediaException(layout.Unused[0], "is a picture among point clouds that belongs to none of them: a task holds one or the other");

    private static IReadOnlyList<PlannedImage>? Related(FrameLayout layout, string frame, Func<string, PlannedImage> imageOf) =>
        layout.Related.TryGetValue(frame, out var images) ? [.. images.Select(imageOf)] : null;

    private static IReadOnlyList<string> Sort(IReadOnlyList<string> frames, DataParameters parameters, string seed)
    {
        if (parameters.JobFileMapping.Count > 0)
        {
            return Chosen(frames, parameters.JobFileMapping.SelectMany(names => names));
        }

        if (parameters is { SortingMethod: "predefined", UploadFileOrder.Count: > 0 })
        {
            // Files that are no frames are in the order too.
            var known = frames.ToHashSet(StringComparer.Ordinal);
            return [.. parameters.UploadFileOrder.Where(known.Contains)];
        }

        var order = parameters.SortingMethod switch
        {
            "natural" => FrameOrder.Natural,
            "random" => FrameOrder.Random,
            "predefined" => FrameOrder.Predefined,
            _ => FrameOrder.Lexicographical,
        };
        return FrameSorting.Sort(frames, name => name, order, BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(seed))));
    }

    private static List<string> Chosen(IReadOnlyList<string> frames, IEnumerable<string> names)
    {
        var known = frames.ToHashSet(StringComparer.Ordinal);
        return [.. names.Select(name => known.Contains(name) ? name : throw new MediaException(name, "is named in the order of files but was not uploaded"))];
    }

    /// <summary>What was found, and how the frame of a name is made.</summary>
    private sealed record Found(FrameLayout Layout, Func<string, PlannedFrame> FrameOf);
}
