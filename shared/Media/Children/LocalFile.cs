namespace CvatServerless.Media.Children;

/// <summary>A media file of this machine for as long as it is needed; a copy goes on disposal.</summary>
public sealed class LocalFile : IDisposable
{
    private readonly MediaFolder? _folder;

    private LocalFile(LocalMedia media, MediaFolder? folder) => (Media, _folder) = (media, folder);

    /// <summary>The file.</summary>
    public LocalMedia Media { get; }

    /// <summary>A file that is there and stays.</summary>
    public static LocalFile InPlace(string name, string path) => new(new(name, path), null);

    /// <summary>A temporary copy of a stream.</summary>
    public static async Task<LocalFile> CopyAsync(string name, Stream content, MediaOptions options, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(options);
        var folder = MediaFolder.Create(options);
        try
        {
            var path = folder.File("copy");
            await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            await content.CopyToAsync(target, 1 << 20, ct);
            return new(new(name, path), folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _folder?.Dispose();
}
