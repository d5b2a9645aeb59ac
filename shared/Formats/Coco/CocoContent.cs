using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Json;
using CvatServerless.Domain.Annotations.Masks;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.Coco;

/// <summary>What a COCO file holds: images and categories from a first pass, then annotations by image.</summary>
internal sealed class CocoContent(ImportContext context) : IJsonListVisitor
{
    private const int MinRingLength = 6;
    private const int MaxPixels = 1 << 28;

    private readonly Dictionary<long, CocoImage> _images = [];
    private readonly Dictionary<long, string> _categories = [];
    private readonly Dictionary<long, List<ImportedAnnotation>> _annotations = [];
    private FrameMatcher? _frames;

    /// <summary>Ends the first pass.</summary>
    public void Prepare() => _frames = new FrameMatcher(context, _images.Values.Select(image => image.ItemId));

    /// <summary>Hands everything on, image by image.</summary>
    public void AddTo(DatumaroImport import)
    {
        foreach (var (id, image) in _images)
        {
            // An item that matches no frame fails the import even where it has no annotations.
            var frame = _frames!.Find(image.ItemId);
            if (_annotations.TryGetValue(id, out var annotations))
            {
                import.Add(image.ItemId, frame.Number, annotations);
            }
        }
    }

    /// <inheritdoc/>
    public bool Wants(string member) => _frames is null ? member is "images" or "categories" : member == "annotations";

    /// <inheritdoc/>
    public void Item(string member, JsonElement item)
    {
        switch (member)
        {
            case "images":
                var image = new CocoImage(Path.ChangeExtension(Required(item, "image", "file_name").GetString()!.Replace('\\', '/'), null), Int(item, "width"), Int(item, "height"));
                _images[Id(item, "image", "id")] = image;
                break;
            case "categories":
                _categories[Id(item, "category", "id")] = Required(item, "category", "name").GetString()!;
                break;
            default:
                AddAnnotation(item);
                break;
        }
    }

    /// <inheritdoc/>
    public void End(string member)
    {
    }

    /// <inheritdoc/>
    public void NotAList(string? member, JsonValueKind kind) =>
        throw new JsonException(member is null ? "the file is not a JSON object" : $"'{member}' is not a list");

    private void AddAnnotation(JsonElement item)
    {
        var id = Id(item, "annotation", "id");
        var imageId = Id(item, "annotation", "image_id");
        if (!_images.TryGetValue(imageId, out var image))
        {
            throw new FormatException($"annotation {id} belongs to the unknown image {imageId}");
        }

        var categoryId = Id(item, "annotation", "category_id");
        if (!_categories.TryGetValue(categoryId, out var label))
        {
            throw new FormatException($"annotation {id} has the unknown category {categoryId}");
        }

        if (!_annotations.TryGetValue(imageId, out var list))
        {
            _annotations[imageId] = list = [];
        }

        // Rings of one annotation form a group; groups of one vanish afterwards.
        var group = list.Count == 0 ? 1 : list[^1].Group + 1;
        var attributes = Attributes(item);
        foreach (var (kind, type, points) in Shapes(item, id, image))
        {
            list.Add(new ImportedAnnotation { Kind = kind, Label = label, Type = type, Points = points, Group = group, Attributes = attributes });
        }
    }

    private IEnumerable<(string Kind, ShapeType Type, double[] Points)> Shapes(JsonElement item, long id, CocoImage image)
    {
        var segmentation = item.TryGetProperty("segmentation"u8, out var value) ? value : default;
        if (segmentation.ValueKind == JsonValueKind.Object)
        {
            return Mask(segmentation, id, image) is { } mask ? [("mask", ShapeType.Mask, mask)] : [];
        }

        if (segmentation.ValueKind == JsonValueKind.Array && segmentation.GetArrayLength() > 0)
        {
            return [.. segmentation.EnumerateArray().Select(ring => ("polygon", ShapeType.Polygon, Ring(ring, id)))];
        }

        var box = Numbers(Required(item, "annotation", "bbox"), $"bbox of annotation {id}");
        return box.Length == GeometryRules.BoxLength
            ? [("bbox", ShapeType.Rectangle, [box[0], box[1], box[0] + box[2], box[1] + box[3]])]
            : throw new FormatException($"the bbox of annotation {id} needs four numbers");
    }

    private static double[] Ring(JsonElement ring, long id)
    {
        var points = Numbers(ring, $"segmentation of annotation {id}");
        return points.Length >= MinRingLength && points.Length % 2 == 0
            ? points
            : throw new FormatException($"a polygon of annotation {id} needs at least {MinRingLength} numbers and an even count, but has {points.Length}");
    }

    private double[]? Mask(JsonElement rle, long id, CocoImage image)
    {
        var size = Numbers(Required(rle, "mask", "size"), $"mask size of annotation {id}");
        if (size.Length != 2 || size[0] < 1 || size[1] < 1 || size[0] * size[1] > MaxPixels)
        {
            throw new FormatException($"the mask of annotation {id} has an impossible size");
        }

        var (height, width) = ((int)size[0], (int)size[1]);
        var expected = image.Width > 0 && image.Height > 0 ? (image.Width, image.Height) : SizeOfFrame(image);
        if (expected != (width, height))
        {
            throw new FormatException($"the mask of annotation {id} is {width}×{height}, its image {expected.Item1}×{expected.Item2}");
        }

        var counts = Required(rle, "mask", "counts");
        var runs = counts.ValueKind == JsonValueKind.String
            ? CocoRle.Decompress(counts.GetString()!)
            : [.. Numbers(counts, $"counts of annotation {id}").Select(count => checked((int)count))];
        return MaskRle.FromBitmap(CocoRle.ToBitmap(runs, width, height));
    }

    private (int, int) SizeOfFrame(CocoImage image)
    {
        var frame = _frames!.Find(image.ItemId);
        return (frame.Width, frame.Height);
    }

    private static List<KeyValuePair<string, string>> Attributes(JsonElement item)
    {
        var attributes = new List<KeyValuePair<string, string>>();
        if (item.TryGetProperty("attributes"u8, out var own) && own.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in own.EnumerateObject())
            {
                if (Text(property.Value) is { } text)
                {
                    attributes.Add(new(property.Name, text));
                }
            }
        }

        attributes.Add(new("is_crowd", item.TryGetProperty("iscrowd"u8, out var crowd) && Text(crowd) is "1" or "True" ? "True" : "False"));
        if (item.TryGetProperty("score"u8, out var score) && Text(score) is { } scoreText)
        {
            attributes.Add(new("score", scoreText));
        }

        return attributes;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static double[] Numbers(JsonElement list, string what)
    {
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Number))
        {
            throw new FormatException($"the {what} is not a list of numbers");
        }

        return [.. list.EnumerateArray().Select(item => item.GetDouble())];
    }

    private static long Id(JsonElement item, string what, string name) =>
        Required(item, what, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var id)
            ? id
            : throw new FormatException($"'{name}' of an item in '{what}s' is not an integer");

    private static int Int(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;

    private static JsonElement Required(JsonElement item, string what, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : throw new FormatException($"{what} without '{name}'");

    private sealed record CocoImage(string ItemId, int Width, int Height);
}
