using System.Globalization;

namespace CvatServerless.Media.Children;

/// <summary>
/// A folder for one run of a foreign decoder: it sees the one file that it is to read, under a name of ours, and nothing else of the server's is beside it.
/// Folders of processes that are gone (a kill) are swept when the first one is made.
/// </summary>
internal sealed class MediaFolder : IDisposable
{
    private const string Prefix = "cvatserverless-media-";
    private static readonly Lock SweepLock = new();
    private static readonly HashSet<string> Swept = new(StringComparer.Ordinal);

    private MediaFolder(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    public static MediaFolder Create(MediaOptions options)
    {
        Sweep(options.TemporaryFolder);
        var path = System.IO.Path.Combine(options.TemporaryFolder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}"));
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new(path);
    }

    /// <summary>A path inside.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Shows a file in the folder under the name <c>input</c>.</summary>
    public string Link(LocalMedia media)
    {
        var link = File("input");
        System.IO.File.CreateSymbolicLink(link, System.IO.Path.GetFullPath(media.Path));
        return link;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A child that is being killed may still write: the sweep of the next start takes it.
        }
    }

    private static void Sweep(string root)
    {
        lock (SweepLock)
        {
            if (!Swept.Add(root) || !Directory.Exists(root))
            {
                return;
            }

            foreach (var folder in Directory.EnumerateDirectories(root, Prefix + "*"))
            {
                var owner = System.IO.Path.GetFileName(folder)[Prefix.Length..].Split('-')[0];
                if (int.TryParse(owner, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && !Directory.Exists($"/proc/{id}") && Directory.Exists("/proc/self"))
                {
                    new MediaFolder(folder).Dispose();
                }
            }
        }
    }
}

/// <summary>A media file on this machine.</summary>
/// <param name="Name">As the user knows it; for messages.</param>
/// <param name="Path">Where it is; never shown.</param>
public sealed record LocalMedia(string Name, string Path);
