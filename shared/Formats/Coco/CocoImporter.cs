using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Json;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.Coco;

/// <summary>COCO 1.0 (instances), as zip or as plain JSON. Source: contract-annotations.md §4.3.</summary>
public sealed class CocoImporter : IDatasetImporter
{
    private const string DatumaroName = "coco_instances";
    private const string Prefix = "instances_";

    // Files of COCO's other tasks are left alone.
    private static readonly string[] OtherTasks = ["person_keypoints_", "captions_", "labels_", "image_info_", "panoptic_", "stuff_"];

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("COCO 1.0", "JSON, ZIP", "1.0");

    /// <inheritdoc/>
    public async Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct)
    {
        List<string> paths = file.IsArchive ? [.. file.Paths.Where(IsInstances).Order(StringComparer.Ordinal)] : [.. file.Paths];
        if (paths.Count == 0)
        {
            throw new DatasetException("Dataset must contain a file: annotations/instances_*.json");
        }

        var import = new DatumaroImport(context);
        foreach (var path in paths)
        {
            await ReadFileAsync(context, file, path, import, ct);
        }

        return import.Result();
    }

    private static bool IsInstances(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && name.Contains('_', StringComparison.Ordinal)
            && (name.StartsWith(Prefix, StringComparison.Ordinal) || !OtherTasks.Any(other => name.StartsWith(other, StringComparison.Ordinal)));
    }

    // Members come in any order, so images and categories are read in a first pass and annotations in a second one.
    private static async Task ReadFileAsync(ImportContext context, IDatasetFile file, string path, DatumaroImport import, CancellationToken ct)
    {
        try
        {
            var content = new CocoContent(context);
            await PassAsync(file, path, content, ct);
            content.Prepare();
            await PassAsync(file, path, content, ct);
            content.AddTo(import);
        }
        catch (Exception cause) when (cause is JsonException or FormatException or InvalidDataException or OverflowException)
        {
            throw DatasetException.Unreadable(DatumaroName, path, cause.Message, cause);
        }
    }

    private static async Task PassAsync(IDatasetFile file, string path, CocoContent content, CancellationToken ct)
    {
        var stream = await file.OpenAsync(path, ct);
        await JsonLists.ReadAsync(stream, content, ct);
        if (file.IsArchive)
        {
            await stream.DisposeAsync();
        }
    }
}
