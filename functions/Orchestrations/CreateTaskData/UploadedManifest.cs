using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using CvatServerless.Media.Manifest;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// A manifest that was uploaded beside pictures or an archive: with predefined sorting it gives the order, otherwise the order must be the same.
/// Source: contract-data.md §1.7, §2.5, §2.7.
/// </summary>
internal static class UploadedManifest
{
    private const int MaxNamed = 5;

    /// <summary>Checks the manifest of a video, whose content is not needed: the video is indexed anew.</summary>
    /// <exception cref="MediaException">It is no manifest of a video.</exception>
    public static async Task CheckVideoAsync(MediaFile manifest, DataParameters parameters, MediaPlaces places, CancellationToken ct)
    {
        await using var stream = await places.OpenAsync(manifest.Place, parameters.CloudStorageId, ct);
        await VideoManifest.ReadAsync(manifest.Name, stream, ct);
    }

    /// <summary>Puts frames, by their names and sorted already, in the manifest's order.</summary>
    /// <exception cref="CvatException">The manifest and the files don't go together.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        MediaFile manifest, MediaKind media, IReadOnlyList<string> frames, DataParameters parameters, MediaPlaces places, CancellationToken ct)
    {
        if (media == MediaKind.Pdf)
        {
            throw CvatException.Rule("A manifest can't be used with a PDF.");
        }

        if (parameters.SortingMethod == "random")
        {
            throw CvatException.Rule("It isn't supported to upload manifest file and use random sorting");
        }

        var names = new List<string>();
        await using (var stream = await places.OpenAsync(manifest.Place, parameters.CloudStorageId, ct))
        {
            await foreach (var entry in ManifestReader.ReadImagesAsync(manifest.Name, stream, ct))
            {
                if (entry is not null)
                {
                    names.Add(entry.FileName);
                }
            }
        }

        CheckSets(frames.ToHashSet(StringComparer.Ordinal), names);
        return parameters.SortingMethod == "predefined" || names.SequenceEqual(frames)
            ? names
            : throw CvatException.Rule("Incorrect file mapping to manifest content: its order is not the one that the sorting gives.");
    }

    private static void CheckSets(HashSet<string> uploaded, List<string> listed)
    {
        var known = listed.ToHashSet(StringComparer.Ordinal);
        var wrong = uploaded.Where(name => !known.Contains(name)).Select(name => $"{name} (upload)")
            .Concat(known.Where(name => !uploaded.Contains(name)).Select(name => $"{name} (manifest)"))
            .ToList();
        if (wrong.Count > 0 || known.Count != listed.Count)
        {
            var rest = wrong.Count > MaxNamed ? $" and {wrong.Count - MaxNamed} more" : "";
            throw CvatException.Rule($"Uploaded files do not match the upload manifest file contents: {string.Join(", ", wrong.Take(MaxNamed))}{rest}");
        }
    }
}
