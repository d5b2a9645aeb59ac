using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

/// <summary>Frames 0–4 are a job whose honeypots 1 and 3 show 5 and 6, the pool.</summary>
public sealed class PoolAnnotationsTests
{
    private static readonly AnnotationTask Task = new()
    {
        Id = 1,
        Name = "t",
        CreatedDate = default,
        UpdatedDate = default,
        Validation = new(9, [5, 6], []) { IsPool = true },
        Data = new()
        {
            DataId = "d",
            Size = 7,
            Mode = "annotation",
            ChunkSize = 5,
            ImageQuality = 70,
            StartFrame = 0,
            StopFrame = 6,
            ChunksUpdatedDate = default,
            HoneypotFrames = [1, 3],
            HoneypotRealFrames = [5, 6],
        },
    };

    [Theory]
    [InlineData(OperationKind.Replace)]
    [InlineData(OperationKind.Create)]
    [InlineData(OperationKind.Import)]
    public void OfTask_PoolIsAnnotated_HoneypotsShowTheSame(OperationKind kind)
    {
        var spread = PoolAnnotations.OfTask(Task, kind, Tags(0, 1, 5));

        spread.Tags.Select(tag => (tag.Frame, tag.Id)).ShouldBe([(0, 10), (5, 15), (1, 0)]);
    }

    [Theory]
    [InlineData(OperationKind.Create, "0 1")]
    [InlineData(OperationKind.Update, "0 1")]
    [InlineData(OperationKind.Delete, "0 1")]
    [InlineData(OperationKind.Replace, "0")]
    public void OfTask_PoolIsNotMentioned_OnlyAReplacementClearsHoneypots(OperationKind kind, string frames) =>
        string.Join(' ', PoolAnnotations.OfTask(Task, kind, Tags(0, 1)).Tags.Select(tag => tag.Frame)).ShouldBe(frames);

    [Theory]
    [InlineData(OperationKind.Update)]
    [InlineData(OperationKind.Delete)]
    public void OfTask_SingleOnesOfThePool_AreRefused(OperationKind kind) =>
        Should.Throw<CvatException>(() => PoolAnnotations.OfTask(Task, kind, Tags(6))).Message.ShouldStartWith("Annotations on validation frames");

    [Fact]
    public void OfTask_Tracks_AreRefused() => Should.Throw<CvatException>(
        () => PoolAnnotations.OfTask(Task, OperationKind.Create, new() { Tracks = [new() { LabelId = 1, Frame = 0 }] })).Message.ShouldStartWith("Tracks are not supported");

    [Fact]
    public void OfTask_WithoutPool_IsTheBodyItself()
    {
        var body = Tags(5);

        PoolAnnotations.OfTask(Task with { Validation = null }, OperationKind.Update, body).ShouldBeSameAs(body);
    }

    private static LabeledData Tags(params int[] frames) => new() { Tags = [.. frames.Select(frame => new LabeledTag { Id = 10 + frame, LabelId = 1, Frame = frame })] };
}
