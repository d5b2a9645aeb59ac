namespace CvatServerless.Domain.Tasks;

/// <summary>A stretch of frames, relative to the task, both ends inclusive.</summary>
public readonly record struct Segment(int StartFrame, int StopFrame)
{
    /// <summary>Frames in it.</summary>
    public int FrameCount => StopFrame - StartFrame + 1;

    /// <summary>Whether a frame is in it.</summary>
    public bool Contains(int frame) => frame >= StartFrame && frame <= StopFrame;
}

/// <summary>How the frames of a task are cut into segments, each of which becomes a job.</summary>
/// <param name="SegmentSize">Frames of a segment as it was applied; the whole size where there is one segment only.</param>
/// <param name="Overlap">Frames that neighbours share, as it was applied.</param>
/// <param name="Segments">In order; never empty.</param>
public sealed record SegmentPlan(int SegmentSize, int Overlap, IReadOnlyList<Segment> Segments)
{
    /// <summary>The overlap of a video where none is asked for.</summary>
    public const int VideoOverlap = 5;

    /// <summary>Cuts <paramref name="size"/> frames. Source: contract-data.md §2.2 (<c>tasks_create_data</c>).</summary>
    /// <param name="size">Frames in the task, at least 1.</param>
    /// <param name="segmentSize">Frames of a segment; 0 or more than the size: one segment.</param>
    /// <param name="overlap">Shared frames; null: 5 for a video, none otherwise. Never more than half a segment.</param>
    /// <param name="isVideo">Whether the media is one video.</param>
    public static SegmentPlan Of(int size, int segmentSize, int? overlap, bool isVideo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var length = segmentSize <= 0 || segmentSize > size ? size : segmentSize;
        var shared = Math.Min(overlap ?? (isVideo ? VideoOverlap : 0), length / 2);
        var segments = new List<Segment>();
        for (var start = 0; start == 0 || start < size - shared; start += length - shared)
        {
            segments.Add(new(start, Math.Min(start + length, size) - 1));
        }

        return new(length, shared, segments);
    }
}
