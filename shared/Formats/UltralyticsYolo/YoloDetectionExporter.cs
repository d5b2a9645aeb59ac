using System.Globalization;
using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.UltralyticsYolo;

/// <summary>
/// Ultralytics YOLO Detection 1.0: one label file per frame that has boxes, a list of pictures, <c>data.yaml</c>. Rotated boxes are left out, as upstream
/// does. Source: contract-annotations.md §4.7.
/// </summary>
public sealed class YoloDetectionExporter : IDatasetExporter
{
    private const double RotationToleranceDegrees = 1e-5;

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("Ultralytics YOLO Detection 1.0", "ZIP", "1.0");

    /// <inheritdoc/>
    public string MediaPath(ExportContext context, ExportFrame frame) => $"images/{Subset(context)}/{frame.FileName}";

    /// <inheritdoc/>
    public string RenderFrame(ExportContext context, FrameAnnotations frame)
    {
        var text = new StringBuilder();
        var classes = Classes(context);
        foreach (var (shape, _, _) in frame.Shapes)
        {
            var index = classes.FindIndex(label => label.Id == shape.LabelId);
            if (shape.Type == ShapeType.Rectangle && Math.Abs(Math.IEEERemainder(shape.Rotation, 360)) <= RotationToleranceDegrees && index >= 0)
            {
                var p = FixedPoint.Round2(shape.Points);
                var (width, height) = ((double)frame.Frame.Width, (double)frame.Frame.Height);
                double[] values = [(p[0] + p[2]) / 2 / width, (p[1] + p[3]) / 2 / height, (p[2] - p[0]) / width, (p[3] - p[1]) / height];
                text.Append(CultureInfo.InvariantCulture, $"{index} {string.Join(' ', values.Select(value => FixedPoint.Text(value, 6)))}\n");
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ExportContext context, Func<IAsyncEnumerable<RenderedFrame>> frames, IDatasetSink sink, CancellationToken ct)
    {
        var subset = Subset(context);
        await WriteTextAsync(sink, "data.yaml", Yaml(context, subset), ct);
        await using (var list = sink.Create($"{subset}.txt"))
        {
            await using var writer = new StreamWriter(list, new UTF8Encoding(false), leaveOpen: true);
            await foreach (var frame in frames())
            {
                await writer.WriteAsync($"data/{MediaPath(context, frame.Frame)}\n");
            }
        }

        await foreach (var frame in frames())
        {
            ct.ThrowIfCancellationRequested();
            if (frame.Text.Length > 0)
            {
                await WriteTextAsync(sink, $"labels/{subset}/{frame.Frame.Id}.txt", frame.Text, ct);
            }
        }
    }

    private static async Task WriteTextAsync(IDatasetSink sink, string path, string text, CancellationToken ct)
    {
        await using var file = sink.Create(path);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
    }

    private static string Subset(ExportContext context) => context.Subset.Length > 0 ? context.Subset : "train";

    private static List<IndexedLabel> Classes(ExportContext context) => [.. context.Names.Ordered.Where(label => label.ParentId is null)];

    private static string Yaml(ExportContext context, string subset)
    {
        var names = Classes(context).Select((label, index) => $"  {index.ToString(CultureInfo.InvariantCulture)}: {Quoted(label.Name)}\n");
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["names"] = "names:\n" + string.Concat(names),
            ["path"] = "path: .\n",
            [subset] = $"{Quoted(subset)}: {Quoted(subset + ".txt")}\n",
        };
        return string.Concat(entries.Values);
    }

    /// <summary>Plain where YAML reads it as text for certain, otherwise single-quoted.</summary>
    private static string Quoted(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or ' ' or '&') && text[^1] != ' '
        && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n")
            ? text
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
