using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>
/// Writes <c>LabeledData</c> in the contract's key order, flushing as it goes: the sequences may be lazy and never have to be in memory as JSON.
/// Source: contract-annotations.md §1.2.
/// </summary>
public static class LabeledDataWriter
{
    private const int FlushAtBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a whole body.</summary>
    public static Task WriteAsync(Stream body, LabeledData data, CancellationToken ct) =>
        WriteAsync(body, data.Tags, data.Shapes, data.Tracks, data.Intervals, ct);

    /// <summary>Writes a whole body from sequences that are walked once, in this order.</summary>
    public static async Task WriteAsync(
        Stream body,
        IEnumerable<LabeledTag> tags,
        IEnumerable<LabeledShape> shapes,
        IEnumerable<LabeledTrack> tracks,
        IEnumerable<LabeledInterval> intervals,
        CancellationToken ct)
    {
        var writer = new Utf8JsonWriter(body, Options);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version"u8, 0);
            await WriteListAsync(writer, "tags", tags, Write, ct).ConfigureAwait(false);
            await WriteListAsync(writer, "shapes", shapes, Write, ct).ConfigureAwait(false);
            await WriteListAsync(writer, "tracks", tracks, Write, ct).ConfigureAwait(false);
            await WriteListAsync(writer, "intervals", intervals, Write, ct).ConfigureAwait(false);
            writer.WriteEndObject();
            await writer.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    private static async Task WriteListAsync<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write, CancellationToken ct)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
            if (writer.BytesPending >= FlushAtBytes)
            {
                await writer.FlushAsync(ct).ConfigureAwait(false);
            }
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, LabeledTag tag)
    {
        writer.WriteStartObject();
        WriteId(writer, tag.Id);
        writer.WriteNumber("label_id"u8, tag.LabelId);
        writer.WriteNumber("frame"u8, tag.Frame);
        writer.WriteNumber("group"u8, tag.Group);
        writer.WriteString("source"u8, tag.Source.Word());
        WriteAttributes(writer, tag.Attributes);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LabeledShape shape) => Write(writer, shape, isElement: false);

    private static void Write(Utf8JsonWriter writer, LabeledShape shape, bool isElement)
    {
        writer.WriteStartObject();
        WriteId(writer, shape.Id);
        writer.WriteNumber("label_id"u8, shape.LabelId);
        writer.WriteString("type"u8, shape.Type.Word());
        writer.WriteNumber("frame"u8, shape.Frame);
        writer.WriteNumber("group"u8, shape.Group);
        writer.WriteString("source"u8, shape.Source.Word());
        WriteFloat(writer, "score"u8, shape.Score);
        writer.WriteBoolean("occluded"u8, shape.Occluded);
        writer.WriteBoolean("outside"u8, shape.Outside);
        writer.WriteNumber("z_order"u8, shape.ZOrder);
        WriteFloat(writer, "rotation"u8, shape.Rotation);
        WritePoints(writer, shape.Points);
        WriteAttributes(writer, shape.Attributes);
        if (!isElement)
        {
            writer.WriteStartArray("elements"u8);
            foreach (var element in shape.Elements)
            {
                Write(writer, element, isElement: true);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LabeledTrack track) => Write(writer, track, isElement: false);

    private static void Write(Utf8JsonWriter writer, LabeledTrack track, bool isElement)
    {
        writer.WriteStartObject();
        WriteId(writer, track.Id);
        writer.WriteNumber("label_id"u8, track.LabelId);
        writer.WriteNumber("frame"u8, track.Frame);
        writer.WriteNumber("group"u8, track.Group);
        writer.WriteString("source"u8, track.Source.Word());
        writer.WriteStartArray("shapes"u8);
        foreach (var shape in track.Shapes)
        {
            Write(writer, shape);
        }

        writer.WriteEndArray();
        WriteAttributes(writer, track.Attributes);
        if (!isElement)
        {
            writer.WriteStartArray("elements"u8);
            foreach (var element in track.Elements)
            {
                Write(writer, element, isElement: true);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, TrackedShape shape)
    {
        writer.WriteStartObject();
        WriteId(writer, shape.Id);
        writer.WriteString("type"u8, shape.Type.Word());
        writer.WriteNumber("frame"u8, shape.Frame);
        writer.WriteBoolean("occluded"u8, shape.Occluded);
        writer.WriteBoolean("outside"u8, shape.Outside);
        writer.WriteNumber("z_order"u8, shape.ZOrder);
        WriteFloat(writer, "rotation"u8, shape.Rotation);
        WritePoints(writer, shape.Points);
        WriteAttributes(writer, shape.Attributes);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, LabeledInterval interval)
    {
        writer.WriteStartObject();
        WriteId(writer, interval.Id);
        writer.WriteNumber("label_id"u8, interval.LabelId);
        writer.WriteNumber("start"u8, interval.StartMs);
        if (interval.StopMs is { } stop)
        {
            writer.WriteNumber("stop"u8, stop);
        }
        else
        {
            writer.WriteNull("stop"u8);
        }

        writer.WriteNumber("group"u8, interval.Group);
        writer.WriteString("source"u8, interval.Source.Word());
        WriteFloat(writer, "score"u8, interval.Score);
        WriteAttributes(writer, interval.Attributes);
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, long id)
    {
        if (id == 0)
        {
            writer.WriteNull("id"u8);
        }
        else
        {
            writer.WriteNumber("id"u8, id);
        }
    }

    private static void WriteAttributes(Utf8JsonWriter writer, AttributeValue[] attributes)
    {
        writer.WriteStartArray("attributes"u8);
        foreach (var attribute in attributes)
        {
            writer.WriteStartObject();
            writer.WriteNumber("spec_id"u8, attribute.SpecId);
            writer.WriteString("value"u8, attribute.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WritePoints(Utf8JsonWriter writer, double[] points)
    {
        writer.WriteStartArray("points"u8);
        Span<byte> text = stackalloc byte[PythonFloat.MaxLength];
        foreach (var point in points)
        {
            writer.WriteRawValue(text[..PythonFloat.Format(point, text)], skipInputValidation: true);
        }

        writer.WriteEndArray();
    }

    private static void WriteFloat(Utf8JsonWriter writer, ReadOnlySpan<byte> name, double value)
    {
        Span<byte> text = stackalloc byte[PythonFloat.MaxLength];
        writer.WritePropertyName(name);
        writer.WriteRawValue(text[..PythonFloat.Format(value, text)], skipInputValidation: true);
    }
}
