using System.Globalization;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.Coco;

/// <summary>
/// COCO 1.0 (instances): <c>annotations/instances_{subset}.json</c>. A rendered frame is one line per annotation: its JSON without <c>id</c> and
/// <c>image_id</c>, which are only known when the file is put together. Source: contract-annotations.md §4.3.
/// </summary>
public sealed class CocoExporter : IDatasetExporter
{
    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("COCO 1.0", "ZIP", "1.0");

    /// <inheritdoc/>
    public string MediaPath(ExportContext context, ExportFrame frame) => $"images/{Subset(context)}/{frame.FileName}";

    /// <inheritdoc/>
    public string RenderFrame(ExportContext context, FrameAnnotations frame)
    {
        var text = new StringBuilder();
        var shapes = frame.Shapes.Where(shape => IsInstance(shape.Shape.Type)).ToList();
        foreach (var shape in shapes.Where(shape => shape.Shape.Group == 0))
        {
            Append(text, context, frame.Frame, [shape]);
        }

        foreach (var group in shapes.Where(shape => shape.Shape.Group != 0).GroupBy(shape => shape.Shape.Group))
        {
            Append(text, context, frame.Frame, [.. group]);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ExportContext context, Func<IAsyncEnumerable<RenderedFrame>> frames, IDatasetSink sink, CancellationToken ct)
    {
        await using var file = sink.Create($"annotations/instances_{Subset(context)}.json");
        await using var writer = new StreamWriter(file, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        await writer.WriteAsync("{\"licenses\":[{\"name\":\"\",\"id\":0,\"url\":\"\"}],\"info\":{\"contributor\":\"\",\"date_created\":\"\",\"description\":\"\",\"url\":\"\",\"version\":\"\",\"year\":\"\"},");
        await writer.WriteAsync(Categories(context));
        await writer.WriteAsync(",\"images\":[");
        var imageId = 0;
        await foreach (var frame in frames())
        {
            ct.ThrowIfCancellationRequested();
            await writer.WriteAsync((imageId == 0 ? "" : ",") + Image(++imageId, frame.Frame));
        }

        await writer.WriteAsync("],\"annotations\":[");
        await WriteAnnotationsAsync(writer, frames(), ct);
        await writer.WriteAsync("]}");
    }

    private static async Task WriteAnnotationsAsync(StreamWriter writer, IAsyncEnumerable<RenderedFrame> frames, CancellationToken ct)
    {
        var (imageId, id) = (0, 0);
        await foreach (var frame in frames)
        {
            ct.ThrowIfCancellationRequested();
            imageId++;
            foreach (var line in frame.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                await writer.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{(id == 0 ? "" : ",")}{{\"id\":{++id},\"image_id\":{imageId},"));
                await writer.WriteAsync(line.AsMemory(1), ct);
            }
        }
    }

    private static string Subset(ExportContext context) => context.Subset.Length > 0 ? context.Subset : "default";

    private static bool IsInstance(ShapeType type) => type is ShapeType.Rectangle or ShapeType.Polygon or ShapeType.Mask or ShapeType.Ellipse;

    private static string Categories(ExportContext context) => Json(json =>
    {
        json.WriteStartArray();
        for (var i = 0; i < context.Names.Ordered.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("name", context.Names.Ordered[i].Name);
            json.WriteString("supercategory", context.Names.Ordered[i].ParentId is { } parent ? context.Names.Find(parent)!.Name : "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }).Insert(0, "\"categories\":");

    private static string Image(int id, ExportFrame frame) => Json(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("id", id);
        json.WriteNumber("width", frame.Width);
        json.WriteNumber("height", frame.Height);
        json.WriteString("file_name", frame.FileName);
        json.WriteNumber("license", 0);
        json.WriteString("flickr_url", "");
        json.WriteString("coco_url", "");
        json.WriteNumber("date_captured", 0);
        json.WriteEndObject();
    });

    private static void Append(StringBuilder text, ExportContext context, ExportFrame frame, IReadOnlyList<FrameShape> group)
    {
        if (CocoInstance.Of(group, frame.Width, frame.Height) is not { } instance)
        {
            return;
        }

        var leader = instance.Leader;
        var category = context.Names.Ordered.Select((label, index) => (label, index)).FirstOrDefault(entry => entry.label.Id == leader.Shape.LabelId);
        if (category.label is null)
        {
            return;
        }

        text.Append(Json(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("category_id", category.index + 1);
            json.WritePropertyName("segmentation");
            instance.WriteSegmentation(json);
            WriteNumber(json, "area", instance.Area);
            WriteNumbers(json, "bbox", instance.Box);
            json.WriteNumber("iscrowd", instance.IsCrowd ? 1 : 0);
            WriteAttributes(json, context.Names, leader);
            json.WriteEndObject();
        })).Append('\n');
    }

    private static void WriteAttributes(Utf8JsonWriter json, LabelIndex names, FrameShape leader)
    {
        json.WriteStartObject("attributes");
        foreach (var value in leader.Shape.Attributes)
        {
            if (names.FindAttribute(value.SpecId) is { } spec)
            {
                WriteAttribute(json, spec.Name, spec.InputType, value.Value);
            }
        }

        json.WriteBoolean("occluded", leader.Shape.Occluded);
        if (leader.Shape.Type == ShapeType.Rectangle)
        {
            WriteNumber(json, "rotation", FixedPoint.Round2(leader.Shape.Rotation));
        }

        if (leader.TrackId is { } track)
        {
            json.WriteNumber("track_id", track);
            json.WriteBoolean("keyframe", leader.IsKeyFrame);
        }

        json.WriteEndObject();
    }

    private static void WriteAttribute(Utf8JsonWriter json, string name, string inputType, string value)
    {
        if (inputType == "checkbox")
        {
            json.WriteBoolean(name, value.Equals("true", StringComparison.OrdinalIgnoreCase));
        }
        else if (inputType == "number" && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            WriteNumber(json, name, number);
        }
        else
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(PythonFloat.Text(value));
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, double[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteRawValue(PythonFloat.Text(FixedPoint.Round2(value)));
        }

        json.WriteEndArray();
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
