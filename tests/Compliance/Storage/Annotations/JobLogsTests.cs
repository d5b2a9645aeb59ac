using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Storage.Annotations;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Annotations;

/// <summary>Two <see cref="JobLogs"/> on one store are two processes.</summary>
public sealed class JobLogsTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private readonly JobLogs _one = new(fixture.Blobs, fixture.Time);
    private readonly JobLogs _other = new(fixture.Blobs, fixture.Time);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_TwoProcessesInTurn_MergeByObject()
    {
        const int Job = 1;
        await _one.SaveAsync(Job, _ => Put(Shape(1, 0)), Ct);
        await _other.SaveAsync(Job, _ => Put(Shape(2, 0)), Ct);
        await _one.SaveAsync(Job, _ => Put(Shape(1, 5)), Ct);

        var read = await _other.ReadAsync(Job, Ct);

        read.Revision.ShouldBe(3);
        read.Data.Shapes.Select(shape => (shape.Id, shape.Points[0])).ShouldBe([(1L, 5.0), (2L, 0.0)]);
    }

    [Fact]
    public async Task Save_SameOnceKey_AppendsOnce()
    {
        const int Job = 2;
        (await _one.SaveAsync(Job, _ => Put(Shape(1, 0)) with { OnceKey = "import" }, Ct)).ShouldNotBeNull();
        (await _other.SaveAsync(Job, _ => Put(Shape(1, 9)) with { OnceKey = "import" }, Ct)).ShouldBeNull();

        (await _one.ReadAsync(Job, Ct)).Data.Shapes.ShouldHaveSingleItem().Points[0].ShouldBe(0);
    }

    [Fact]
    public async Task Read_BetweenThePiecesOfALongSave_SeesItWholeAfterwards()
    {
        const int Job = 3;
        await _one.SaveAsync(Job, _ => Put(Shape(1, 0)), Ct);
        var log = $"{JobLogs.Folder(Job)}log-000000";
        var length = (await fixture.Blobs.FindAsync(log, Ct))!.LengthBytes;
        var pieces = AnnotationLog.Encode(Put([.. Enumerable.Range(2, 200_000).Select(id => Shape(id, 1.0 / id))]) with { Revision = 2 });
        pieces.Count.ShouldBeGreaterThan(1);

        length = await fixture.Blobs.AppendAsync(log, pieces[0], length, Ct);
        (await _one.ReadAsync(Job, Ct)).Data.Count.ShouldBe(1);
        foreach (var piece in pieces.Skip(1))
        {
            length = await fixture.Blobs.AppendAsync(log, piece, length, Ct);
        }

        (await _one.ReadAsync(Job, Ct)).Data.Count.ShouldBe(200_001);
        await _one.SaveAsync(Job, _ => Put(Shape(1, 7)), Ct);
        (await _other.ReadAsync(Job, Ct)).Data.Count.ShouldBe(200_001);
    }

    [Fact]
    public async Task Save_LongGeneration_GoesOnInANewOneWithTheSameContent()
    {
        const int Job = 4;
        for (var round = 0; round < 4; round++)
        {
            var start = round * 40_000;
            await _one.SaveAsync(Job, _ => Put([.. Enumerable.Range(start + 1, 40_000).Select(id => Shape(id, 1.0 / id))]), Ct);
            await _other.SaveAsync(Job, _ => Put(Shape(1, round)), Ct);
        }

        (await fixture.Blobs.FindAsync($"{JobLogs.Folder(Job)}snapshot-000001", Ct)).ShouldNotBeNull();
        var read = await new JobLogs(fixture.Blobs, fixture.Time).ReadAsync(Job, Ct);
        read.Data.Count.ShouldBe(160_000);
        read.Data.Shapes.First(shape => shape.Id == 1).Points[0].ShouldBe(3);
    }

    private static AnnotationOperation Put(params LabeledShape[] shapes) =>
        new() { At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), Kind = OperationKind.Create, Put = new() { Shapes = shapes } };

    private static LabeledShape Shape(int id, double x) => new() { Id = id, LabelId = 1, Type = ShapeType.Rectangle, Frame = 0, Points = [x, 1, 2, 3] };
}
