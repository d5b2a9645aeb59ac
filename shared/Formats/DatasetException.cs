namespace CvatServerless.Formats;

/// <summary>A dataset that can't be read, or objects that a format can't hold. The message is shown to users: it says which file or object, and why.</summary>
public sealed class DatasetException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>A file can't be parsed, in the words of contract-annotations.md §2.3.</summary>
    public static DatasetException Unreadable(string datumaroFormat, string file, string reason, Exception? cause = null) =>
        new($"Failed to import dataset '{datumaroFormat}' at '{file}': {reason}", cause);
}
