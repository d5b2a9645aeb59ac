using CsCheck;
using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Log;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class AnnotationLogTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly Gen<double> GenCoordinate = Gen.OneOf(
        Gen.Int[-5000, 5000].Select(value => (double)value),
        Gen.Int[-500000, 500000].Select(value => value / 100.0),
        Gen.Double[-1e6, 1e6]);

    private static readonly Gen<LabeledShape> GenShape = Gen.Select(
        Gen.Long[1, 30], Gen.Int[0, 20], GenCoordinate.Array[4], Gen.Bool, Gen.String[0, 8], Gen.Double[0, 1],
        (id, frame, points, occluded, text, score) => new LabeledShape
        {
            Id = id,
            LabelId = 3,
            Type = ShapeType.Rectangle,
            Frame = frame,
            Points = points,
            Occluded = occluded,
            Score = score,
            Rotation = frame * 1.25,
            ZOrder = -frame,
            Group = frame,
            Source = AnnotationSource.SemiAuto,
            Attributes = [new AttributeValue(7, text)],
            Elements = occluded ? [new LabeledShape { Id = id + 100, LabelId = 6, Type = ShapeType.Points, Frame = frame, Points = [1.5, 2], Outside = true }] : [],
        });

    private static readonly Gen<LabeledTrack> GenTrack = Gen.Select(Gen.Long[1, 10], Gen.Int[0, 20], GenCoordinate.Array[4], (id, frame, points) => new LabeledTrack
    {
        Id = id,
        LabelId = 3,
        Frame = frame,
        Shapes = [new TrackedShape { Id = id * 7, Type = ShapeType.Rectangle, Frame = frame, Points = points, Outside = frame > 10, Attributes = [new AttributeValue(9, "x")] }],
    });

    private static readonly Gen<AnnotationOperation> GenOperation = Gen.Select(
        GenShape.Array[0, 4], GenTrack.Array[0, 2], Gen.Long[1, 30].Array[0, 3], Gen.Int[0, 9], Gen.Int[0, 3],
        (shapes, tracks, removed, clear, once) => new AnnotationOperation
        {
            At = At,
            UserId = 2,
            Kind = OperationKind.Update,
            ClearsAll = clear == 0,
            OnceKey = once == 0 ? $"import-{clear}" : "",
            Put = new LabeledData { Shapes = [.. shapes.DistinctBy(shape => shape.Id)], Tracks = [.. tracks.DistinctBy(track => track.Id)] },
            Removed = new AnnotationIdSet { Shapes = removed },
        });

    [Fact]
    public void Replay_OfAnyLog_EqualsApplyingDirectly() => GenOperation.List[0, 12].Sample(
        operations =>
        {
            var (log, direct) = Build(operations);

            var replayed = new AnnotationState();
            var end = Run(AnnotationLog.ReplayAsync(new MemoryStream(log), replayed, CancellationToken.None));

            end.ShouldBe(new LogEnd(log.Length, false));
            Text(replayed).ShouldBe(Text(direct));
        },
        iter: 200,
        seed: "0000000000001");

    [Fact]
    public void Snapshot_WithTail_EqualsFullReplay() => Gen.Select(GenOperation.List[1, 12], Gen.Int[0, 11]).Sample(
        (operations, cut) =>
        {
            var atCut = operations.Take(cut % operations.Count).ToList();
            var (log, full) = Build(operations);
            var (_, half) = Build(atCut);

            var snapshot = new MemoryStream();
            Run(AnnotationSnapshot.WriteAsync(snapshot, half, CancellationToken.None));
            snapshot.Position = 0;
            var restored = Run(AnnotationSnapshot.ReadAsync(snapshot, CancellationToken.None));
            Run(AnnotationLog.ReplayAsync(new MemoryStream(log), restored, CancellationToken.None));

            Text(restored).ShouldBe(Text(full));
            restored.OnceKeys.Order().ShouldBe(full.OnceKeys.Order());
        },
        iter: 200,
        seed: "0000000000002");

    [Fact]
    public void TwoWriters_InAnyOrderOfCommits_SeeTheSameState() => Gen.Select(GenOperation.List[1, 6], GenOperation.List[1, 6], Gen.Bool.Array[12]).Sample(
        (mine, theirs, coin) =>
        {
            // Each writer holds a state and appends under the condition that the log has the length it knows; the loser reads the tail and tries again.
            var log = new MemoryStream();
            var writers = new[] { new Writer(mine), new Writer(theirs) };
            for (var step = 0; writers.Any(writer => !writer.IsDone); step++)
            {
                var first = coin[step % coin.Length] ? 1 : 0;
                writers[first].TryAppend(log);
                writers[1 - first].TryAppend(log);
            }

            foreach (var writer in writers)
            {
                writer.CatchUp(log);
            }

            Text(writers[0].State).ShouldBe(Text(writers[1].State));
            writers[0].State.Revision.ShouldBe(mine.Count + theirs.Count);
        },
        iter: 200,
        seed: "0000000000003");

    [Fact]
    public void Replay_OfADamagedTail_StopsBeforeIt() => Gen.Select(GenOperation.List[2, 5], Gen.Int[0, 10000], Gen.Bool).Sample(
        (operations, place, cutOff) =>
        {
            var (log, _) = Build(operations);
            var (good, expected) = Build(operations.Take(operations.Count - 1).ToList());
            var position = good.Length + (place % (log.Length - good.Length));
            var damaged = cutOff ? log[..position] : Flip(log, position);

            var state = new AnnotationState();
            var end = Run(AnnotationLog.ReplayAsync(new MemoryStream(damaged), state, CancellationToken.None));

            end.ShouldBe(new LogEnd(good.Length, position > good.Length || !cutOff));
            Text(state).ShouldBe(Text(expected));
        },
        iter: 200,
        seed: "0000000000004");

    [Fact]
    public async Task Replay_OfARecordOverManyFrames_IgnoresInterruptedParts()
    {
        var shapes = Enumerable.Range(1, 60000).Select(id => new LabeledShape
        {
            Id = id,
            LabelId = 3,
            Type = ShapeType.Polygon,
            Frame = id % 100,
            Points = [id / 3.0, id / 7.0, id / 9.0, id / 11.0, id / 13.0, id / 17.0, id / 19.0, id / 23.0, id / 29.0, id / 31.0],
        }).ToArray();
        var large = new AnnotationOperation { Revision = 1, At = At, Kind = OperationKind.Create, Put = new LabeledData { Shapes = shapes } };
        var small = new AnnotationOperation { Revision = 1, At = At, Kind = OperationKind.Create, Put = new LabeledData { Shapes = [AnnotationJson.Box(0, 1, 2, 3, 4, 99999999)] } };
        var parts = AnnotationLog.Encode(large);
        parts.Count.ShouldBeGreaterThan(1);
        parts.ShouldAllBe(part => part.Length <= 4 * 1024 * 1024);
        var log = new MemoryStream();

        // The large save loses the race after its first part, and comes again behind the small one.
        await log.WriteAsync(parts[0], TestContext.Current.CancellationToken);
        foreach (var part in AnnotationLog.Encode(small).Concat(AnnotationLog.Encode(large with { Revision = 2 })))
        {
            await log.WriteAsync(part, TestContext.Current.CancellationToken);
        }

        log.Position = 0;
        var state = new AnnotationState();
        var end = await AnnotationLog.ReplayAsync(log, state, CancellationToken.None);

        end.ShouldBe(new LogEnd(log.Length, false));
        state.Revision.ShouldBe(2);
        state.Count.ShouldBe(60001);
    }

    [Fact]
    public void Apply_OfTheSameOnceKeyTwice_CountsOnce()
    {
        var state = new AnnotationState();
        var import = new AnnotationOperation { Revision = 1, At = At, Kind = OperationKind.Import, OnceKey = "a", Put = new LabeledData { Shapes = [AnnotationJson.Box(0, 1, 2, 3, 4, 1)] } };

        state.Apply(import);
        state.Apply(import with { Revision = 2, Put = new LabeledData { Shapes = [AnnotationJson.Box(0, 1, 2, 3, 4, 2)] } });

        state.HasApplied("a").ShouldBeTrue();
        state.Count.ShouldBe(1);
        state.Revision.ShouldBe(2);
    }

    [Fact]
    public async Task Snapshot_CutOff_IsRefused()
    {
        var (_, state) = Build([new AnnotationOperation { At = At, Kind = OperationKind.Create, Put = new LabeledData { Shapes = [AnnotationJson.Box(0, 1, 2, 3, 4, 1)] } }]);
        var snapshot = new MemoryStream();
        await AnnotationSnapshot.WriteAsync(snapshot, state, CancellationToken.None);

        var cut = new MemoryStream(snapshot.ToArray()[..^1]);

        await Should.ThrowAsync<InvalidDataException>(() => AnnotationSnapshot.ReadAsync(cut, CancellationToken.None));
    }

    [Fact]
    public void Crc32_OfTheCheckText_IsTheStandards() => Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u);

    [Fact]
    public void Numbers_OnDisk_OnlyGrow()
    {
        Enum.GetNames<ShapeType>().ShouldBe(["Rectangle", "Polygon", "Polyline", "Points", "Ellipse", "Cuboid", "Mask", "Skeleton"]);
        Enum.GetNames<AnnotationSource>().ShouldBe(["Manual", "Auto", "SemiAuto", "File", "Consensus"]);
        Enum.GetNames<OperationKind>().ShouldBe(["Replace", "Create", "Update", "Delete", "Clear", "Import", "LabelChange", "Automatic", "Restore", "Merge"]);
        Enum.GetNames<FrameType>().ShouldBe(["Whole", "First", "Middle", "Last", "SnapshotStart", "SnapshotEnd"]);
    }

    private static (byte[] Log, AnnotationState State) Build(List<AnnotationOperation> operations)
    {
        var log = new MemoryStream();
        var state = new AnnotationState();
        foreach (var operation in operations)
        {
            var next = operation with { Revision = state.Revision + 1 };
            state.Apply(next);
            foreach (var frame in AnnotationLog.Encode(next))
            {
                log.Write(frame.Span);
            }
        }

        return (log.ToArray(), state);
    }

    private static byte[] Flip(byte[] log, int position)
    {
        var damaged = (byte[])log.Clone();
        damaged[position] ^= 0x10;
        return damaged;
    }

    private static string Text(AnnotationState state) => $"{state.Revision} {AnnotationJson.Write(state.Current())}";

    private static T Run<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static void Run(Task task) => task.GetAwaiter().GetResult();

    private sealed class Writer(List<AnnotationOperation> operations)
    {
        private long _known;
        private int _next;

        public AnnotationState State { get; } = new();

        public bool IsDone => _next == operations.Count;

        public void TryAppend(MemoryStream log)
        {
            if (IsDone)
            {
                return;
            }

            if (log.Length != _known)
            {
                CatchUp(log);
                return;
            }

            var operation = operations[_next++] with { Revision = State.Revision + 1 };
            log.Position = log.Length;
            foreach (var frame in AnnotationLog.Encode(operation))
            {
                log.Write(frame.Span);
            }

            State.Apply(operation);
            _known = log.Length;
        }

        public void CatchUp(MemoryStream log)
        {
            log.Position = _known;
            _known += Run(AnnotationLog.ReplayAsync(log, State, CancellationToken.None)).ValidLength;
        }
    }
}
