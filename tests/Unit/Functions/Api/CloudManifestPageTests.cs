using System.Text;
using CvatServerless.Functions.Api.CloudStorages;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Tests.Unit.Functions.Sources;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Api;

public sealed class CloudManifestPageTests
{
    private const string Key = "set/manifest.jsonl";

    private readonly SampleBucket _bucket = new();

    [Theory]
    [InlineData(1, 7)]
    [InlineData(10, 7)]
    [InlineData(16, 15)]
    [InlineData(1000, 7)]
    [InlineData(1000, 500)]
    public async Task Read_PageAfterPage_GivesEachEntryOnceInOrder(int maxHeld, int size)
    {
        var expected = Fill(seed: maxHeld);
        var seen = new List<string>();
        var hasMore = true;
        while (hasMore)
        {
            (var entries, hasMore) = await ReadAsync(seen.Count, size, maxHeld);

            entries.Count.ShouldBe(Math.Min(size, expected.Count - seen.Count));
            seen.AddRange(entries.Select(entry => entry.Name));
        }

        seen.ShouldBe(expected);
        (await ReadAsync(expected.Count + 5, size, maxHeld)).Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(79, 5)]
    public async Task Read_FarBack_ReadsTheManifestAgainForWhatDoesNotFit(int start, int readings)
    {
        Fill(seed: 1);

        await ReadAsync(start, size: 10, maxHeld: 20);

        _bucket.Calls.Count.ShouldBe(readings);
    }

    private async Task<(IReadOnlyList<FileRead> Entries, bool HasMore)> ReadAsync(int start, int size, int maxHeld) =>
        await CloudManifestPage.ReadAsync(_bucket, Key, CloudLevel.Of("set/", ""), start, size, TestContext.Current.CancellationToken, maxHeld);

    /// <summary>A manifest of 20 folders of three files each, and of 80 files, all shuffled and some of them twice; what it should show.</summary>
    private List<string> Fill(int seed)
    {
        var folders = Enumerable.Range(0, 20).Select(index => $"folder{index}").ToList();
        var files = Enumerable.Range(0, 80).Select(index => $"img_{index}.png").ToList();
        var rows = folders.SelectMany(folder => files.Take(3).Select(file => $"{folder}/{file}")).Concat(files).Concat(files.Take(10)).ToArray();
        new Random(seed).Shuffle(rows);
        var lines = rows.Select(row => $$"""{"name":"{{row[..^4]}}","extension":".png","width":4,"height":3}""");
        _bucket[Key] = Encoding.UTF8.GetBytes("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n" + string.Join('\n', lines) + "\n");
        return [.. folders, .. files];
    }
}
