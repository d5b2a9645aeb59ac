using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Sources;

public sealed class CloudFolderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Find_Few_AsksForEach()
    {
        var bucket = new SampleBucket { ["a/1.png"] = [1], ["a/2.png"] = [1, 2] };

        var found = await new CloudFolder(bucket, "").FindAsync(["a/2.png", "a/3.png", "b/", ""], Ct);

        found.Keys.Order().ShouldBe(["", "a/2.png", "b/"]);
        (found["a/2.png"].LengthBytes, found["a/2.png"].IsFolder, found["b/"].IsFolder).ShouldBe((2, false, true));
        found["a/2.png"].Place.ShouldBe(new MediaPlace(PlaceKind.Cloud, "a/2.png", found["a/2.png"].Place.ETag));
        bucket.Calls.Order().ShouldBe(["find a/2.png", "find a/3.png"]);
    }

    [Fact]
    public async Task Find_ManyOfAFolder_ListsItInstead()
    {
        var bucket = new SampleBucket(pageSize: 30) { ["a/b/deep.png"] = [1], ["c.png"] = [1] };
        var wanted = Enumerable.Range(0, 40).Select(i => $"a/{i:D2}.png").ToList();
        wanted.ForEach(key => bucket[key] = [1]);
        bucket["a/other.png"] = [1];

        var found = await new CloudFolder(bucket, "").FindAsync([.. wanted, "c.png", "a/99.png"], Ct);

        found.Keys.Order().ShouldBe([.. wanted, "c.png"]);
        bucket.Calls.Count(call => call == "list a/").ShouldBe(2);
        bucket.Calls.Count(call => call.StartsWith("find", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Find_ManyOfAFolder_StopsWhereAllAreFound()
    {
        var bucket = new SampleBucket(pageSize: 30);
        var wanted = Enumerable.Range(0, 30).Select(i => $"a/{i:D2}.png").ToList();
        wanted.ForEach(key => bucket[key] = [1]);
        bucket["a/other.png"] = [1];

        (await new CloudFolder(bucket, "").FindAsync(wanted, Ct)).Count.ShouldBe(30);

        bucket.Calls.ShouldBe(["list a/"]);
    }

    [Fact]
    public async Task Find_ManyOfAHugeFolder_AsksForTheRestOneByOne()
    {
        var bucket = new SampleBucket(pageSize: 10);
        Enumerable.Range(0, 200).ToList().ForEach(i => bucket[$"a/{i:D3}.png"] = [1]);
        var wanted = Enumerable.Range(0, 24).Select(i => $"a/{i * 8:D3}.png").ToList();

        var found = await new CloudFolder(bucket, "").FindAsync(wanted, Ct);

        found.Keys.Order().ShouldBe(wanted);
        bucket.Calls.Count(call => call == "list a/").ShouldBe(2);
        bucket.Calls.Count(call => call.StartsWith("find", StringComparison.Ordinal)).ShouldBe(21);
    }

    [Fact]
    public async Task Walk_Pages_GivesAllWithoutFolderMarks()
    {
        var bucket = new SampleBucket { ["a/"] = [], ["a/1"] = [1], ["a/2"] = [1], ["a/b/"] = [], ["a/b/3"] = [1], ["a/b/4"] = [1], ["c"] = [1] };

        (await new CloudFolder(bucket, "").WalkAsync("a/", Ct).Select(entry => entry.Path).ToListAsync(Ct)).ShouldBe(["a/1", "a/2", "a/b/3", "a/b/4"]);
    }

    [Theory]
    [InlineData(CloudStorageFailure.NotFound, true)]
    [InlineData(CloudStorageFailure.Forbidden, true)]
    [InlineData(CloudStorageFailure.Unavailable, false)]
    public async Task AnyCall_Failure_IsTheUsersUnlessItMayPass(CloudStorageFailure failure, bool isFinal)
    {
        var folder = new CloudFolder(new SampleBucket { Failure = new(failure, "The bucket says no.") }, "");

        var listed = await Should.ThrowAsync<Exception>(async () => await folder.WalkAsync("a/", Ct).ToListAsync(Ct));
        var found = await Should.ThrowAsync<Exception>(() => folder.FindAsync(["a"], Ct));

        foreach (var thrown in new[] { listed, found })
        {
            thrown.ShouldBeOfType(isFinal ? typeof(CvatException) : typeof(CloudStorageException));
            thrown.Message.ShouldContain("The bucket says no.");
        }
    }
}
