using System.Globalization;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.CvatImages;

/// <summary>Turns elements of CVAT's XML into annotations.</summary>
internal sealed class CvatObjects
{
    private static readonly string[] ShapeElements = ["box", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"];

    private readonly ImportContext _context;
    private readonly FrameMatcher _matcher;
    private readonly Dictionary<int, ExportFrame> _byAbsoluteNumber = [];
    private readonly List<LabeledShape> _shapes = [];
    private readonly List<LabeledTag> _tags = [];
    private readonly List<LabeledTrack> _tracks = [];

    /// <summary>Collects annotations for a task or job.</summary>
    public CvatObjects(ImportContext context)
    {
        _context = context;
        _matcher = new(context, []);
        foreach (var frame in context.Frames)
        {
            _byAbsoluteNumber[frame.AbsoluteNumber] = frame;
        }
    }

    /// <summary>What was found.</summary>
    public LabeledData ToData() => new() { Shapes = _shapes, Tags = _tags, Tracks = _tracks };

    /// <summary>Reads an <c>image</c>.</summary>
    public Task ReadImageAsync(CvatElement image)
    {
        var frame = _matcher.Find(Path.ChangeExtension(image.Get("name"), null), image.Find("id") is { } id ? int.Parse(id, CultureInfo.InvariantCulture) : null);
        var number = 0;
        foreach (var element in image.Children)
        {
            if (element.Name == "tag")
            {
                var label = Label(element, frame, number++);
                _tags.Add(new()
                {
                    LabelId = label.Id,
                    Frame = frame.Number,
                    Group = element.Integer("group_id"),
                    Source = AnnotationSource.File,
                    Attributes = Attributes(element, label),
                });
            }
            else if (ShapeElements.Contains(element.Name))
            {
                _shapes.Add(Shape(element, Label(element, frame, number++), frame.Number));
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Reads a <c>track</c>; a mask becomes one shape.</summary>
    public void ReadTrack(CvatElement track)
    {
        var keyFrames = track.Children.Where(element => ShapeElements.Contains(element.Name) && element.Integer("keyframe", 1) == 1).ToList();
        if (keyFrames.Count == 0)
        {
            throw new DatasetException($"The track {track.Find("id")} has no key frames");
        }

        var first = Frame(keyFrames[0]);
        var label = Label(track, first, 0);
        var group = track.Integer("group_id");
        if (keyFrames[0].Name == "mask")
        {
            _shapes.Add(Shape(keyFrames[0], label, first.Number) with { Group = group });
            return;
        }

        _tracks.Add(new()
        {
            LabelId = label.Id,
            Frame = keyFrames.Min(element => Frame(element).Number),
            Group = group,
            Source = AnnotationSource.File,
            Shapes = [.. keyFrames.Select(element => KeyFrame(element, label, Frame(element).Number))],
            Attributes = Attributes(keyFrames[^1], label, isMutable: false),
            Elements = keyFrames[0].Name == "skeleton" ? Elements(keyFrames, label) : [],
        });
    }

    private LabeledTrack[] Elements(List<CvatElement> keyFrames, IndexedLabel skeleton) =>
    [
        .. keyFrames
            .SelectMany(frame => frame.Children.Where(element => ShapeElements.Contains(element.Name)).Select(element => (Frame: Frame(frame).Number, Element: element)))
            .GroupBy(entry => entry.Element.Get("label"))
            .Select(part =>
            {
                var label = Sublabel(part.Key, skeleton);
                return new LabeledTrack
                {
                    LabelId = label.Id,
                    Frame = part.First().Frame,
                    Source = AnnotationSource.File,
                    Shapes = [.. part.Select(entry => KeyFrame(entry.Element, label, entry.Frame))],
                    Attributes = Attributes(part.Last().Element, label, isMutable: false),
                };
            }),
    ];

    private ExportFrame Frame(CvatElement element) =>
        _byAbsoluteNumber.GetValueOrDefault(element.Integer("frame", -1)) ?? throw new DatasetException($"Unknown frame {element.Find("frame")}");

    private static TrackedShape KeyFrame(CvatElement element, IndexedLabel label, int frame) => new()
    {
        Type = TypeOf(element.Name),
        Frame = frame,
        Occluded = element.Integer("occluded") == 1,
        Outside = element.Integer("outside") == 1,
        ZOrder = element.Integer("z_order"),
        Rotation = element.Find("rotation") is null ? 0 : element.Number("rotation"),
        Points = CvatPoints.Read(element),
        Attributes = Attributes(element, label, isMutable: true),
    };

    private LabeledShape Shape(CvatElement element, IndexedLabel label, int frame) => new()
    {
        LabelId = label.Id,
        Type = TypeOf(element.Name),
        Frame = frame,
        Group = element.Integer("group_id"),
        Source = AnnotationSource.File,
        Occluded = element.Integer("occluded") == 1,
        Outside = element.Integer("outside") == 1,
        ZOrder = element.Integer("z_order"),
        Rotation = element.Find("rotation") is null ? 0 : element.Number("rotation"),
        Points = CvatPoints.Read(element),
        Attributes = Attributes(element, label),
        Elements = element.Name == "skeleton"
            ? [.. element.Children.Where(child => ShapeElements.Contains(child.Name)).Select(child => Shape(child, Sublabel(child.Get("label"), label), frame))]
            : [],
    };

    private IndexedLabel Label(CvatElement element, ExportFrame frame, int number) => _context.Label(element.Get("label"), frame.Id, number, element.Name);

    private IndexedLabel Sublabel(string name, IndexedLabel skeleton) => _context.Names.Find(name, skeleton.Id)
        ?? throw new DatasetException($"The skeleton '{skeleton.Name}' has no point '{name}'");

    private static ShapeType TypeOf(string element) =>
        element == "box" ? ShapeType.Rectangle : AnnotationWords.TryParse(element, out ShapeType type) ? type : throw new DatasetException($"Unknown element '{element}'");

    private static AttributeValue[] Attributes(CvatElement element, IndexedLabel label, bool? isMutable = null)
    {
        var values = element.Children.Where(child => child.Name == "attribute").Select(child => (child.Get("name"), child.Text));
        var found = ImportContext.Attributes(label, values);
        return isMutable is null ? found : [.. found.Where(value => label.Attributes.First(spec => spec.Id == value.SpecId).Mutable == isMutable)];
    }
}
