using System.Globalization;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Share;

/// <summary>
/// The share as a folder of this machine. Every part of a path is looked at before it is entered, so that no link leads out; what was opened in the end is compared with
/// what was looked at, so that a link that is put there in between gains nothing.
/// </summary>
internal sealed class ConnectedShare : IFileShare
{
    private const int MaxLinks = 40;

    private readonly string? _root;

    /// <summary>A share on a folder; null: none is connected.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ConnectedShare(string? folder)
    {
        if (folder is null)
        {
            return;
        }

        var root = Path.GetFullPath(folder);
        _root = Directory.Exists(root) ? RealPath(root) : throw new DirectoryNotFoundException($"The share '{folder}' is no folder.");
    }

    /// <inheritdoc/>
    public bool IsConnected => _root is not null;

    /// <inheritdoc/>
    public ShareEntry? Find(string path) => Locate(path) is { } found ? new(Clean(path), found.IsFolder, found.LengthBytes) : null;

    /// <inheritdoc/>
    public IReadOnlyList<ShareEntry> List(string folder)
    {
        var path = Clean(folder);
        if (Locate(path) is not { IsFolder: true } found)
        {
            throw new FileShareException($"'{path}' is no folder of the share.");
        }

        return [.. Names(found.RealPath, path).Select(name => Usable(found.RealPath, path, name)).OfType<ShareEntry>()];
    }

    /// <inheritdoc/>
    public Stream OpenRead(string path)
    {
        if (Locate(path) is not { IsFolder: false } found)
        {
            throw new FileShareException($"There is no file '{Clean(path)}' on the share.");
        }

        FileStream stream;
        try
        {
            stream = new FileStream(found.RealPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileShareException($"'{Clean(path)}' on the share can't be read.", e);
        }

        if (OpenedPath(stream) is { } opened && opened != found.RealPath)
        {
            stream.Dispose();
            throw new FileShareException($"'{Clean(path)}' on the share changed while it was opened.");
        }

        return stream;
    }

    private static string Clean(string path) => string.Join('/', path.Split('/', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Where the system has opened a file; null where it does not tell.</summary>
    private static string? OpenedPath(FileStream stream) => OperatingSystem.IsLinux()
        ? new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{stream.SafeFileHandle.DangerousGetHandle()}")).LinkTarget
        : null;

    private static string RealPath(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        if (parent is null)
        {
            return folder;
        }

        var path = Path.Combine(RealPath(parent), Path.GetFileName(folder));
        return new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true) is { } target ? RealPath(target.FullName) : path;
    }

    private static List<string> Names(string realPath, string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(realPath).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileShareException($"The folder '{path}' of the share can't be read.", e);
        }
    }

    private ShareEntry? Usable(string realPath, string folder, string name)
    {
        try
        {
            var entry = Find(folder.Length == 0 ? name : $"{folder}/{name}");
            return entry is null ? null : entry with { IsLink = FileKinds.Of(Path.Combine(realPath, name)).Kind == FileKind.Link };
        }
        catch (Exception e) when (e is FileShareException or IOException)
        {
            return null;
        }
    }

    /// <summary>Walks a path part by part from the root; null where there is nothing.</summary>
    private Located? Locate(string path)
    {
        if (_root is null)
        {
            throw new FileShareException("No share is connected to this server.");
        }

        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Contains(".."))
        {
            throw LeadsOut(path);
        }

        var walk = new Walk(_root, path);
        try
        {
            return walk.Run();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileShareException($"'{Clean(path)}' on the share can't be read.", e);
        }
    }

    private static FileShareException LeadsOut(string path) => new($"'{path}' leads out of the share.");

    private readonly record struct Located(string RealPath, bool IsFolder, long LengthBytes);

    /// <summary>One path on its way: parts that are still to be entered, and the real parts that were, none of which is a link.</summary>
    private sealed class Walk(string root, string path)
    {
        private readonly Stack<string> _pending = new(path.Split('/').Reverse());
        private readonly List<string> _real = [];
        private int _links;

        public Located? Run()
        {
            var last = new Located(root, true, 0);
            while (_pending.TryPop(out var part))
            {
                if (part is "" or ".")
                {
                    continue;
                }

                if (part == "..")
                {
                    Leave();
                    last = new Located(Real(), true, 0);
                    continue;
                }

                _real.Add(part);
                var (kind, length) = FileKinds.Of(Real());
                switch (kind)
                {
                    case FileKind.Link:
                        Follow();
                        last = new Located(Real(), true, 0);
                        break;
                    case FileKind.Folder:
                        last = new Located(Real(), true, 0);
                        break;
                    case FileKind.File when _pending.All(rest => rest.Length == 0):
                        return new Located(Real(), false, length);
                    case FileKind.File or FileKind.Missing:
                        return null;
                    default:
                        throw new FileShareException($"'{path}' is no file: devices, sockets and pipes are not read.");
                }
            }

            return last;
        }

        private string Real() => _real.Count == 0 ? root : Path.Combine(root, string.Join('/', _real));

        private void Leave()
        {
            if (_real.Count == 0)
            {
                throw LeadsOut(path);
            }

            _real.RemoveAt(_real.Count - 1);
        }

        private void Follow()
        {
            var target = new FileInfo(Real()).LinkTarget;
            if (target is null || ++_links > MaxLinks)
            {
                throw new FileShareException($"'{path}' is a link that can't be followed.");
            }

            Leave();
            if (Path.IsPathRooted(target))
            {
                if (target != root && !target.StartsWith(root.TrimEnd('/') + '/', StringComparison.Ordinal))
                {
                    throw LeadsOut(path);
                }

                _real.Clear();
                target = target[root.Length..];
            }

            foreach (var part in target.Split('/').Reverse())
            {
                _pending.Push(part);
            }
        }
    }
}
