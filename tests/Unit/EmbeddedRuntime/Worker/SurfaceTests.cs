using Microsoft.Azure.Functions.Worker;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Worker;

/// <summary>The look-alike types are the official ones: what compiles here compiles against the official packages.</summary>
public sealed class SurfaceTests
{
    private static readonly string[] Mirrored = Read(Path.Combine(AppContext.BaseDirectory, "surface.txt"));

    [Fact]
    public void Assembly_InOfficialNamespaces_IsWhatSurfaceLists()
    {
        var actual = SurfaceText.Of(typeof(FunctionContext).Assembly.GetExportedTypes().Where(type => type.Namespace!.StartsWith("Microsoft.", StringComparison.Ordinal))).ToArray();

        actual.Except(Mirrored).ShouldBeEmpty("the assembly has what surface.txt does not list");
        Mirrored.Except(actual).ShouldBeEmpty("surface.txt lists what the assembly does not have");
    }

    [Fact]
    public void Surface_BesideTheOfficialOne_IsPartOfIt()
    {
        var official = Official();
        if (official is null)
        {
            Assert.Skip("the official surface is not beside this checkout");
        }

        Mirrored.Except(Read(official)).ShouldBeEmpty("surface.txt lists what the official assemblies do not have");
    }

    private static string[] Read(string file) => [.. File.ReadLines(file).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    /// <summary>shared/reference/azure-surface.txt beside the repository, where it is there.</summary>
    private static string? Official()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "reference", "azure-surface.txt");
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
