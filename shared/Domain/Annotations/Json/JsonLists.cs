using System.Buffers;
using System.Text.Json;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>Takes what <see cref="JsonLists"/> finds.</summary>
public interface IJsonListVisitor
{
    /// <summary>Whether the items of this member of the top-level object are wanted.</summary>
    bool Wants(string member);

    /// <summary>An item of a wanted list; valid only during the call.</summary>
    void Item(string member, JsonElement item);

    /// <summary>A wanted list ended.</summary>
    void End(string member);

    /// <summary>A wanted member is something else than a list; null: the document itself is no object.</summary>
    void NotAList(string? member, JsonValueKind kind);
}

/// <summary>
/// Reads a JSON object whose members are long lists, item by item from a stream: only the item being read is in memory. Other members are skipped.
/// </summary>
public static class JsonLists
{
    private const int InitialBufferBytes = 64 * 1024;
    private const int MaxItemBytes = 256 * 1024 * 1024;

    private enum Stage
    {
        Start,
        InObject,
        BeforeList,
        InList,
        BeforeUnknown,
        Done,
    }

    /// <summary>Reads the whole document.</summary>
    /// <exception cref="JsonException">It is no JSON, is cut off, or one item is larger than 256 MiB.</exception>
    public static async Task ReadAsync(Stream body, IJsonListVisitor visitor, CancellationToken ct)
    {
        var parser = new Parser(visitor);
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBufferBytes);
        try
        {
            var filled = await body.ReadAtLeastAsync(buffer.AsMemory(0, 3), 3, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            filled = buffer.AsSpan(0, filled).SequenceEqual<byte>([0xEF, 0xBB, 0xBF]) ? 0 : filled;
            while (true)
            {
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer, filled);
                }

                var read = await body.ReadAsync(buffer.AsMemory(filled), ct).ConfigureAwait(false);
                filled += read;
                var consumed = Advance(parser, buffer.AsMemory(0, filled), isFinal: read == 0);
                if (read == 0)
                {
                    return;
                }

                buffer.AsSpan(consumed, filled - consumed).CopyTo(buffer);
                filled -= consumed;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Advance(Parser parser, ReadOnlyMemory<byte> data, bool isFinal)
    {
        try
        {
            return parser.Advance(data, isFinal);
        }
        catch (InvalidOperationException cause)
        {
            // A string that is not valid UTF-8 or UTF-16.
            throw new JsonException(cause.Message, cause);
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        if (buffer.Length >= MaxItemBytes)
        {
            throw new JsonException($"One item is larger than {MaxItemBytes / (1024 * 1024)} MiB.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    /// <summary>The state between two pieces of the document.</summary>
    private sealed class Parser(IJsonListVisitor visitor)
    {
        private JsonReaderState _state;
        private Stage _stage = Stage.Start;
        private string _member = "";

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

            // The JSON reader itself refuses a document that ends early; this is one without any content.
            return isFinal && _stage != Stage.Done ? throw new JsonException("Expecting value: line 1 column 1 (char 0)") : (int)consumed;
        }

        private bool Step(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
        {
            if (!reader.Read())
            {
                return false;
            }

            return _stage switch
            {
                Stage.Start => TakeStart(ref reader),
                Stage.InObject => TakeMember(ref reader),
                Stage.BeforeUnknown => Skip(ref reader),
                Stage.BeforeList => TakeListStart(ref reader),
                Stage.InList => TakeItem(ref reader, data),
                _ => true,
            };
        }

        private bool TakeStart(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                _stage = Stage.InObject;
                return true;
            }

            var kind = KindOf(reader.TokenType);
            if (!reader.TrySkip())
            {
                return false;
            }

            visitor.NotAList(null, kind);
            _stage = Stage.Done;
            return true;
        }

        private bool TakeMember(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                _stage = Stage.Done;
                return true;
            }

            _member = reader.GetString()!;
            _stage = visitor.Wants(_member) ? Stage.BeforeList : Stage.BeforeUnknown;
            return true;
        }

        private bool Skip(ref Utf8JsonReader reader)
        {
            if (!reader.TrySkip())
            {
                return false;
            }

            _stage = Stage.InObject;
            return true;
        }

        private bool TakeListStart(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                _stage = Stage.InList;
                return true;
            }

            var kind = KindOf(reader.TokenType);
            if (!reader.TrySkip())
            {
                return false;
            }

            visitor.NotAList(_member, kind);
            _stage = Stage.InObject;
            return true;
        }

        private bool TakeItem(ref Utf8JsonReader reader, ReadOnlyMemory<byte> data)
        {
            if (reader.TokenType == JsonTokenType.EndArray)
            {
                visitor.End(_member);
                _stage = Stage.InObject;
                return true;
            }

            var start = (int)reader.TokenStartIndex;
            if (!reader.TrySkip())
            {
                return false;
            }

            using var document = JsonDocument.Parse(data[start..(int)reader.BytesConsumed]);
            visitor.Item(_member, document.RootElement);
            return true;
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
}
