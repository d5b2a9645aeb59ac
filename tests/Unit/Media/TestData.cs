using Xunit;

namespace CvatServerless.Tests.Unit.Media;

/// <summary>Real pictures beside the checkout (<c>../shared/data</c>), or where CVATSERVERLESS_TEST_DATA points. Tests skip where there are none.</summary>
internal static class TestData
{
    public static string? Root { get; } = Find();

    public static string Require(string relativePath)
    {
        Assert.SkipWhen(Root is null, "No real pictures: neither CVATSERVERLESS_TEST_DATA nor ../shared/data beside the checkout exists.");
        var path = Path.Combine(Root!, relativePath);
        Assert.SkipUnless(File.Exists(path), $"The test data has no {relativePath}.");
        return path;
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CVATSERVERLESS_TEST_DATA") is { Length: > 0 } configured)
        {
            return Directory.Exists(configured) ? configured : null;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "photos");
            if (Directory.Exists(candidate))
            {
                return Path.GetDirectoryName(candidate);
            }
        }

        return null;
    }
}
