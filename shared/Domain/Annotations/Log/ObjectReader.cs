using System.Text;

namespace CvatServerless.Domain.Annotations.Log;

/// <summary>Reads what <see cref="ObjectWriter"/> wrote. One reader per record; the texts may be shared between records.</summary>
internal sealed class ObjectReader(TextPool texts)
{
    private long _lastId;
    private int _lastFrame;

    private delegate T Read<T>(ref BinaryInput input);

    public LabeledData Data(ref BinaryInput input) => new()
    {
        Tags = List(ref input, Tag),
        Shapes = List(ref input, Shape),
        Tracks = List(ref input, Track),
        Intervals = List(ref input, Interval),
    };

    private static T[] List<T>(ref BinaryInput input, Read<T> read)
    {
        var count = input.Count();
        if (count == 0)
        {
            return [];
        }

        var items = new T[count];
        for (var index = 0; index < count; index++)
        {
            items[index] = read(ref input);
        }

        return items;
    }

    private LabeledTag Tag(ref BinaryInput input)
    {
        var head = ReadHead(ref input);
        return new LabeledTag
        {
            Id = head.Id,
            LabelId = head.LabelId,
            Source = head.Source,
            Group = head.Group,
            Attributes = head.Attributes,
            Frame = Frame(ref input),
        };
    }

    private LabeledShape Shape(ref BinaryInput input)
    {
        var head = ReadHead(ref input);
        var frame = Frame(ref input);
        var geometry = ReadGeometry(ref input);
        return new LabeledShape
        {
            Id = head.Id,
            LabelId = head.LabelId,
            Source = head.Source,
            Group = head.Group,
            Attributes = head.Attributes,
            Frame = frame,
            Type = geometry.Type,
            Occluded = geometry.Occluded,
            Outside = geometry.Outside,
            ZOrder = geometry.ZOrder,
            Rotation = geometry.Rotation,
            Score = geometry.Score,
            Points = geometry.Points,
            Elements = List(ref input, Shape),
        };
    }

    private LabeledTrack Track(ref BinaryInput input)
    {
        var head = ReadHead(ref input);
        return new LabeledTrack
        {
            Id = head.Id,
            LabelId = head.LabelId,
            Source = head.Source,
            Group = head.Group,
            Attributes = head.Attributes,
            Frame = Frame(ref input),
            Shapes = List(ref input, KeyFrame),
            Elements = List(ref input, Track),
        };
    }

    private TrackedShape KeyFrame(ref BinaryInput input)
    {
        var id = Id(ref input);
        var frame = Frame(ref input);
        var attributes = Attributes(ref input);
        var geometry = ReadGeometry(ref input);
        return new TrackedShape
        {
            Id = id,
            Frame = frame,
            Attributes = attributes,
            Type = geometry.Type,
            Occluded = geometry.Occluded,
            Outside = geometry.Outside,
            ZOrder = geometry.ZOrder,
            Rotation = geometry.Rotation,
            Points = geometry.Points,
        };
    }

    private LabeledInterval Interval(ref BinaryInput input)
    {
        var head = ReadHead(ref input);
        var start = input.Int();
        var stop = input.Int();
        return new LabeledInterval
        {
            Id = head.Id,
            LabelId = head.LabelId,
            Source = head.Source,
            Group = head.Group,
            Attributes = head.Attributes,
            StartMs = start,
            StopMs = stop < 0 ? null : stop,
            Score = input.Double(),
        };
    }

    private Head ReadHead(ref BinaryInput input) =>
        new(Id(ref input), input.Int(), (AnnotationSource)input.Byte(), input.Int(), Attributes(ref input));

    private static Geometry ReadGeometry(ref BinaryInput input)
    {
        var type = (ShapeType)input.Byte();
        var flags = input.Byte();
        var zOrder = (flags & 4) != 0 ? input.Int() : 0;
        var rotation = (flags & 8) != 0 ? input.Double() : 0;
        var score = (flags & 16) != 0 ? input.Double() : 1;
        return new Geometry(type, (flags & 1) != 0, (flags & 2) != 0, zOrder, rotation, score, PointsCodec.Read(ref input));
    }

    private AttributeValue[] Attributes(ref BinaryInput input)
    {
        var count = input.Count();
        if (count == 0)
        {
            return [];
        }

        var attributes = new AttributeValue[count];
        for (var index = 0; index < count; index++)
        {
            attributes[index] = new AttributeValue(input.Int(), texts.Get(input.TextBytes()));
        }

        return attributes;
    }

    private long Id(ref BinaryInput input) => _lastId += input.Signed();

    private int Frame(ref BinaryInput input) => _lastFrame += input.Int();

    private readonly record struct Head(long Id, int LabelId, AnnotationSource Source, int Group, AttributeValue[] Attributes);

    private readonly record struct Geometry(ShapeType Type, bool Occluded, bool Outside, int ZOrder, double Rotation, double Score, double[] Points);
}

/// <summary>One string for each attribute value that repeats.</summary>
internal sealed class TextPool
{
    private const int MaxTexts = 4096;
    private const int MaxPooledBytes = 64;

    private readonly HashSet<string> _texts = [];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxPooledBytes)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> chars = stackalloc char[MaxPooledBytes];
        var text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        var lookup = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known))
        {
            return known;
        }

        var made = text.ToString();
        if (_texts.Count < MaxTexts)
        {
            _texts.Add(made);
        }

        return made;
    }
}
