using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Annotations;

/// <summary>Hands out ids of annotations from blocks that are reserved in the sequences, so that a save touches no counter (<see cref="AnnotationIds"/>).</summary>
public sealed class AnnotationIdSource(ISequences sequences)
{
    private const int BlockSize = 10_000;

    private readonly Space _tags = new("annotation-tag");
    private readonly Space _shapes = new("annotation-shape");
    private readonly Space _tracks = new("annotation-track");
    private readonly Space _keyFrames = new("annotation-keyframe");
    private readonly Space _intervals = new("annotation-interval");

    /// <summary>A copy of the body in which every object has an id.</summary>
    public async Task<LabeledData> AssignAsync(LabeledData data, CancellationToken ct)
    {
        var need = AnnotationIdNeed.Of(data);
        return need.IsNone
            ? data
            : AnnotationIds.Assign(data, new(
                await _tags.TakeAsync(need.Tags, sequences, ct),
                await _shapes.TakeAsync(need.Shapes, sequences, ct),
                await _tracks.TakeAsync(need.Tracks, sequences, ct),
                await _keyFrames.TakeAsync(need.KeyFrames, sequences, ct),
                await _intervals.TakeAsync(need.Intervals, sequences, ct)));
    }

#pragma warning disable CA1001 // lives as long as the process, and the semaphore holds no handle
    private sealed class Space(string name)
#pragma warning restore CA1001
    {
        private readonly SemaphoreSlim _gate = new(1);
        private long _next;
        private long _end;

        public async Task<long> TakeAsync(int count, ISequences sequences, CancellationToken ct)
        {
            if (count == 0)
            {
                return 0;
            }

            await _gate.WaitAsync(ct);
            try
            {
                if (_end - _next < count)
                {
                    var block = Math.Max(BlockSize, count);
                    _next = await sequences.NextAsync(name, block, ct);
                    _end = _next + block;
                }

                var first = _next;
                _next += count;
                return first;
            }
            finally
            {
                _gate.Release();
            }
        }
    }
}
