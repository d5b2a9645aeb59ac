namespace CvatServerless.Media.Frames;

/// <summary>The order of frames. Source: <c>SortingMethod</c> of the contract.</summary>
public enum FrameOrder
{
    /// <summary>Code-point order of the whole path.</summary>
    Lexicographical,

    /// <summary>As file managers sort: numbers by value, path by path, case ignored.</summary>
    Natural,

    /// <summary>As given.</summary>
    Predefined,

    /// <summary>Shuffled once, by the seed.</summary>
    Random,
}

/// <summary>Orders frames by name. Pure. Source: contract-data §2.5.</summary>
public static class FrameSorting
{
    /// <summary>Sorts in place of a new list.</summary>
    /// <param name="items">In order of arrival.</param>
    /// <param name="nameOf">Path with <c>/</c> separators.</param>
    /// <param name="order">Which order.</param>
    /// <param name="seed">For <see cref="FrameOrder.Random"/>: the same seed and items give the same order.</param>
    public static IReadOnlyList<T> Sort<T>(IReadOnlyList<T> items, Func<T, string> nameOf, FrameOrder order, int seed)
    {
        ArgumentNullException.ThrowIfNull(items);
        var sorted = items.ToArray();
        switch (order)
        {
            case FrameOrder.Lexicographical:
                Array.Sort(sorted, (a, b) => CompareCodePoints(nameOf(a), nameOf(b)));
                break;
            case FrameOrder.Natural:
                Array.Sort(sorted, (a, b) => CompareNatural(nameOf(a), nameOf(b)));
                break;
            case FrameOrder.Random:
                Shuffle(sorted, seed);
                break;
        }

        return sorted;
    }

    /// <summary>Code-point order. Ordinal order of UTF-16 differs above U+FFFF, where surrogates (0xD800…) sort before U+E000.</summary>
    public static int CompareCodePoints(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
        {
            return a.Length - b.Length;
        }

        var (x, y) = (a[common], b[common]);
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x - y : char.IsSurrogate(x) ? 1 : -1;
    }

    /// <summary>Natural order: directory by directory, digits by value, letters without case; ties by code points, so that the order is total.</summary>
    public static int CompareNatural(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var (left, right) = (a.Split('/'), b.Split('/'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            // The extension is a part of its own, so that 'a.jpg' comes before 'a (1).jpg'.
            var (leftStem, leftExtension) = SplitExtension(left[i]);
            var (rightStem, rightExtension) = SplitExtension(right[i]);
            var compared = CompareSegment(leftStem, rightStem);
            compared = compared != 0 ? compared : CompareSegment(leftExtension, rightExtension);
            if (compared != 0)
            {
                return compared;
            }
        }

        return left.Length != right.Length ? left.Length - right.Length : CompareCodePoints(a, b);
    }

    private static (string Stem, string Extension) SplitExtension(string segment)
    {
        var dot = segment.LastIndexOf('.');
        return dot > 0 ? (segment[..dot], segment[dot..]) : (segment, "");
    }

    private static int CompareSegment(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var isNumber = char.IsAsciiDigit(a[0]);
            if (isNumber != char.IsAsciiDigit(b[0]))
            {
                return isNumber ? -1 : 1;
            }

            var left = Run(a, isNumber);
            var right = Run(b, isNumber);
            var compared = isNumber ? CompareNumbers(left, right) : left.CompareTo(right, StringComparison.OrdinalIgnoreCase);
            if (compared != 0)
            {
                return compared;
            }

            a = a[left.Length..];
            b = b[right.Length..];
        }

        return a.Length - b.Length;
    }

    private static ReadOnlySpan<char> Run(ReadOnlySpan<char> text, bool digits)
    {
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]) == digits)
        {
            length++;
        }

        return text[..length];
    }

    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        a = a.TrimStart('0');
        b = b.TrimStart('0');
        return a.Length != b.Length ? a.Length - b.Length : a.SequenceCompareTo(b);
    }

    private static void Shuffle<T>(T[] items, int seed)
    {
        // SplitMix64: unlike System.Random its sequence is fixed for good, and orders are persisted.
        var state = (ulong)(uint)seed;
        for (var i = items.Length - 1; i > 0; i--)
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            var j = (int)Math.BigMul(z, (ulong)i + 1, out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
