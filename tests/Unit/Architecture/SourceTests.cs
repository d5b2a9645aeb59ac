using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Architecture;

/// <summary>What holds for the sources as text: their size, and that the guarded things exist once.</summary>
public sealed partial class SourceTests
{
    private static readonly string[] Folders = ["functions", "shared", "tests", "static-web", "infra", ".ci"];
    private static readonly string[] Extensions = [".cs", ".ts", ".tsx", ".py", ".bicep", ".sh"];

    // Generated from the contract: its size is not ours.
    private static readonly string[] GeneratedFiles = ["schema.gen.ts"];

    private static readonly List<string> Sources =
        [.. Folders.SelectMany(folder => Repository.Files(folder, Extensions)).Where(path => !GeneratedFiles.Contains(Path.GetFileName(path)))];

    [Fact]
    public void Files_StayWithinTheSizeBudget()
    {
        var sizes = Sources.ToDictionary(path => path, path => Repository.Read(path).Count(character => character == '\n'));

        sizes.Where(file => file.Value > 500).ShouldBeEmpty();
        var large = sizes.Where(file => file.Value > 300).Select(file => $"{file.Key}: {file.Value}").ToList();
        large.Count.ShouldBeLessThanOrEqualTo(sizes.Count / 20, string.Join('\n', large));
    }

    [Theory]
    [InlineData(@"\bnew HttpClient\b|\bnew SocketsHttpHandler\b|\bnew HttpClientHandler\b|\bnew HttpMessageInvoker\b|\bWebRequest\.|\bnew WebClient\b|\bnew TcpClient\b", "shared/Storage/Outbound/")]
    [InlineData(@"\bnew ZipArchive\b|\bZipFile\.|\bTarReader\b|\bArchiveFactory\b|\bReaderFactory\b|\bnew DeflateStream\b", "shared/Media/Archives/")]
    [InlineData(@"\bProcess\.Start\b|\bnew ProcessStartInfo\b|\bnew Process\b", "shared/Media/Children/")]
    [InlineData(@"\bDllImport\b|\bLibraryImport\b", "shared/Media/Images/TurboJpegNative.cs", "shared/Media/Children/BulkOutput.cs", "shared/Storage/Embedded/", "shared/Storage/Share/FileKinds.cs")]
    [InlineData(@"\bnew BlobServiceClient\b|\bnew TableServiceClient\b|\bnew QueueServiceClient\b", "shared/Storage/Azure/")]
    [InlineData(@"\bnew SqliteConnection\b", "shared/Storage/Embedded/", "shared/EmbeddedRuntime/")]
    public void Guarded_Thing_ExistsInOnePlace(string pattern, params string[] allowed)
    {
        var offenders = Sources
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && !path.StartsWith("tests/", StringComparison.Ordinal))
            .Where(path => !allowed.Any(place => path.StartsWith(place, StringComparison.Ordinal)))
            .Where(path => Repository.CodeLines(path).Any(line => Regex.IsMatch(line, pattern)));

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Sources_HaveNoRegionsOrNumberlessTodos()
    {
        var offenders = Sources.Where(path => path.EndsWith(".cs", StringComparison.Ordinal) && path != "tests/Unit/Architecture/SourceTests.cs")
            .Where(path => Repository.Read(path).Split('\n').Any(line => Unwanted().IsMatch(line)));

        offenders.ShouldBeEmpty();
    }

    [Fact]
    public void Namespaces_AreTheFolderPath()
    {
        var offenders = Repository.Files("shared", ".cs").Concat(Repository.Files("functions", ".cs"))
            .Select(path => (path, declared: Namespace().Match(Repository.Read(path)).Groups[1].Value, expected: Expected(path)))
            .Where(file => file.declared.Length > 0 && file.declared.StartsWith("CvatServerless", StringComparison.Ordinal) && file.declared != file.expected)
            .Select(file => $"{file.path}: {file.declared}");

        offenders.ShouldBeEmpty();
    }

    private static string Expected(string path)
    {
        var folders = Path.GetDirectoryName(path)!.Replace('\\', '/').Split('/');
        var below = folders[0] == "functions" ? ["Functions", .. folders[1..]] : folders[1..];
        return "CvatServerless." + string.Join('.', below);
    }

    [GeneratedRegex(@"^\s*#region|TODO(?!.*#\d)")]
    private static partial Regex Unwanted();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
