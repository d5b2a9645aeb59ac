using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

/// <summary>Two jobs of five frames, two honeypots in each; the pool is frames 10–13.</summary>
public sealed class HoneypotDrawTests
{
    private static readonly DateTimeOffset Before = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Before.AddDays(1);
    private static readonly Segment[] Jobs = [new(0, 4), new(5, 9)];

    private static readonly AnnotationTask Task = new()
    {
        Id = 1,
        Name = "t",
        CreatedDate = Before,
        UpdatedDate = Before,
        Validation = new(9, [10, 11, 12, 13], []) { IsPool = true, FramesPerJobCount = 2 },
        Data = new()
        {
            DataId = "d",
            Size = 14,
            Mode = "annotation",
            ChunkSize = 5,
            ImageQuality = 70,
            StartFrame = 0,
            StopFrame = 13,
            ChunksUpdatedDate = Before,
            HoneypotFrames = [1, 3, 6, 7],
            HoneypotRealFrames = [10, 11, 12, 13],
        },
    };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 10)]
    [InlineData(6, 12)]
    [InlineData(7, 13)]
    [InlineData(8, 8)]
    [InlineData(10, 10)]
    public void Shown_Frame_IsThatOfThePoolOrItself(int frame, int shown)
    {
        Task.Data!.Shown(frame).ShouldBe(shown);
        Task.Data!.IsHoneypot(frame).ShouldBe(shown != frame);
    }

    [Fact]
    public void AtRandom_Task_UsesThePoolEvenlyAndNoFrameTwiceInAJob()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var real = HoneypotDraw.AtRandom(Task, Jobs, keepsOthers: false, new(seed));

            real.Order().ShouldBe([10, 11, 12, 13]);
        }
    }

    [Fact]
    public void AtRandom_Job_TakesTheLeastUsedOnesFirst()
    {
        var busy = Task with { Data = Task.Data! with { HoneypotRealFrames = [10, 11, 10, 11] } };

        var real = HoneypotDraw.AtRandom(busy, [Jobs[0]], keepsOthers: true, new(3));

        real.Take(2).Order().ShouldBe([12, 13]);
        real.Skip(2).ShouldBe([10, 11]);
    }

    [Fact]
    public void AtRandom_DisabledFrames_AreNotShown()
    {
        var less = Task.WithDisabled([10, 11], Now);

        HoneypotDraw.AtRandom(less, Jobs, keepsOthers: false, new(3)).ShouldAllBe(frame => frame >= 12);
        Should.Throw<CvatException>(() => HoneypotDraw.AtRandom(less.WithDisabled([10, 11, 12], Now), Jobs, keepsOthers: false, new(3))).Message.ShouldStartWith("Can't select validation frames");
    }

    [Theory]
    [InlineData("12", "must remain the same. Requested 1, current 2")]
    [InlineData("9 12", "frames 9 are not from the validation pool")]
    [InlineData("10 12", "frames 10 are disabled")]
    public void ByHand_WrongFrames_SaysWhy(string frames, string message)
    {
        int[] wanted = [.. frames.Split(' ').Select(int.Parse)];

        Should.Throw<CvatException>(() => HoneypotDraw.ByHand(Task.WithDisabled([10], Now), Jobs[1], wanted)).Message.ShouldContain(message);
    }

    [Fact]
    public void Apply_SomeChanged_RestoresThemAndLeavesTheirAnnotationsToClear()
    {
        var deleted = Task with { Data = Task.Data! with { DeletedFrames = [0, 6, 7] } };

        var drawn = HoneypotDraw.Apply(deleted, HoneypotDraw.ByHand(deleted, Jobs[1], [12, 10]), Now);

        drawn.Draw!.Frames.ShouldBe([7]);
        drawn.Data!.DeletedFrames.ShouldBe([0, 6]);
        (drawn.Data.Shown(7), drawn.Data.ChunksUpdatedDate).ShouldBe((10, Now));
    }

    [Fact]
    public void Apply_NothingChanged_TouchesTheTaskOnly()
    {
        var drawn = HoneypotDraw.Apply(Task, Task.Data!.HoneypotRealFrames!, Now);

        drawn.ShouldBe(Task with { UpdatedDate = Now });
    }

    [Fact]
    public void WithDisabled_PoolFrame_TakesItsHoneypotsWithItBothWays()
    {
        var deleted = Task with { Data = Task.Data! with { DeletedFrames = [0, 3] } };

        var less = deleted.WithDisabled([12], Now);
        var again = less.WithDisabled([13], Now);

        less.Validation!.DisabledFrames.ShouldBe([12]);
        less.Data!.DeletedFrames.ShouldBe([0, 3, 6, 12]);
        again.Data!.DeletedFrames.ShouldBe([0, 3, 7, 13]);
    }
}
