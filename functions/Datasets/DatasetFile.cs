using CvatServerless.Domain;
using CvatServerless.Formats;
using CvatServerless.Media;
using CvatServerless.Media.Archives;

namespace CvatServerless.Functions.Datasets;

/// <summary>An uploaded dataset: a zip (told by its first bytes, not its name) or one plain file.</summary>
internal sealed class DatasetFile : IDatasetFile, IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ZipSource? _zip;

    private DatasetFile(string name, Stream stream, ZipSource? zip)
    {
        (Name, _stream, _zip) = (name, stream, zip);
        Paths = zip is null ? [name] : [.. zip.Entries.Select(entry => entry.Name)];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsArchive => _zip is not null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Opens a seekable stream, which is disposed of with the file.</summary>
    /// <exception cref="MediaException">A zip that is broken or hostile.</exception>
    public static async Task<DatasetFile> OpenAsync(string name, Stream stream, MediaOptions options, CancellationToken ct)
    {
        try
        {
            var magic = new byte[2];
            var read = await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, ct);
            stream.Position = 0;
            if (read == 0)
            {
                throw new MediaException(name, "is empty");
            }

            var isZip = magic is [(byte)'P', (byte)'K'];
            return new(name, stream, isZip ? await ZipSource.OpenAsync(name, stream, options.Archives, leaveOpen: true, ct) : null);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string path, CancellationToken ct)
    {
        if (_zip is not null)
        {
            return await _zip.OpenEntryAsync(_zip.ByName[path], ct);
        }

        _stream.Position = 0;
        return _stream;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
