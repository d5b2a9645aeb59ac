using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

public sealed class ValidationFramesTests
{
    private static readonly Segment[] Segments = [new(0, 5), new(4, 9), new(8, 13)];

    [Theory]
    [InlineData(5, null, 5)]
    [InlineData(null, 0.5, 7)]
    [InlineData(null, 0.01, 1)]
    [InlineData(14, null, 14)]
    public void Choose_Uniform_GivesThatMany(int? count, double? share, int expected)
    {
        var frames = new ValidationFrames("random_uniform", count, share, null, null, [], 7).Choose(14, Segments);

        frames.Count.ShouldBe(expected);
        frames.ShouldBe(frames.Distinct().Order());
    }

    [Fact]
    public void Choose_Uniform_IsWhatNumPyChooses() =>
        new ValidationFrames("random_uniform", 5, null, null, null, [], 7).Choose(20, [new(0, 19)]).ShouldBe([0, 3, 4, 7, 11]);

    [Theory]
    [InlineData(2, null, 2)]
    [InlineData(null, 0.5, 3)]
    [InlineData(9, null, 6)]
    public void Choose_PerJob_CountsSharedFramesForBothJobs(int? count, double? share, int atLeast)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var frames = new ValidationFrames("random_per_job", null, null, count, share, [], seed).Choose(14, Segments);

            Segments.ShouldAllBe(segment => frames.Count(frame => frame >= segment.StartFrame && frame <= segment.StopFrame) >= atLeast);
        }
    }

    [Theory]
    [InlineData("3 3", "Frames must not repeat")]
    [InlineData("3 14", "Unknown frames specified: 14")]
    [InlineData("", "The list of validation frames is empty")]
    public void Choose_ManualWrong_SaysWhy(string frames, string message)
    {
        int[] chosen = [.. frames.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];

        Should.Throw<CvatException>(() => new ValidationFrames("manual", null, null, null, null, chosen, 1).Choose(14, Segments)).Message.ShouldBe(message);
    }
}
