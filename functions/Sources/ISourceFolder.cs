using CvatServerless.Domain.Errors;

namespace CvatServerless.Functions.Sources;

/// <summary>A share or a bucket, as files are looked for in it.</summary>
internal interface ISourceFolder
{
    /// <summary>What it is called in a sentence.</summary>
    string Title { get; }

    /// <summary>Only paths that begin like this may be taken; empty: all.</summary>
    string Prefix { get; }

    /// <summary>What there is at these paths; what is missing is left out.</summary>
    /// <exception cref="CvatException">One can't be read.</exception>
    Task<IReadOnlyDictionary<string, SourceEntry>> FindAsync(IReadOnlyCollection<string> paths, CancellationToken ct);

    /// <summary>Every file whose path begins with <paramref name="prefix"/>, folder by folder.</summary>
    /// <exception cref="CvatException">A folder can't be read.</exception>
    IAsyncEnumerable<SourceEntry> WalkAsync(string prefix, CancellationToken ct);
}

/// <summary>A file or folder at a source.</summary>
/// <param name="Path">Where it is there.</param>
/// <param name="Place">How to open it.</param>
/// <param name="LengthBytes">Of a file.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
internal sealed record SourceEntry(string Path, MediaPlace Place, long LengthBytes, bool IsFolder = false);
