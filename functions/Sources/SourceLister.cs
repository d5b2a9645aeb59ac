using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Sources;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Media.Manifest;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Sources;

/// <summary>Finds the files that a request takes from the share, from a bucket or from URLs. Source: contract-data.md §1.6, §5.5.</summary>
public sealed class SourceLister(IFileShare share, MediaPlaces places, Access access)
{
    private const int MaxFiles = 1_000_000;

    /// <summary>The files in the order of the request; those that need random access are to be copied to blobs of the task.</summary>
    /// <exception cref="CvatException">Something is missing, refused or does not go together.</exception>
    internal async Task<IReadOnlyList<MediaFile>> ListAsync(DataParameters parameters, string dataId, CancellationToken ct)
    {
        if (parameters.RemoteFiles.Count > 0)
        {
            return parameters is { ServerFiles.Count: 0, FilenamePattern: null }
                ? [.. RemoteFiles.Named(parameters.RemoteFiles).Select((file, i) => new MediaFile(file.Name, MediaPlace.OfBlob(SourceBlobs.File(dataId, i)), 0) { Url = file.Url })]
                : throw CvatException.Rule("remote_files can't be combined with files of the share or of a cloud storage.");
        }

        var selection = SourceSelection.Of(parameters);
        var folder = await FolderAsync(parameters, selection.Manifest, ct);
        var isBeside = selection.Paths.Any(NeedsRandomAccess);
        var files = selection.Manifest is { } manifest && !isBeside
            ? await ListedAsync(folder, selection, manifest, parameters, ct)
            : await FoundAsync(folder, selection, ct);
        var kept = Restrict(files.FindAll(file => file.Name.StartsWith(folder.Prefix, StringComparison.Ordinal)), parameters.JobFileMapping, folder.Title);
        if (isBeside && selection.Manifest is { } upload)
        {
            kept.Add(ToFile(await RequireAsync(folder, upload, ct)));
        }

        return kept.Count > 0 ? [.. kept.Select((file, i) => NeedsRandomAccess(file.Name) ? Copied(file, dataId, i) : file)] : throw CvatException.Rule("No media data found");
    }

    private static bool Is3D(string name) => MediaTypes.FromName(name) == MediaKind.PointCloud;

    private static bool NeedsRandomAccess(string name) => MediaTypes.FromName(name) is MediaKind.Video or MediaKind.Zip or MediaKind.Archive or MediaKind.Pdf;

    private static MediaFile Copied(MediaFile file, string dataId, int number) =>
        file with { CopyOf = file.Place, Place = MediaPlace.OfBlob(SourceBlobs.File(dataId, number)) };

    private static MediaFile ToFile(SourceEntry entry) => new(entry.Path, entry.Place, entry.LengthBytes);

    /// <summary>Whether a path lies within what may be taken, or is a folder on the way there.</summary>
    private static bool Meets(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) || (path.EndsWith('/') && prefix.StartsWith(path, StringComparison.Ordinal)) || path.Length == 0;

    private static string Longer(string one, string other) => one.Length > other.Length ? one : other;

    /// <summary>Only what a job shows.</summary>
    private static List<MediaFile> Restrict(List<MediaFile> files, IReadOnlyList<IReadOnlyList<string>> mapping, string title)
    {
        if (mapping.Count == 0)
        {
            return files;
        }

        var wanted = mapping.SelectMany(names => names).ToHashSet(StringComparer.Ordinal);
        var kept = files.FindAll(file => wanted.Remove(file.Name));
        return wanted.Count == 0 ? kept : throw CvatException.Rule($"job_file_mapping names '{wanted.First()}', which is not among the files taken from {title}.");
    }

    private async Task<ISourceFolder> FolderAsync(DataParameters parameters, string? manifest, CancellationToken ct)
    {
        if (parameters.CloudStorageId is { } id)
        {
            var bucket = await places.BucketAsync(id, ct);
            var storage = (await access.FindCloudStorageAsync(id, ct))?.Storage;
            if (storage is not null && manifest is not null && !CloudKeys.IsManifest(storage, manifest))
            {
                throw CvatException.Rule($"The manifest '{manifest}' lies outside the prefix of the cloud storage ('{CloudKeys.PrefixOf(storage)}'), and is none of its manifests.");
            }

            return new CloudFolder(bucket, storage is null ? "" : CloudKeys.PrefixOf(storage));
        }

        return share.IsConnected ? new ShareFolder(share) : throw CvatException.Rule("No share is connected to this server.");
    }

    /// <summary>Without a manifest: what the folder has.</summary>
    private static async Task<List<MediaFile>> FoundAsync(ISourceFolder folder, SourceSelection selection, CancellationToken ct)
    {
        var paths = folder is ShareFolder ? SourceSelection.WithoutParents(selection.Paths) : [.. selection.Paths.Where(path => Meets(path, folder.Prefix))];
        var found = await folder.FindAsync([.. paths], ct);
        var files = new Collected(selection);
        foreach (var path in paths)
        {
            var entry = found.GetValueOrDefault(path) ?? throw Missing(folder, path);
            if (entry.IsFolder)
            {
                var prefix = path.Length == 0 ? "" : path.TrimEnd('/') + '/';
                var below = await UsableAsync(folder, Longer(prefix, folder.Prefix), ct).Take(MaxFiles).ToListAsync(ct);
                files.AddFolder(below);
            }
            else
            {
                RequireUsable(path);
                files.Add(entry);
            }
        }

        if (selection.Pattern is { } pattern)
        {
            await foreach (var entry in UsableAsync(folder, Longer(pattern.LiteralPrefix, folder.Prefix), ct))
            {
                if (pattern.Matches(entry.Path) && MediaTypes.FromName(entry.Path) != MediaKind.Manifest)
                {
                    files.Add(entry);
                }
            }
        }

        return files.Files;
    }

    /// <summary>With a manifest: what it lists, with the sizes that it knows.</summary>
    private async Task<List<MediaFile>> ListedAsync(ISourceFolder folder, SourceSelection selection, string manifest, DataParameters parameters, CancellationToken ct)
    {
        if (parameters.SortingMethod == "random")
        {
            throw CvatException.Rule("It isn't supported to use a manifest file and random sorting");
        }

        var storageId = parameters.CloudStorageId;
        var rows = await ReadAsync(await RequireAsync(folder, manifest, ct), storageId, ct);
        var keys = selection.Choose([.. rows.Keys]).Where(key => key.StartsWith(folder.Prefix, StringComparison.Ordinal)).ToList();
        if (storageId is not null && keys.Find(key => !Is3D(key) && (rows[key].Width is null || rows[key].Height is null)) is { } unsized)
        {
            throw CvatException.Rule($"The manifest '{manifest}' gives no width and height of '{unsized[CloudKeys.FolderOf(manifest).Length..]}'.");
        }

        keys.ForEach(RequireUsable);

        var found = await folder.FindAsync(keys, ct);
        return keys.ConvertAll(key =>
        {
            var (row, entry) = (rows[key], found.GetValueOrDefault(key) ?? throw Missing(folder, key));
            return ToFile(entry) with { Width = Is3D(key) ? null : row.Width, Height = Is3D(key) ? null : row.Height, Related = Related(folder, manifest, row, entry.Place.Kind) };
        });
    }

    /// <summary>The context images of a row within what may be taken; nobody looks for them before they are opened.</summary>
    private static List<PlannedImage>? Related(ISourceFolder folder, string manifest, ListedRow row, PlaceKind kind) =>
        row.Related is { Count: > 0 } related
            ? [.. related.Select(name => RelatedKey(manifest, name)).Where(key => key.StartsWith(folder.Prefix, StringComparison.Ordinal)).Select(key => new PlannedImage(key, new(kind, key)))]
            : null;

    private static string RelatedKey(string manifest, string name)
    {
        var key = SourceSelection.KeyOf(manifest, name);
        return SourceNames.IsUsable(key)
            ? key
            : throw CvatException.Rule($"The manifest '{manifest}' names the context image '{name}', which may not be opened: it is not a plain relative path.");
    }

    private async Task<Dictionary<string, ListedRow>> ReadAsync(SourceEntry manifest, int? storageId, CancellationToken ct)
    {
        var rows = new Dictionary<string, ListedRow>(StringComparer.Ordinal);
        await using var stream = await places.OpenAsync(manifest.Place, storageId, ct);
        await foreach (var row in ManifestReader.ReadImagesAsync(manifest.Path, stream, ct))
        {
            if (row is not null && !rows.TryAdd(SourceSelection.KeyOf(manifest.Path, row.FileName), new(row.Width, row.Height, row.Meta?.RelatedImages)))
            {
                throw CvatException.Rule($"The manifest '{manifest.Path}' lists '{row.FileName}' twice.");
            }

            RequireFew(rows.Count);
        }

        return rows;
    }

    private static async Task<SourceEntry> RequireAsync(ISourceFolder folder, string path, CancellationToken ct) =>
        (await folder.FindAsync([path], ct)).GetValueOrDefault(path) is { IsFolder: false } entry ? entry : throw Missing(folder, path);

    /// <summary>What is below a prefix, without files that can't have their names in a task.</summary>
    private static IAsyncEnumerable<SourceEntry> UsableAsync(ISourceFolder folder, string prefix, CancellationToken ct) =>
        folder.WalkAsync(prefix, ct).Where(entry => SourceNames.IsUsable(entry.Path));

    private static void RequireUsable(string path)
    {
        if (!SourceNames.IsUsable(path))
        {
            throw CvatException.Rule($"The file '{path}' can't be used under this name: it is not a plain relative path with a name before its extension.");
        }
    }

    private static void RequireFew(int count)
    {
        if (count >= MaxFiles)
        {
            throw CvatException.Rule($"These are {MaxFiles} files or more: make several tasks of them.");
        }
    }

    private static CvatException Missing(ISourceFolder folder, string path) => CvatException.Rule($"There is no file '{path}' in {folder.Title}.");

    /// <summary>What is needed of a manifest's row.</summary>
    private readonly record struct ListedRow(int? Width, int? Height, IReadOnlyList<string>? Related);

    /// <summary>Files in the order in which they were found, once each.</summary>
    private sealed class Collected(SourceSelection selection)
    {
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);

        public List<MediaFile> Files { get; } = [];

        public void Add(SourceEntry entry)
        {
            if (!selection.IsExcluded(entry.Path) && _known.Add(entry.Path))
            {
                RequireFew(Files.Count);
                Files.Add(ToFile(entry));
            }
        }

        /// <summary>A folder with pictures stands for its pictures, whatever else is in it.</summary>
        public void AddFolder(List<SourceEntry> entries)
        {
            RequireFew(entries.Count);
            var hasPictures = entries.Exists(entry => MediaTypes.IsFrameSource(entry.Path));
            foreach (var entry in entries.OrderBy(entry => entry.Path, StringComparer.Ordinal))
            {
                var kind = MediaTypes.FromName(entry.Path);
                if (hasPictures ? kind is MediaKind.Image or MediaKind.PointCloud : kind is not (MediaKind.Unknown or MediaKind.Manifest))
                {
                    Add(entry);
                }
            }
        }
    }
}
