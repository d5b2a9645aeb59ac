using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Orchestrations;

/// <summary>JSON lines in blobs.</summary>
internal static class BlobLines
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>Writes one line per item.</summary>
    public static Task WriteAsync<T>(
        this IBlobStore blobs,
        string name,
        IEnumerable<T> items,
        JsonTypeInfo<T> json,
        CancellationToken ct) => blobs.WriteAsync(
            name,
            async (stream, token) =>
            {
                // Not disposed of: that would close the blob's stream, which belongs to the store.
                var buffered = new BufferedStream(stream, 64 * 1024);
                foreach (var item in items)
                {
                    JsonSerializer.Serialize(buffered, item, json);
                    buffered.Write(NewLine);
                }

                await buffered.FlushAsync(token);
            },
            BlobCondition.None,
            ct);

    /// <summary>Reads one item per line.</summary>
    public static async IAsyncEnumerable<T> ReadAsync<T>(
        this IBlobStore blobs,
        string name,
        JsonTypeInfo<T> json,
        [EnumeratorCancellation] CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(name, 0, null, ct);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize(line, json) ?? throw new InvalidDataException($"An empty line in '{name}'.");
            }
        }
    }
}
