using System.Globalization;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CvatServerless.Formats.UltralyticsYolo;

/// <summary>
/// Ultralytics YOLO Detection 1.0 from a zip: classes of <c>data.yaml</c>, label files of <c>labels/{subset}</c> or <c>{subset}/labels</c>. A sixth field is a
/// track id. Source: contract-annotations.md §4.7.
/// </summary>
public sealed class YoloDetectionImporter : IDatasetImporter
{
    private const int Fields = 5;

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("Ultralytics YOLO Detection 1.0", "ZIP", "1.0");

    /// <inheritdoc/>
    public async Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct)
    {
        var config = file.Paths.Where(path => path.EndsWith("data.yaml", StringComparison.Ordinal)).MinBy(path => path.Length)
            ?? throw new DatasetException("Dataset must contain a file: data.yaml");
        var root = config[..^"data.yaml".Length];
        var classes = await ReadClassesAsync(file, config, ct);
        var items = file.Paths.Select(path => (Path: path, Id: ItemId(path, root))).Where(entry => entry.Id is not null).ToList();
        var matcher = new FrameMatcher(context, items.Select(entry => entry.Id!));
        var shapes = new List<LabeledShape>();
        var tracks = new SortedDictionary<(int Class, int Track), List<(ExportFrame Frame, double[] Points)>>();
        foreach (var (path, id) in items)
        {
            var frame = matcher.Find(id!);
            using var reader = new StreamReader(await file.OpenAsync(path, ct));
            for (var number = 1; await reader.ReadLineAsync(ct) is { } line; number++)
            {
                if (!string.IsNullOrWhiteSpace(line))
                {
                    Read(line, path, number, frame, classes, context, shapes, tracks);
                }
            }
        }

        return new() { Shapes = shapes, Tracks = [.. tracks.Select(entry => Track(context, classes, entry.Key.Class, entry.Value))] };
    }

    /// <summary>The item of a label file: its path below <c>labels/{subset}/</c> or <c>{subset}/labels/</c>; null for other files.</summary>
    private static string? ItemId(string path, string root)
    {
        if (!path.StartsWith(root, StringComparison.Ordinal) || !path.EndsWith(".txt", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = path[root.Length..].Split('/');
        return parts.Length > 2 && (parts[0] == "labels" || parts[1] == "labels") ? string.Join('/', parts[2..])[..^".txt".Length] : null;
    }

    private static async Task<Dictionary<int, string>> ReadClassesAsync(IDatasetFile file, string path, CancellationToken ct)
    {
        using var reader = new StreamReader(await file.OpenAsync(path, ct));
        var text = new StringReader(await reader.ReadToEndAsync(ct));
        try
        {
            var yaml = new YamlStream();
            yaml.Load(text);
            var names = ((YamlMappingNode)yaml.Documents[0].RootNode).Children[new YamlScalarNode("names")];
            return names is YamlSequenceNode list
                ? list.Children.Select((node, index) => (index, node.ToString())).ToDictionary(entry => entry.index, entry => entry.Item2)
                : ((YamlMappingNode)names).Children.ToDictionary(pair => int.Parse(pair.Key.ToString(), CultureInfo.InvariantCulture), pair => pair.Value.ToString());
        }
        catch (Exception e) when (e is YamlException or KeyNotFoundException or InvalidCastException or FormatException or ArgumentOutOfRangeException)
        {
            throw new DatasetException($"'{path}' must be YAML with 'names': a list of class names, or a map from numbers to them", e);
        }
    }

    private static void Read(
        string line,
        string path,
        int number,
        ExportFrame frame,
        Dictionary<int, string> classes,
        ImportContext context,
        List<LabeledShape> shapes,
        SortedDictionary<(int Class, int Track), List<(ExportFrame Frame, double[] Points)>> tracks)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is not (Fields or Fields + 1))
        {
            throw new DatasetException($"'{path}' line {number}: expected 'class cx cy w h', got {fields.Length} fields");
        }

        var values = fields.Select(field => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw new DatasetException($"'{path}' line {number}: '{field}' is not a number")).ToArray();
        if (values[0] != Math.Floor(values[0]) || !classes.ContainsKey((int)values[0]))
        {
            throw new DatasetException($"'{path}' line {number}: there is no class {fields[0]} in data.yaml");
        }

        var (cx, cy, w, h) = (values[1] * frame.Width, values[2] * frame.Height, values[3] * frame.Width, values[4] * frame.Height);
        double[] points = [Math.Round(cx - (w / 2), 2), Math.Round(cy - (h / 2), 2), Math.Round(cx + (w / 2), 2), Math.Round(cy + (h / 2), 2)];
        if (fields.Length > Fields)
        {
            var key = ((int)values[0], (int)values[Fields]);
            if (!tracks.TryGetValue(key, out var track))
            {
                tracks[key] = track = [];
            }

            track.Add((frame, points));
            return;
        }

        var label = context.Label(classes[(int)values[0]], frame.Id, number - 1, "bbox");
        shapes.Add(new() { LabelId = label.Id, Type = ShapeType.Rectangle, Frame = frame.Number, Source = AnnotationSource.File, Points = points });
    }

    private static LabeledTrack Track(ImportContext context, Dictionary<int, string> classes, int classId, List<(ExportFrame Frame, double[] Points)> boxes)
    {
        var label = context.Label(classes[classId], boxes[0].Frame.Id, 0, "bbox");
        var keyFrames = new List<TrackedShape>();
        foreach (var (frame, points) in boxes.OrderBy(box => box.Frame.Number))
        {
            if (keyFrames.Count > 0 && keyFrames[^1].Frame == frame.Number)
            {
                throw new DatasetException($"Found several track shapes on the same frame '{frame.Name}'");
            }

            if (keyFrames.Count > 0 && frame.Number > keyFrames[^1].Frame + 1)
            {
                keyFrames.Add(keyFrames[^1] with { Frame = keyFrames[^1].Frame + 1, Outside = true });
            }

            keyFrames.Add(new() { Type = ShapeType.Rectangle, Frame = frame.Number, Points = points });
        }

        if (context.Frames.Max(frame => frame.Number) > keyFrames[^1].Frame)
        {
            keyFrames.Add(keyFrames[^1] with { Frame = keyFrames[^1].Frame + 1, Outside = true });
        }

        return new() { LabelId = label.Id, Frame = keyFrames[0].Frame, Source = AnnotationSource.File, Shapes = [.. keyFrames] };
    }
}
