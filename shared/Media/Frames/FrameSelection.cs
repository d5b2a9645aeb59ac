using System.Globalization;
using System.Text.RegularExpressions;

namespace CvatServerless.Media.Frames;

/// <summary>Which source pictures become frames: every <see cref="Step"/>-th from <see cref="Start"/> to <see cref="Stop"/>, source indices, inclusive. Source: contract-data §2.1.</summary>
public sealed partial record FrameSelection
{
    private FrameSelection(int start, int stop, int step, int size) => (Start, Stop, Step, Size) = (start, stop, step, size);

    /// <summary>First selected source index.</summary>
    public int Start { get; }

    /// <summary>Last selected source index, not the one that was asked for.</summary>
    public int Stop { get; }

    /// <summary>Distance between selected frames, 1 or more.</summary>
    public int Step { get; }

    /// <summary>Number of selected frames; 0 when the start lies beyond the last picture.</summary>
    public int Size { get; }

    /// <summary>Selects from <paramref name="sourceCount"/> pictures. A stop of null or 0 means the last one.</summary>
    public static FrameSelection Of(int sourceCount, int start, int? stop, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var last = Math.Min(stop is null or 0 ? int.MaxValue : stop.Value, sourceCount - 1);
        var size = last < start ? 0 : ((last - start) / step) + 1;
        return new FrameSelection(start, size == 0 ? start : start + ((size - 1) * step), step, size);
    }

    /// <summary>The step in a frame filter (<c>step=N</c>, blanks around <c>=</c> allowed): 1 for an empty filter, null for a filter that has no valid step.</summary>
    public static int? StepOf(string? frameFilter)
    {
        if (string.IsNullOrEmpty(frameFilter))
        {
            return 1;
        }

        var match = StepPattern().Match(frameFilter);
        return match.Success && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step > 0 ? step : null;
    }

    /// <summary>The source index of a frame number 0…Size−1.</summary>
    public int SourceIndex(int frame) => Start + (frame * Step);

    /// <summary>All source indices, in frame order.</summary>
    public IEnumerable<int> SourceIndices()
    {
        for (var frame = 0; frame < Size; frame++)
        {
            yield return SourceIndex(frame);
        }
    }

    [GeneratedRegex(@"step\s*=\s*([0-9]{1,9})", RegexOptions.CultureInvariant)]
    private static partial Regex StepPattern();
}
