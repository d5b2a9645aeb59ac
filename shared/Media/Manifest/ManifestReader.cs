using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain;
using CvatServerless.Media.Archives;

namespace CvatServerless.Media.Manifest;

/// <summary>Reads manifests of pictures row by row, whoever wrote them. Source: contract-data §2.7.</summary>
public static class ManifestReader
{
    /// <summary>Longest manifest of others, in bytes.</summary>
    public const long MaxBytes = 256L << 20;

    private const int MaxLineBytes = 1024 * 1024;

    /// <inheritdoc cref="ReadImagesAsync(string, Stream, long, CancellationToken)"/>
    public static IAsyncEnumerable<ManifestEntry?> ReadImagesAsync(string fileName, Stream stream, CancellationToken cancellationToken) =>
        ReadImagesAsync(fileName, stream, MaxBytes, cancellationToken);

    /// <summary>The rows, in order; null for a <c>{}</c> row, which stands for a picture outside the task.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="stream">The manifest; read once, left open.</param>
    /// <param name="maxBytes">Longer ones are refused.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="MediaException">Not a manifest of pictures, or a row that makes no sense; the message names the line.</exception>
    public static async IAsyncEnumerable<ManifestEntry?> ReadImagesAsync(
        string fileName, Stream stream, long maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0;
        await foreach (var line in LinesAsync(fileName, stream, maxBytes, cancellationToken))
        {
            number++;
            if (number <= 2)
            {
                CheckHeader(fileName, number, line);
            }
            else if (!line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                yield return Entry(fileName, number, Parse(fileName, number, line, ManifestJson.Default.ManifestRow));
            }
        }

        if (number < 2)
        {
            throw new MediaException(fileName, "is not a manifest: its header is missing");
        }
    }

    private static void CheckHeader(string fileName, int number, byte[] line)
    {
        if (number == 1)
        {
            var version = Parse(fileName, number, line, ManifestJson.Default.ManifestVersion).Version;
            if (version is not ("1.0" or "1.1"))
            {
                throw new MediaException(fileName, "is not a manifest of a known version (1.0 or 1.1)");
            }

            return;
        }

        var type = Parse(fileName, number, line, ManifestJson.Default.ManifestType).Type;
        if (type != "images")
        {
            throw new MediaException(fileName, type == "video" ? "is the manifest of a video, not of pictures" : "is not a manifest of pictures");
        }
    }

    private static ManifestEntry? Entry(string fileName, int number, ManifestRow row)
    {
        if (row is { Name: null, Extension: null, Width: null, Height: null })
        {
            return null;
        }

        if (string.IsNullOrEmpty(row.Name) || row.Extension is null)
        {
            throw new MediaException(fileName, $"has no name or extension in line {number}");
        }

        if (row.Width is <= 0 || row.Height is <= 0)
        {
            throw new MediaException(fileName, $"has a width or height that is not positive in line {number}");
        }

        if (EntryNames.Normalize(row.Name + row.Extension, out _) is null)
        {
            throw new MediaException(fileName, $"has a name that is not a relative path in line {number}");
        }

        if (row.Meta?.RelatedImages is { } related && related.Any(name => name is null || EntryNames.Normalize(name, out _) is null))
        {
            throw new MediaException(fileName, $"has a related image that is not a relative path in line {number}");
        }

        return new ManifestEntry(row.Name, row.Extension, row.Width, row.Height, row.Meta, row.Checksum);
    }

    private static T Parse<T>(string fileName, int number, byte[] line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new MediaException(fileName, $"has no valid JSON object in line {number}", exception);
        }
    }

    private static async IAsyncEnumerable<byte[]> LinesAsync(string fileName, Stream stream, long maxBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0L;
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(cancellationToken);
                var buffer = read.Buffer;
                var unread = buffer.Length;
                while (NextLine(ref buffer) is { } line)
                {
                    yield return line;
                }

                taken += unread - buffer.Length;
                if (taken + buffer.Length > maxBytes)
                {
                    throw new MediaException(fileName, $"is a manifest of more than {maxBytes >> 20} MiB");
                }

                if (buffer.Length > MaxLineBytes)
                {
                    throw new MediaException(fileName, "is not a manifest: it has a line of more than 1 MiB");
                }

                if (read.IsCompleted)
                {
                    if (!buffer.IsEmpty)
                    {
                        yield return buffer.ToArray();
                    }

                    yield break;
                }

                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static byte[]? NextLine(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
        {
            return null;
        }

        var line = buffer.Slice(0, end).ToArray();
        buffer = buffer.Slice(buffer.GetPosition(1, end));
        return line;
    }
}
