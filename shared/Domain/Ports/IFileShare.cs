namespace CvatServerless.Domain.Ports;

/// <summary>
/// The folder of files that the administrator has connected; it is only ever read. Paths are relative to its root, with <c>/</c> between their parts. Symbolic links are
/// followed as long as they stay inside; devices, sockets and pipes are not opened.
/// </summary>
public interface IFileShare
{
    /// <summary>Whether there is one.</summary>
    bool IsConnected { get; }

    /// <summary>A file or folder; null where there is none. The root is the empty path.</summary>
    /// <exception cref="FileShareException">The path leads out, is no file or folder, or can't be read.</exception>
    ShareEntry? Find(string path);

    /// <summary>What a folder holds on its own level, by name; what <see cref="Find"/> would refuse is left out.</summary>
    /// <exception cref="FileShareException">It is no folder, or can't be read.</exception>
    IReadOnlyList<ShareEntry> List(string folder);

    /// <summary>Opens a file; the stream can seek.</summary>
    /// <exception cref="FileShareException">There is no such file, or it can't be read.</exception>
    Stream OpenRead(string path);
}

/// <summary>A file or folder of the share.</summary>
/// <param name="Path">Relative to the root, as it was asked for: links keep their own names.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="LengthBytes">Of a file.</param>
/// <param name="IsLink">In a listing: whether it is a link; whoever walks through folders does not follow these, or might never come to an end.</param>
public sealed record ShareEntry(string Path, bool IsFolder, long LengthBytes, bool IsLink = false);

/// <summary>The share does not give a file. The message may be shown to users: it names the path within the share and no other.</summary>
public sealed class FileShareException(string message, Exception? cause = null) : Exception(message, cause);
