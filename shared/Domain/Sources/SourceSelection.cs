using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Sources;

/// <summary>
/// Which files of a share or bucket a request means: the lists of <c>server_files</c> and <c>server_files_exclude</c> and the pattern, in their order. What is there is
/// another's business. Source: contract-data.md §1.6, §5.5.
/// </summary>
public sealed class SourceSelection
{
    private const string ManifestExtension = ".jsonl";

    private readonly HashSet<string> _excludedFiles;
    private readonly string[] _excludedFolders;

    private SourceSelection(string? manifest, IReadOnlyList<string> paths, IEnumerable<string> excluded, FilePattern? pattern)
    {
        (Manifest, Paths, Pattern) = (manifest, paths, pattern);
        var all = excluded.ToList();
        _excludedFiles = all.Where(path => !path.EndsWith('/')).ToHashSet(StringComparer.Ordinal);
        _excludedFolders = [.. all.Where(path => path.EndsWith('/')).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The manifest among the files; it says what there is in it, and is none of them.</summary>
    public string? Manifest { get; }

    /// <summary>The other files and folders as they were listed, once each. A folder of a bucket ends in <c>/</c>.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>More files by their paths.</summary>
    public FilePattern? Pattern { get; }

    /// <summary>Whether the manifest alone was listed: then all that it holds is meant.</summary>
    public bool IsWholeManifest => Manifest is not null && Paths.Count == 0 && Pattern is null;

    /// <summary>Reads a request.</summary>
    /// <exception cref="CvatException">More than one manifest, or a path that leads out.</exception>
    public static SourceSelection Of(DataParameters parameters)
    {
        var paths = parameters.ServerFiles.Select(Relative).Distinct(StringComparer.Ordinal).ToList();
        var manifests = paths.FindAll(IsManifest);
        return manifests.Count <= 1
            ? new(
                manifests.FirstOrDefault(),
                paths.FindAll(path => !IsManifest(path)),
                parameters.ServerFilesExclude.Select(Relative),
                parameters.FilenamePattern is { } pattern ? FilePattern.Parse(pattern) : null)
            : throw CvatException.Rule($"Only one manifest (.jsonl) can be given; these are: {string.Join(", ", manifests.Select(name => $"'{name}'"))}.");
    }

    /// <summary>Whether a file is left out: named itself, or in a folder that is named with a <c>/</c> at its end.</summary>
    public bool IsExcluded(string path) =>
        _excludedFiles.Contains(path) || _excludedFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal));

    /// <summary>The files of a manifest that are meant, in its order.</summary>
    /// <exception cref="CvatException">Something is listed that the manifest does not have.</exception>
    public IReadOnlyList<string> Choose(IReadOnlyCollection<string> keys)
    {
        var (files, folders) = (Paths.Where(path => !path.EndsWith('/')).ToHashSet(StringComparer.Ordinal), Paths.Where(path => path.EndsWith('/')).ToList());
        var chosen = keys.Where(IsMeant).ToList();
        if (Paths.Count > 0)
        {
            CheckListed(chosen.ToHashSet(StringComparer.Ordinal), [.. files], folders);
        }

        return chosen.FindAll(key => !IsExcluded(key));

        bool IsMeant(string key) =>
            IsWholeManifest || files.Contains(key) || folders.Exists(folder => key.StartsWith(folder, StringComparison.Ordinal)) || Pattern?.Matches(key) == true;
    }

    /// <summary>Paths of a share without folders in which something else is listed: then only that is meant.</summary>
    public static IReadOnlyList<string> WithoutParents(IReadOnlyList<string> paths)
    {
        var parents = paths.SelectMany(Ancestors).ToHashSet(StringComparer.Ordinal);
        return [.. paths.Where(path => !parents.Contains(path.TrimEnd('/')))];
    }

    /// <summary>The key of a manifest's entry: its names are relative to the folder of the manifest.</summary>
    public static string KeyOf(string manifest, string name) => manifest[..(manifest.LastIndexOf('/') + 1)] + name;

    private void CheckListed(HashSet<string> chosen, IReadOnlyList<string> files, List<string> folders)
    {
        const int MaxNamed = 5;
        if (chosen.Count == 0)
        {
            throw CvatException.Rule($"There is no intersection of the files specified in the request with the manifest '{Manifest}'.");
        }

        var missing = files.Where(file => !chosen.Contains(file)).Concat(folders.Where(folder => !chosen.Any(key => key.StartsWith(folder, StringComparison.Ordinal)))).ToList();
        if (missing.Count > 0)
        {
            var rest = missing.Count > MaxNamed ? $" and {missing.Count - MaxNamed} more" : "";
            throw CvatException.Rule($"The manifest '{Manifest}' does not have {string.Join(", ", missing.Take(MaxNamed).Select(name => $"'{name}'"))}{rest}.");
        }
    }

    private static bool IsManifest(string path) => path.EndsWith(ManifestExtension, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without a <c>/</c> at the beginning; the whole root is the empty path.</summary>
    private static string Relative(string path)
    {
        var relative = path.TrimStart('/');
        return !relative.Split('/').Contains("..") ? relative : throw CvatException.Rule($"'{path}' may not leave its root.");
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length > 0)
        {
            yield return "";
        }

        for (var slash = trimmed.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = trimmed.IndexOf('/', slash + 1))
        {
            yield return trimmed[..slash];
        }
    }
}
