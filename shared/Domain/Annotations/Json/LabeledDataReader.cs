using System.Buffers;
using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>
/// Reads a <c>LabeledData</c> body from a stream, one object at a time: beside the model only the object being read is in memory. Source:
/// contract-annotations.md §1.2–1.4.
/// </summary>
public static class LabeledDataReader
{
    private const int InitialBufferBytes = 64 * 1024;
    private const int MaxObjectBytes = 256 * 1024 * 1024;

    /// <summary>Reads the whole body; references to labels are not looked at (<see cref="LabelReferences"/>).</summary>
    /// <exception cref="CvatException">400: not JSON, or errors by field in the contract's nested shape.</exception>
    public static async Task<LabeledData> ReadAsync(Stream body, AnnotationAction action, CancellationToken ct)
    {
        var parser = new LabeledDataParser(action);
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBufferBytes);
        try
        {
            var filled = 0;
            var first = true;
            while (true)
            {
                if (filled == buffer.Length)
                {
                    buffer = Grow(buffer, filled);
                }

                var read = await body.ReadAsync(buffer.AsMemory(filled), ct).ConfigureAwait(false);
                filled += read;
                var skipped = first ? SkipByteOrderMark(buffer, filled) : 0;
                first &= filled < 3 && read > 0;
                var consumed = skipped + Parse(parser, buffer.AsMemory(skipped, filled - skipped), isFinal: read == 0);
                if (read == 0)
                {
                    return parser.Result();
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

    private static int Parse(LabeledDataParser parser, ReadOnlyMemory<byte> data, bool isFinal)
    {
        try
        {
            return parser.Advance(data, isFinal);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is not valid UTF-8 or UTF-16.
            throw new CvatException(ErrorKind.Invalid, new DetailBody($"JSON parse error - {cause.Message}"), cause);
        }
    }

    private static byte[] Grow(byte[] buffer, int filled)
    {
        if (buffer.Length >= MaxObjectBytes)
        {
            throw CvatException.Detail(ErrorKind.TooLarge, $"One object of the request is larger than {MaxObjectBytes / (1024 * 1024)} MiB.");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static int SkipByteOrderMark(byte[] buffer, int filled) =>
        filled >= 3 && buffer.AsSpan(0, 3).SequenceEqual<byte>([0xEF, 0xBB, 0xBF]) ? 3 : 0;
}
