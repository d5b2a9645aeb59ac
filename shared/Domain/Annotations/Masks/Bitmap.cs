using System.Numerics;

namespace CvatServerless.Domain.Annotations.Masks;

/// <summary>A picture of set and unset pixels, one bit each, row by row.</summary>
public sealed class Bitmap
{
    private const int MaxPixels = 1 << 30;

    private readonly ulong[] _bits;
    private readonly int _wordsPerRow;

    /// <summary>All unset.</summary>
    public Bitmap(int width, int height)
    {
        if (width < 0 || height < 0 || (long)width * height > MaxPixels)
        {
            throw new ArgumentOutOfRangeException(nameof(width), $"A bitmap of {width}×{height} pixels is not possible.");
        }

        (Width, Height) = (width, height);
        _wordsPerRow = (width + 63) / 64;
        _bits = new ulong[_wordsPerRow * height];
    }

    /// <summary>Pixels.</summary>
    public int Width { get; }

    /// <summary>Pixels.</summary>
    public int Height { get; }

    /// <summary>Whether a pixel is set; it must lie inside.</summary>
    public bool this[int x, int y] => (_bits[(y * _wordsPerRow) + (x >> 6)] >> (x & 63) & 1) != 0;

    /// <summary>Set pixels.</summary>
    public int Count => _bits.Sum(BitOperations.PopCount);

    /// <summary>Sets a stretch of a row; what lies outside is cut off.</summary>
    public void FillRow(int x, int y, int length)
    {
        if (y < 0 || y >= Height)
        {
            return;
        }

        var end = (int)Math.Min((long)x + length, Width);
        for (var from = Math.Max(x, 0); from < end;)
        {
            var word = from >> 6;
            var last = Math.Min(end, (word + 1) << 6);
            var count = last - from;
            _bits[(y * _wordsPerRow) + word] |= (count == 64 ? ulong.MaxValue : (1ul << count) - 1) << (from & 63);
            from = last;
        }
    }

    /// <summary>Sets every pixel that is set in the other bitmap, which must have the same size.</summary>
    public void Unite(Bitmap other)
    {
        for (var index = 0; index < _bits.Length; index++)
        {
            _bits[index] |= other._bits[index];
        }
    }

    /// <summary>The smallest box around the set pixels, or null where none is set.</summary>
    public (int Left, int Top, int Width, int Height)? TightBox()
    {
        int left = Width, right = -1, top = Height, bottom = -1;
        for (var y = 0; y < Height; y++)
        {
            var row = _bits.AsSpan(y * _wordsPerRow, _wordsPerRow);
            var first = row.IndexOfAnyExcept(0ul);
            if (first < 0)
            {
                continue;
            }

            var last = row.LastIndexOfAnyExcept(0ul);
            left = Math.Min(left, (first << 6) + BitOperations.TrailingZeroCount(row[first]));
            right = Math.Max(right, (last << 6) + 63 - BitOperations.LeadingZeroCount(row[last]));
            (top, bottom) = (Math.Min(top, y), y);
        }

        return right < 0 ? null : (left, top, right - left + 1, bottom - top + 1);
    }
}
