namespace CvatServerless.Formats;

/// <summary>A dataset that can't be read, or objects that a format can't hold. The message is shown to users: it says which file or object, and why.</summary>
public sealed class DatasetException(string message, Exception? cause = null) : Exception(message, cause);
