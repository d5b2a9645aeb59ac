using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>
/// Reads a <c>LabeledData</c> body from a stream, one object at a time: beside the model only the object being read is in memory. Source:
/// contract-annotations.md §1.2–1.4.
/// </summary>
public static class LabeledDataReader
{
    /// <summary>Reads the whole body; references to labels are not looked at (<see cref="LabelReferences"/>).</summary>
    /// <exception cref="CvatException">400: not JSON, or errors by field in the contract's nested shape.</exception>
    public static async Task<LabeledData> ReadAsync(Stream body, AnnotationAction action, CancellationToken ct)
    {
        var collector = new Collector(action);
        try
        {
            await JsonLists.ReadAsync(body, collector, ct).ConfigureAwait(false);
        }
        catch (JsonException cause)
        {
            throw new CvatException(ErrorKind.Invalid, new DetailBody($"JSON parse error - {cause.Message}"), cause);
        }

        return collector.Result();
    }

    private sealed class Collector(AnnotationAction action) : IJsonListVisitor
    {
        private readonly AnnotationObjectParser _objects = new(action);
        private readonly FieldErrors _errors = new();
        private readonly List<LabeledTag> _tags = [];
        private readonly List<LabeledShape> _shapes = [];
        private readonly List<LabeledTrack> _tracks = [];
        private readonly List<LabeledInterval> _intervals = [];
        private ItemErrors _itemErrors = new();

        public LabeledData Result()
        {
            _errors.ThrowIfAny();
            return new LabeledData { Tags = _tags, Shapes = _shapes, Tracks = _tracks, Intervals = _intervals };
        }

        public bool Wants(string member) => member is "tags" or "shapes" or "tracks" or "intervals";

        public void Item(string member, JsonElement item)
        {
            var errors = new FieldErrors();
            switch (member)
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
            if (_itemErrors.IsFull)
            {
                End(member);
                _errors.ThrowIfAny();
            }
        }

        public void End(string member)
        {
            _itemErrors.AddTo(_errors, member);
            _itemErrors = new ItemErrors();
        }

        public void NotAList(string? member, JsonValueKind kind)
        {
            if (member is null)
            {
                _errors.Add(FieldErrors.NonField, DrfFields.NotAnObject(kind));
            }
            else
            {
                _errors.Add(member, kind == JsonValueKind.Null ? "This field may not be null." : DrfFields.NotAList(kind));
            }
        }

        private static void Keep<T>(List<T> list, T? item, FieldErrors errors)
            where T : class
        {
            if (item is not null && errors.IsEmpty)
            {
                list.Add(item);
            }
        }
    }
}
