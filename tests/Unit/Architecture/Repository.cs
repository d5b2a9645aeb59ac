namespace CvatServerless.Tests.Unit.Architecture;

/// <summary>The checkout that the tests were built from, read as text.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "dist", ".venv", "artifacts", "TestResults", "test-results", "__pycache__"];

    public static string Root { get; } = FindRoot();

    /// <summary>Source files below the folders with one of the extensions (with dot), as paths from the root with <c>/</c>.</summary>
    public static IEnumerable<string> Files(string folder, params string[] extensions) =>
        Walk(Path.Combine(Root, folder))
            .Where(path => extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>The file without comments and without the text of strings, so that a word in prose is no hit.</summary>
    public static IEnumerable<string> CodeLines(string path) =>
        Read(path).Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal));

    private static IEnumerable<string> Walk(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var below = Directory.GetDirectories(folder).Where(child => !Generated.Contains(Path.GetFileName(child), StringComparer.Ordinal)).SelectMany(Walk);
        return Directory.GetFiles(folder).Concat(below);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CvatServerless.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests must run inside the checkout.");
    }
}
