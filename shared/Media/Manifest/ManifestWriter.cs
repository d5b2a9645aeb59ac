using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CvatServerless.Media.Manifest;

/// <summary>Writes a manifest of pictures, version 1.1, row by row. Source: contract-data §2.7.</summary>
public sealed class ManifestWriter(Stream output)
{
    private static readonly ManifestJson Json = new(new JsonSerializerOptions(ManifestJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private bool _hasHeader;

    /// <summary>Writes one row; null for a picture that is not part of the task (<c>{}</c>).</summary>
    public async ValueTask WriteAsync(ManifestEntry? entry, CancellationToken cancellationToken)
    {
        Header();
        if (entry is null)
        {
            _buffer.Write("{}"u8);
        }
        else
        {
            using var json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            JsonSerializer.Serialize(json, entry, Json.ManifestEntry);
        }

        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount > 48 * 1024)
        {
            await FlushAsync(cancellationToken);
        }
    }

    /// <summary>Writes what is still buffered; the output stays open. A manifest without rows gets its header.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        Header();
        await FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    private void Header()
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            _buffer.Write("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n"u8);
        }
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(_buffer.WrittenMemory, cancellationToken);
        _buffer.ResetWrittenCount();
    }
}
