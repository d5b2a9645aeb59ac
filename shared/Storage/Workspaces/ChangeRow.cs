using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// A row of the change log, <c>change:{position}</c>: <c>{"at","actor","entities":[{"change","kind","key","prev","before","after"}]}</c>, compressed (Brotli behind a
/// byte of <see cref="CompressedMark"/>) where it is long. The words of <c>change</c> are stored and never change.
/// </summary>
internal static class ChangeRow
{
    /// <summary>How every row key of the log begins.</summary>
    public const string Prefix = "change:";

    /// <summary>No kind of entity may be called so.</summary>
    public const string Kind = "change";

    private const byte CompressedMark = 0x01;
    private const int CompressFrom = 16 * 1024;
    private static readonly JsonEncodedText[] Words = [JsonEncodedText.Encode("created"), JsonEncodedText.Encode("updated"), JsonEncodedText.Encode("deleted")];

    /// <summary>The row key of a position.</summary>
    public static string KeyOf(LogPosition position) => $"{Prefix}{position}";

    /// <summary>The rows at or behind a position.</summary>
    public static RowRange From(LogPosition position) => RowRange.Prefix(Prefix) with { From = KeyOf(position) };

    /// <summary>Builds a body.</summary>
    /// <exception cref="CvatException">The change is too large for one row.</exception>
    public static ReadOnlyMemory<byte> Write(LogPosition position, ChangeSet changes)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at"u8, position.At);
            if (changes.ActorId is { } actor)
            {
                json.WriteNumber("actor"u8, actor);
            }

            json.WriteStartArray("entities"u8);
            foreach (var change in changes.Changes)
            {
                WriteEntity(json, change);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        var body = buffer.WrittenMemory.Length < CompressFrom ? buffer.WrittenMemory : Compress(buffer.WrittenSpan);
        return body.Length <= TableLimits.BodyBytes
            ? body
            : throw new CvatException(ErrorKind.TooLarge, new DetailBody("The change is too large to be stored in one step."));
    }

    /// <summary>Reads a body.</summary>
    public static ChangeEntry Read(TableRow row)
    {
        using var document = JsonDocument.Parse(Plain(row.Body));
        var root = document.RootElement;
        var entities = new List<ChangedEntity>(root.GetProperty("entities"u8).GetArrayLength());
        foreach (var entity in root.GetProperty("entities"u8).EnumerateArray())
        {
            entities.Add(new ChangedEntity(
                KindOfChange(entity), entity.GetProperty("kind"u8).GetString()!, entity.GetProperty("key"u8).GetString()!, Clone(entity, "before"u8), Clone(entity, "after"u8))
            {
                Previous = entity.TryGetProperty("prev"u8, out var previous) ? previous.GetString() : null,
            });
        }

        var actor = root.TryGetProperty("actor"u8, out var id) ? id.GetInt32() : (int?)null;
        return new ChangeEntry(row.Row[Prefix.Length..], root.GetProperty("at"u8).GetDateTimeOffset(), actor, entities);
    }

    /// <summary>Reads what the projection needs of a row.</summary>
    public static AppliedChange ReadForProjection(TableRow row)
    {
        var position = LogPosition.Parse(row.Row.AsSpan(Prefix.Length));
        using var document = JsonDocument.Parse(Plain(row.Body));
        var entities = new List<AppliedEntity>();
        foreach (var entity in document.RootElement.GetProperty("entities"u8).EnumerateArray())
        {
            var isDeleted = KindOfChange(entity) == ChangeKind.Deleted;
            var text = JsonMarshal.GetRawUtf8Value(entity.GetProperty(isDeleted ? "before"u8 : "after"u8)).ToArray();
            entities.Add(new AppliedEntity(entity.GetProperty("kind"u8).GetString()!, entity.GetProperty("key"u8).GetString()!, isDeleted, text));
        }

        return new AppliedChange(position, entities);
    }

    /// <summary>What the projection needs of a change that this process has just committed.</summary>
    public static AppliedChange ForProjection(LogPosition position, ChangeSet changes) =>
        new(position, [.. changes.Changes.Select(change => new AppliedEntity(
            change.Kind, change.Key, change.Change == ChangeKind.Deleted, change.Change == ChangeKind.Deleted ? change.Before : change.After))]);

    private static void WriteEntity(Utf8JsonWriter json, EntityChange change)
    {
        json.WriteStartObject();
        json.WriteString("change"u8, Words[(int)change.Change]);
        json.WriteString("kind"u8, change.Kind);
        json.WriteString("key"u8, change.Key);
        if (change.Previous is { } previous)
        {
            json.WriteString("prev"u8, previous);
        }

        if (change.Change == ChangeKind.Deleted)
        {
            json.WritePropertyName("before"u8);
            json.WriteRawValue(change.Before.Span, skipInputValidation: true);
        }
        else
        {
            if (change.Change == ChangeKind.Updated)
            {
                json.WritePropertyName("before"u8);
                WriteChangedFields(json, change.Before, change.After);
            }

            json.WritePropertyName("after"u8);
            json.WriteRawValue(change.After.Span, skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>The old values of the fields that differ; null for a field that was not there.</summary>
    private static void WriteChangedFields(Utf8JsonWriter json, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after)
    {
        using var old = JsonDocument.Parse(before);
        using var now = JsonDocument.Parse(after);
        json.WriteStartObject();
        foreach (var field in old.RootElement.EnumerateObject())
        {
            if (!now.RootElement.TryGetProperty(field.Name, out var value) || !JsonMarshal.GetRawUtf8Value(value).SequenceEqual(JsonMarshal.GetRawUtf8Value(field.Value)))
            {
                field.WriteTo(json);
            }
        }

        foreach (var field in now.RootElement.EnumerateObject())
        {
            if (!old.RootElement.TryGetProperty(field.Name, out _))
            {
                json.WriteNull(field.Name);
            }
        }

        json.WriteEndObject();
    }

    private static ChangeKind KindOfChange(JsonElement entity) => entity.GetProperty("change"u8).GetString() switch
    {
        "created" => ChangeKind.Created,
        "updated" => ChangeKind.Updated,
        "deleted" => ChangeKind.Deleted,
        var word => throw new InvalidDataException($"The change log knows no '{word}'."),
    };

    private static JsonElement? Clone(JsonElement entity, ReadOnlySpan<byte> name) => entity.TryGetProperty(name, out var value) ? value.Clone() : null;

    private static byte[] Compress(ReadOnlySpan<byte> plain)
    {
        var buffer = new byte[1 + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        buffer[0] = CompressedMark;
        return BrotliEncoder.TryCompress(plain, buffer.AsSpan(1), out var written, quality: 4, window: 20)
            ? buffer[..(1 + written)]
            : throw new InvalidOperationException("Brotli needs more room than it said.");
    }

    private static ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> body)
    {
        if (body.Span[0] != CompressedMark)
        {
            return body;
        }

        using var plain = new MemoryStream();
        using var compressed = new BrotliStream(new MemoryStream(body[1..].ToArray(), writable: false), CompressionMode.Decompress);
        compressed.CopyTo(plain);
        return plain.ToArray();
    }
}

/// <summary>A change as the projection takes it in.</summary>
internal sealed record AppliedChange(LogPosition Position, IReadOnlyList<AppliedEntity> Entities);

/// <summary>One entity of it; <see cref="Document"/> is the new document, or the last one of a deleted entity.</summary>
internal readonly record struct AppliedEntity(string Kind, string Key, bool IsDeleted, ReadOnlyMemory<byte> Document);
