using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>The state of reading one <c>LabeledData</c>: bytes go in piece by piece, whole objects are taken out of them.</summary>
internal sealed class LabeledDataParser(AnnotationAction action)
{
    private readonly AnnotationObjectParser _objects = new(action);
    private readonly FieldErrors _errors = new();
    private readonly List<LabeledTag> _tags = [];
    private readonly List<LabeledShape> _shapes = [];
    private readonly List<LabeledTrack> _tracks = [];
    private readonly List<LabeledInterval> _intervals = [];
    private ItemErrors _itemErrors = new();
    private JsonReaderState _state;
    private Stage _stage = Stage.Start;
    private string _field = "";

    private enum Stage
    {
        Start,
        InObject,
        BeforeList,
        InList,
        BeforeUnknown,
        Done,
    }

    /// <summary>Takes what is complete and returns how many bytes that were.</summary>
    public int Advance(ReadOnlyMemory<byte> data, bool isFinal)
    {
        var reader = new Utf8JsonReader(data.Span, isFinal, _state);
        var consumed = 0L;
        while (Step(ref reader, data))
        {
            consumed = reader.BytesConsumed;
            _state = reader.CurrentState;
        }

        return (int)consumed;
    }

    public LabeledData Result()
    {
        if (_stage != Stage.Done)
        {
            // The reader itself refuses JSON that ends early; this is an empty body.
            throw CvatException.Detail(ErrorKind.Invalid, "JSON parse error - Expecting value: line 1 column 1 (char 0)");
        }

        _errors.ThrowIfAny();
        return new LabeledData { Tags = _tags, Shapes = _shapes, Tracks = _tracks, Intervals = _intervals };
    }

    private bool Step(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
    {
        switch (_stage)
        {
            case Stage.Start:
                return ReadStart(ref reader);
            case Stage.InObject:
                return ReadName(ref reader);
            case Stage.BeforeUnknown:
                return Skip(ref reader);
            case Stage.BeforeList:
                return ReadListStart(ref reader);
            case Stage.InList:
                return ReadItem(ref reader, data);
            default:
                return reader.Read();
        }
    }

    private bool ReadStart(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw CvatException.Field(FieldErrors.NonField, DrfFields.NotAnObject(KindOf(reader.TokenType)));
        }

        _stage = Stage.InObject;
        return true;
    }

    private bool ReadName(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _stage = Stage.Done;
            return true;
        }

        _field = reader.GetString()!;
        _stage = _field is "tags" or "shapes" or "tracks" or "intervals" ? Stage.BeforeList : Stage.BeforeUnknown;
        return true;
    }

    private bool Skip(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || !reader.TrySkip())
        {
            return false;
        }

        _stage = Stage.InObject;
        return true;
    }

    private bool ReadListStart(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.StartArray)
        {
            _itemErrors = new ItemErrors();
            _stage = Stage.InList;
            return true;
        }

        var kind = KindOf(reader.TokenType);
        if (!reader.TrySkip())
        {
            return false;
        }

        _errors.Add(_field, kind == JsonValueKind.Null ? "This field may not be null." : DrfFields.NotAList(kind));
        _stage = Stage.InObject;
        return true;
    }

    private bool ReadItem(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
    {
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType == JsonTokenType.EndArray)
        {
            _itemErrors.AddTo(_errors, _field);
            _stage = Stage.InObject;
            return true;
        }

        var start = (int)reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        using var document = JsonDocument.Parse(data[start..(int)reader.BytesConsumed]);
        Take(document.RootElement);
        if (_itemErrors.IsFull)
        {
            _itemErrors.AddTo(_errors, _field);
            _errors.ThrowIfAny();
        }

        return true;
    }

    private void Take(JsonElement item)
    {
        var errors = new FieldErrors();
        switch (_field)
        {
            case "tags":
                Keep(_tags, _objects.Tag(item, errors), errors);
                break;
            case "shapes":
                Keep(_shapes, _objects.Shape(item, errors), errors);
                break;
            case "tracks":
                Keep(_tracks, _objects.Track(item, errors), errors);
                break;
            default:
                Keep(_intervals, _objects.Interval(item, errors), errors);
                break;
        }

        _itemErrors.Add(errors);
    }

    private static void Keep<T>(List<T> list, T? item, FieldErrors errors)
        where T : class
    {
        if (item is not null && errors.IsEmpty)
        {
            list.Add(item);
        }
    }

    private static JsonValueKind KindOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => JsonValueKind.Object,
        JsonTokenType.StartArray => JsonValueKind.Array,
        JsonTokenType.String => JsonValueKind.String,
        JsonTokenType.Number => JsonValueKind.Number,
        JsonTokenType.True => JsonValueKind.True,
        JsonTokenType.False => JsonValueKind.False,
        _ => JsonValueKind.Null,
    };
}
