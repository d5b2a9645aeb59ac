using System.IO.Compression;
using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Labels;
using CvatServerless.Formats;
using CvatServerless.Formats.Model;
using CvatServerless.Functions.Datasets;
using CvatServerless.Media;

namespace CvatServerless.Tests.Unit.Formats;

/// <summary>A small task and the ways to export it and to import it again.</summary>
internal static class DatasetSamples
{
    public static readonly Label Car = new()
    {
        Id = 3,
        Name = "car",
        Color = "#fa3253",
        Attributes =
        [
            new LabelAttribute { Id = 7, Name = "model", InputType = "select", DefaultValue = "x", Values = ["x", "y"] },
            new LabelAttribute { Id = 9, Name = "parked", InputType = "checkbox", Mutable = true, DefaultValue = "false", Values = ["false"] },
        ],
    };

    public static readonly Label Man = new()
    {
        Id = 5,
        Name = "man",
        Color = "#00ff00",
        Type = LabelType.Skeleton,
        Svg = "<circle data-label-id=\"6\"></circle>",
        Sublabels = [new Sublabel { Id = 6, Name = "nose", Color = "#000001" }],
    };

    public static readonly Label Day = new() { Id = 10, Name = "day & night", Color = "#0000ff", Type = "tag" };

    public static readonly ExportFrame[] Frames = [new(0, 0, "a/1.JPG", 100, 80), new(1, 1, "a/2.png", 6, 4)];

    public static readonly ExportContext Context = new()
    {
        Scope = "task",
        Id = 5,
        TaskName = "t",
        Subset = "",
        Created = new DateTimeOffset(2024, 7, 2, 12, 38, 22, TimeSpan.Zero).AddTicks(1234560),
        Updated = new DateTimeOffset(2024, 7, 2, 12, 38, 23, TimeSpan.Zero),
        Dumped = new DateTimeOffset(2024, 7, 2, 12, 40, 0, TimeSpan.Zero).AddTicks(10),
        Size = 2,
        StopFrame = 1,
        Segments = [new ExportSegment(7, 0, 1, "http://localhost:8080/api/jobs/9")],
        Owner = new ExportPerson("ann", "a@b.c"),
        Labels = [Car, Man, Day],
    };

    public static async Task<Dictionary<string, string>> ExportTextsAsync(string format, LabeledData data, string subset = "")
    {
        var exporter = FormatRegistry.FindExporter(format)!;
        var context = Context with { Subset = subset };
        var timeline = new FrameTimeline(new AttributeCompletion(new LabelIndex(context.Labels)).Complete(data), []);
        var rendered = timeline.Between(Frames).Select(frame => new RenderedFrame(frame.Frame, exporter.RenderFrame(context, frame))).ToList();
        var sink = new MemorySink();
        await exporter.WriteAsync(context, () => rendered.ToAsyncEnumerable(), sink, CancellationToken.None);
        return sink.Files.ToDictionary(file => file.Path, file => Encoding.UTF8.GetString(file.Content.ToArray()));
    }

    public static async Task<byte[]> ExportAsync(string format, LabeledData data) =>
        Zip([.. (await ExportTextsAsync(format, data)).Select(file => (file.Key, file.Value))]);

    public static async Task<LabeledData> ImportAsync(string format, byte[] file, string name = "dataset.zip")
    {
        await using var opened = await DatasetFile.OpenAsync(name, new MemoryStream(file), new MediaOptions(), CancellationToken.None);
        return await FormatRegistry.FindImporter(format)!.ReadAsync(new ImportContext { Frames = Frames, Labels = [Car, Man, Day] }, opened, CancellationToken.None);
    }

    public static byte[] Zip(params (string Name, string Text)[] files)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }

    public static LabeledShape Box(int frame, double[] points, double rotation = 0, int group = 0) =>
        new() { LabelId = 3, Type = ShapeType.Rectangle, Frame = frame, Points = points, Rotation = rotation, Group = group };

    public static LabeledShape Shape(ShapeType type, int frame, double[] points, int group = 0) =>
        new() { LabelId = 3, Type = type, Frame = frame, Points = points, Group = group };

    /// <summary>One line a shape: frame, type, points, group.</summary>
    public static IEnumerable<string> Lines(LabeledData data) => data.Shapes.Select(shape =>
        $"{shape.Frame} {shape.LabelId} {shape.Type} [{string.Join(',', shape.Points)}] g{shape.Group} r{shape.Rotation}");

    private sealed class MemorySink : IDatasetSink
    {
        public List<(string Path, MemoryStream Content)> Files { get; } = [];

        public Stream Create(string path)
        {
            Files.Add((path, new MemoryStream()));
            return Files[^1].Content;
        }
    }
}
