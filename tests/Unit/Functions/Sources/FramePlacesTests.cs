using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Sources;
using CvatServerless.Storage.Embedded;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Sources;

public sealed class FramePlacesTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 50)]
    [InlineData(49, 1)]
    [InlineData(17, 5)]
    public async Task Read_Stretch_IsWhatWasWritten(int first, int count)
    {
        var ct = TestContext.Current.CancellationToken;
        var directory = Directory.CreateTempSubdirectory("cvatserverless-places-");
        using (var database = new SqliteDatabase(directory.FullName))
        {
            var places = new FramePlaces(new FileBlobStore(database, TimeProvider.System));
            var frames = Enumerable.Range(0, 50).Select(i => new PlannedFrame($"bücket/{i}.png", new(PlaceKind.Cloud, $"bücket/{i}.png", $"\"{new string('e', i)}\""))).ToList();
            await places.WriteAsync("d", frames.ToAsyncEnumerable(), ct);

            (await places.ReadAsync("d", first, count, ct)).ShouldBe(frames.GetRange(first, count));
        }

        directory.Delete(recursive: true);
    }
}
