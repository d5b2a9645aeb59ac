using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Json;
using CvatServerless.Domain.Labels;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

/// <summary>Short ways to make and compare annotations in tests.</summary>
internal static class AnnotationJson
{
    public static readonly LabelIndex Labels = new(
    [
        new Label
        {
            Id = 3,
            Name = "car",
            Color = "#ff0000",
            Attributes =
            [
                new LabelAttribute { Id = 7, Name = "color", InputType = "select", DefaultValue = "blue", Values = ["blue", "red"] },
                new LabelAttribute { Id = 9, Name = "speed", InputType = "text", Mutable = true, DefaultValue = "none" },
            ],
        },
        new Label
        {
            Id = 5,
            Name = "man",
            Color = "#00ff00",
            Type = LabelType.Skeleton,
            Sublabels = [new Sublabel { Id = 6, Name = "nose", Color = "#000001" }, new Sublabel { Id = 8, Name = "eye", Color = "#000002" }],
        },
    ]);

    public static Task<LabeledData> ReadAsync(string json, AnnotationAction action = AnnotationAction.Replace) =>
        LabeledDataReader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(json)), action, CancellationToken.None);

    public static string Write(LabeledData data)
    {
        var stream = new MemoryStream();
        LabeledDataWriter.WriteAsync(stream, data, CancellationToken.None).GetAwaiter().GetResult();
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static LabeledShape Box(int frame, double x1, double y1, double x2, double y2, long id = 0, int label = 3) =>
        new() { Id = id, LabelId = label, Type = ShapeType.Rectangle, Frame = frame, Points = [x1, y1, x2, y2] };

    public static TrackedShape Key(int frame, double[] points, bool outside = false, ShapeType type = ShapeType.Rectangle) =>
        new() { Type = type, Frame = frame, Points = points, Outside = outside };

    public static LabeledTrack Track(params TrackedShape[] shapes) => new() { LabelId = 3, Frame = shapes[0].Frame, Shapes = shapes };

    public static string Describe(LabeledTrack track) =>
        string.Join(' ', track.Shapes.Select(shape => $"{shape.Frame}{(shape.Outside ? "o" : "")}[{string.Join(',', shape.Points)}]"));
}
