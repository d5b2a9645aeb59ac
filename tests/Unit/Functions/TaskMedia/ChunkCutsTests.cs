using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.TaskMedia;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.TaskMedia;

public sealed class ChunkCutsTests
{
    private static readonly TaskData Data = new()
    {
        DataId = "d",
        Size = 11,
        Mode = "annotation",
        ChunkSize = 4,
        ImageQuality = 70,
        StartFrame = 0,
        StopFrame = 10,
        ChunksUpdatedDate = default,
    };

    private static readonly Job Job = new() { Id = 1, TaskId = 1, StartFrame = 2, StopFrame = 8, CreatedDate = default, UpdatedDate = default };

    [Theory]
    [InlineData(0, 0, 3)]
    [InlineData(2, 8, 10)]
    public void OfTask_GivesWholeChunksAndTheRest(int number, int start, int stop) => ChunkCuts.OfTask(Data, number).ShouldBe(new Segment(start, stop));

    [Theory]
    [InlineData(0, 2, 5)]
    [InlineData(1, 6, 8)]
    public void OfJobByIndex_CountsFromTheJobsFirstFrame(int index, int start, int stop) => ChunkCuts.OfJobByIndex(Job, Data, index).ShouldBe(new Segment(start, stop));

    [Theory]
    [InlineData(0, 2, 3)]
    [InlineData(1, 4, 7)]
    [InlineData(2, 8, 8)]
    public void OfJobByNumber_KeepsTheJobsFramesOfTheTasksChunk(int number, int start, int stop) =>
        ChunkCuts.OfJobByNumber(Job, Data, number).ShouldBe(new Segment(start, stop));

    [Fact]
    public void Outside_SaysWhichChunksThereAre()
    {
        Should.Throw<CvatException>(() => ChunkCuts.OfTask(Data, 3)).Message.ShouldContain("[0, 2]");
        Should.Throw<CvatException>(() => ChunkCuts.OfJobByIndex(Job, Data, 2)).Message.ShouldContain("[0, 1]");
        Should.Throw<CvatException>(() => ChunkCuts.OfJobByNumber(Job, Data, -1)).Message.ShouldContain("[0, 2]");
    }
}
