using CvatServerless.Domain.CloudStorages;
using CvatServerless.Media.Archives;

namespace CvatServerless.Functions.Sources;

/// <summary>Paths on a share and keys in a bucket, which were made by others, as names in a task.</summary>
internal static class SourceNames
{
    /// <summary>
    /// Whether a file can be a file of a task by this name: the task's own manifest has to name it, and the file has to be found by it again. A name has something before its
    /// extension.
    /// </summary>
    public static bool IsUsable(string path) =>
        CloudKeys.IsObject(path) && EntryNames.Normalize(path, out _) == path && path.LastIndexOf('.') != path.LastIndexOf('/') + 1;
}
