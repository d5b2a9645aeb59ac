using System.Globalization;
using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.UltralyticsYolo;

/// <summary>Ultralytics YOLO Detection 1.0. Source: contract-annotations.md §4.7.</summary>
public sealed class YoloDetectionImporter : IDatasetImporter
{
    private const string DatumaroName = "yolo_ultralytics_detection";
    private const int MaxTextBytes = 64 * 1024 * 1024;
    private const int Fields = 5;

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("Ultralytics YOLO Detection 1.0", "ZIP", "1.0");

    /// <inheritdoc/>
    public async Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct)
    {
        if (!file.IsArchive)
        {
            throw new DatasetException("File is not a zip file");
        }

        var dataset = await YoloDataset.OpenAsync([.. file.Paths], path => ReadTextAsync(file, path, ct));
        var items = await dataset.ItemsAsync();
        var frames = new FrameMatcher(context, items.Select(item => item.Id));
        var import = new DatumaroImport(context);
        foreach (var item in items)
        {
            var frame = frames.Find(item.Id);
            if (item.LabelFile is not null)
            {
                var text = await ReadTextAsync(file, item.LabelFile, ct);
                import.Add(item.Id, frame.Number, Parse(item.LabelFile, text, dataset.Names, frame));
            }
        }

        return import.Result();
    }

    private static List<ImportedAnnotation> Parse(string file, string text, IReadOnlyDictionary<int, string> names, ExportFrame frame)
    {
        var annotations = new List<ImportedAnnotation>();
        var lineNumber = 0;
        foreach (var line in text.Split('\n'))
        {
            lineNumber++;
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            if (parts.Length is not (Fields or Fields + 1))
            {
                throw Bad(file, lineNumber, $"Unexpected field count {parts.Length} in the bbox description. Expected 5 fields (label, xc, yc, w, h) or 6 with a track id");
            }

            var label = int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && names.TryGetValue(number, out var name)
                ? name
                : throw Bad(file, lineNumber, $"'{parts[0]}' is not the number of a label");
            var values = Array.ConvertAll(parts[1..Fields], part => Value(part, file, lineNumber));
            annotations.Add(new ImportedAnnotation
            {
                Kind = "bbox",
                Label = label,
                Type = ShapeType.Rectangle,
                Points = Box(values, frame),
                Attributes = parts.Length == Fields ? [] : [new("track_id", parts[Fields]), new("keyframe", "True")],
            });
        }

        return annotations;
    }

    private static double[] Box(double[] relative, ExportFrame frame)
    {
        double width = relative[2] * frame.Width, height = relative[3] * frame.Height;
        double left = (relative[0] * frame.Width) - (width / 2), top = (relative[1] * frame.Height) - (height / 2);
        return FixedPoint.Round2([left, top, left + width, top + height]);
    }

    private static double Value(string text, string file, int line) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? value
            : throw Bad(file, line, $"'{text}' is not a number");

    private static DatasetException Bad(string file, int line, string reason) =>
        DatasetException.Unreadable(DatumaroName, file, string.Create(CultureInfo.InvariantCulture, $"line {line}: {reason}"));

    private static async Task<string> ReadTextAsync(IDatasetFile file, string path, CancellationToken ct)
    {
        await using var stream = await file.OpenAsync(path, ct);
        using var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            text.Write(buffer, 0, read);
            if (text.Length > MaxTextBytes)
            {
                throw DatasetException.Unreadable(DatumaroName, path, $"the file is larger than {MaxTextBytes / (1024 * 1024)} MiB");
            }
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length).TrimStart('\uFEFF');
    }
}
