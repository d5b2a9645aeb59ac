namespace CvatServerless.Domain.Annotations.Masks;

/// <summary>
/// Run lengths as COCO has them: column by column over the whole picture, the first run counts zeros. Source: https://cocodataset.org/#format-data and
/// contract-annotations.md §4.3.
/// </summary>
public static class CocoRle
{
    /// <summary>The runs of a bitmap.</summary>
    public static IReadOnlyList<int> FromBitmap(Bitmap bitmap)
    {
        if (bitmap.TightBox() is not var (left, top, width, height))
        {
            return [bitmap.Width * bitmap.Height];
        }

        // Only the box around the set pixels is looked at: pictures are large and masks are small.
        var counts = new List<int>();
        var current = false;
        var run = left * bitmap.Height;
        for (var x = left; x < left + width; x++)
        {
            Advance(false, top);
            for (var y = top; y < top + height; y++)
            {
                Advance(bitmap[x, y], 1);
            }

            Advance(false, bitmap.Height - top - height);
        }

        Advance(false, (bitmap.Width - left - width) * bitmap.Height);
        counts.Add(run);
        return counts;

        void Advance(bool value, int length)
        {
            if (length > 0 && value != current)
            {
                counts.Add(run);
                (current, run) = (value, 0);
            }

            run += length;
        }
    }

    /// <summary>Paints runs into a new bitmap.</summary>
    /// <exception cref="InvalidDataException">The runs do not add up to the picture.</exception>
    public static Bitmap ToBitmap(IReadOnlyList<int> counts, int width, int height)
    {
        var bitmap = new Bitmap(width, height);
        var total = (long)width * height;
        long position = 0;
        for (var index = 0; index < counts.Count; index++)
        {
            if (counts[index] < 0 || position + counts[index] > total)
            {
                throw new InvalidDataException("The run lengths of a mask do not fit its image.");
            }

            var end = position + counts[index];
            for (; index % 2 == 1 && position < end; position++)
            {
                bitmap.FillRow((int)(position / height), (int)(position % height), 1);
            }

            position = end;
        }

        return position == total ? bitmap : throw new InvalidDataException("The run lengths of a mask do not fit its image.");
    }

    /// <summary>The runs behind COCO's compressed text (six bits a character, from '0' on; from the third run on differences to two runs before).</summary>
    /// <exception cref="InvalidDataException">The text is cut off or has other characters.</exception>
    public static IReadOnlyList<int> Decompress(string text)
    {
        var counts = new List<int>();
        for (var position = 0; position < text.Length;)
        {
            long value = 0;
            var shift = 0;
            bool more;
            do
            {
                var bits = position < text.Length && shift < 60 ? text[position++] - 48 : -1;
                if (bits is < 0 or > 63)
                {
                    throw new InvalidDataException("The compressed run lengths of a mask can't be read.");
                }

                value |= (long)(bits & 0x1F) << shift;
                shift += 5;
                more = (bits & 0x20) != 0;
                if (!more && (bits & 0x10) != 0)
                {
                    value |= -1L << shift;
                }
            }
            while (more);

            counts.Add(checked((int)(counts.Count > 2 ? value + counts[^2] : value)));
        }

        return counts;
    }
}
