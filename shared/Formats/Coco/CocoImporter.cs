using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Masks;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.Coco;

/// <summary>COCO 1.0: a plain JSON file, or a zip with <c>instances_*.json</c> anywhere in it. Source: contract-annotations.md §4.3.</summary>
public sealed class CocoImporter : IDatasetImporter
{
    private static readonly string[] OtherTasks = ["person_keypoints_", "captions_", "labels_", "panoptic_", "image_info_", "stuff_"];

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("COCO 1.0", "JSON, ZIP", "1.0");

    /// <inheritdoc/>
    public async Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct)
    {
        var paths = file.IsArchive ? [.. file.Paths.Where(IsInstances)] : file.Paths;
        if (paths.Count == 0)
        {
            throw new DatasetException("Dataset must contain a file: annotations/instances_*.json");
        }

        var shapes = new List<LabeledShape>();
        foreach (var path in paths)
        {
            await using var stream = await file.OpenAsync(path, ct);
            shapes.AddRange(await ReadFileAsync(context, path, stream, ct));
        }

        return new() { Shapes = shapes };
    }

    private static bool IsInstances(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            && name.Contains('_', StringComparison.Ordinal)
            && !OtherTasks.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static async Task<List<LabeledShape>> ReadFileAsync(ImportContext context, string path, Stream stream, CancellationToken ct)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(stream, default, ct);
            return Read(context, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DatasetException($"Failed to import dataset 'coco_instances' at '{path}': {Reason(e)}", e);
        }
    }

    private static string Reason(Exception e) => e is JsonException ? "it is not valid JSON" : "a required field is missing or has the wrong type";

    private static List<LabeledShape> Read(ImportContext context, JsonElement root)
    {
        var categories = root.GetProperty("categories").EnumerateArray()
            .ToDictionary(category => category.GetProperty("id").GetInt64(), category => category.GetProperty("name").GetString()!);
        var images = root.GetProperty("images").EnumerateArray()
            .ToDictionary(image => image.GetProperty("id").GetInt64(), image => Path.ChangeExtension(image.GetProperty("file_name").GetString()!, null).Replace('\\', '/'));
        var matcher = new FrameMatcher(context, images.Values);
        var shapes = new List<LabeledShape>();
        var groups = new Dictionary<int, int>();
        var number = 0;
        foreach (var annotation in root.GetProperty("annotations").EnumerateArray())
        {
            if (!images.TryGetValue(annotation.GetProperty("image_id").GetInt64(), out var item))
            {
                throw new DatasetException($"The annotation {annotation.GetProperty("id")} is of an image that the file does not list");
            }

            if (!categories.TryGetValue(annotation.GetProperty("category_id").GetInt64(), out var category))
            {
                throw new DatasetException($"Image {item}: the annotation {annotation.GetProperty("id")} is of a category that the file does not list");
            }

            var frame = matcher.Find(item);
            var label = context.Label(category, item, number++, "instance");
            var made = Shapes(annotation, frame, item).ToList();
            var group = made.Count > 1 ? groups[frame.Number] = groups.GetValueOrDefault(frame.Number) + 1 : 0;
            shapes.AddRange(made.Select(shape => Complete(shape, label, frame, group, annotation)));
        }

        return shapes;
    }

    private static LabeledShape Complete((ShapeType Type, double[] Points) shape, NamedLabel label, ExportFrame frame, int group, JsonElement annotation)
    {
        var attributes = annotation.TryGetProperty("attributes", out var found) && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().Select(pair => (pair.Name, Value: Text(pair.Value))).ToList()
            : [];
        var rotation = Special(attributes, "rotation") is { } text && double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var degrees) ? degrees : 0;
        return new()
        {
            LabelId = label.Id,
            Type = shape.Type,
            Frame = frame.Number,
            Group = group,
            Source = AnnotationWords.TryParse(Special(attributes, "source")?.ToLowerInvariant(), out AnnotationSource source) ? source : AnnotationSource.File,
            Score = annotation.TryGetProperty("score", out var score) && score.ValueKind == JsonValueKind.Number ? Math.Clamp(score.GetDouble(), 0, 1) : 1,
            Occluded = Special(attributes, "occluded") is "true" or "True" or "1",
            Rotation = shape.Type == ShapeType.Rectangle ? ((rotation % 360) + 360) % 360 : 0,
            Points = shape.Points,
            Attributes = ImportContext.Attributes(label, attributes),
        };
    }

    private static string? Special(List<(string Name, string Value)> attributes, string name) =>
        attributes.FirstOrDefault(pair => pair.Name == name) is { Name: not null } pair ? pair.Value : null;

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };

    private static IEnumerable<(ShapeType Type, double[] Points)> Shapes(JsonElement annotation, ExportFrame frame, string item)
    {
        var segmentation = annotation.TryGetProperty("segmentation", out var given) ? given : default;
        if (segmentation.ValueKind == JsonValueKind.Object)
        {
            if (Mask(segmentation, frame, item) is { } mask)
            {
                yield return (ShapeType.Mask, mask);
            }
        }
        else if (segmentation.ValueKind == JsonValueKind.Array && segmentation.GetArrayLength() > 0)
        {
            foreach (var ring in segmentation.EnumerateArray())
            {
                yield return (ShapeType.Polygon, Numbers(ring, item, minimum: 6));
            }
        }
        else
        {
            var box = Numbers(annotation.GetProperty("bbox"), item, minimum: 4);
            yield return (ShapeType.Rectangle, [box[0], box[1], box[0] + box[2], box[1] + box[3]]);
        }
    }

    private static double[]? Mask(JsonElement segmentation, ExportFrame frame, string item)
    {
        var size = segmentation.GetProperty("size");
        if (size[0].GetInt32() != frame.Height || size[1].GetInt32() != frame.Width)
        {
            throw new DatasetException($"Image {item}: a mask is of {size[1]} × {size[0]} pixels, the image of {frame.Width} × {frame.Height}");
        }

        var counts = segmentation.GetProperty("counts");
        try
        {
            var runs = counts.ValueKind == JsonValueKind.String ? CocoRle.Decompress(counts.GetString()!) : [.. counts.EnumerateArray().Select(count => count.GetInt32())];
            return MaskRle.FromBitmap(CocoRle.ToBitmap(runs, frame.Width, frame.Height));
        }
        catch (InvalidDataException e)
        {
            throw new DatasetException($"Image {item}: {e.Message}", e);
        }
    }

    private static double[] Numbers(JsonElement array, string item, int minimum)
    {
        var numbers = array.EnumerateArray().Select(value => value.GetDouble()).ToArray();
        return numbers.Length >= minimum && numbers.Length % 2 == 0 && numbers.All(double.IsFinite)
            ? numbers
            : throw new DatasetException($"Image {item}: a polygon needs at least {minimum} numbers, in pairs");
    }
}
