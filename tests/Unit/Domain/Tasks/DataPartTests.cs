using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

public sealed class DataPartTests
{
    [Theory]
    [InlineData(10, 4, 0, 5, "10-13 14-14")]
    [InlineData(10, 4, 1, 5, "9-12 12-14")]
    [InlineData(10, 10, 0, 25, "10-19 20-29 30-34")]
    [InlineData(3, 100, 0, 2, "3-4")]
    [InlineData(6, 0, 0, 7, "6-12")]
    [InlineData(1, 4, 2, 3, "0-3")]
    public void SegmentsBehind_GoOnAsTheTaskBegan(int size, int segmentSize, int overlap, int added, string expected)
    {
        var task = new AnnotationTask { Id = 1, Name = "t", SegmentSize = segmentSize, Overlap = overlap, CreatedDate = default, UpdatedDate = default };

        var segments = task.SegmentsBehind(Data(size), added);

        string.Join(' ', segments.Select(segment => $"{segment.StartFrame}-{segment.StopFrame}")).ShouldBe(expected);
    }

    [Fact]
    public void LinkedTo_AnotherStorage_ChangesWhatIsReadFromOne()
    {
        var parts = new[] { new DataPart("b", 2) { Storage = "cloud_storage", CloudStorageId = 1 }, new DataPart("c", 2) { CloudStorageId = 1 } };
        var data = Data(9) with { Parts = parts };
        data.IsInCloud().ShouldBeTrue();

        var linked = data.LinkedTo(2);

        (linked.CloudStorageId, linked.Parts![0].CloudStorageId, linked.Parts[1].CloudStorageId).ShouldBe((null, 2, 1));
        (linked.IsRelinked, linked.Parts[0].IsRelinked, linked.Parts[1].IsRelinked).ShouldBe((false, true, false));
        linked.Unlinked().All().ShouldAllBe(part => part.CloudStorageId == null);
        Data(9).IsInCloud().ShouldBeFalse();
    }

    [Fact]
    public void With_Parts_CountAndPlaceEveryFrame()
    {
        var data = Data(3).With(new("second", 2), default).With(new("third", 4) { Storage = "share" }, default);

        (data.Size, data.StopFrame).ShouldBe((9, 8));
        data.DataIds().ShouldBe(["first", "second", "third"]);
        data.All().Select(part => (part.DataId, part.Size, part.IsOutside)).ShouldBe([("first", 3, false), ("second", 2, false), ("third", 4, true)]);
        Enumerable.Range(0, 9).Select(frame => $"{data.PartAt(frame).Data.DataId}{data.PartAt(frame).Frame}")
            .ShouldBe(["first0", "first1", "first2", "second0", "second1", "third0", "third1", "third2", "third3"]);
        Should.Throw<CvatServerless.Domain.Errors.CvatException>(() => data.PartAt(9));
    }

    private static TaskData Data(int size) =>
        new() { DataId = "first", Size = size, Mode = "annotation", ChunkSize = 2, ImageQuality = 70, StartFrame = 0, StopFrame = size - 1, ChunksUpdatedDate = default };
}
