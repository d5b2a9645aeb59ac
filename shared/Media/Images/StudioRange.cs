using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CvatServerless.Media.Images;

/// <summary>From the range of videos, luma 16–235 and chroma 16–240, to that of pictures, 0–255. Pure. Source: ITU-R BT.601-7 §2.5.1, ITU-T T.871 §7.</summary>
public static class StudioRange
{
    // Gains 255/219 and 255/224 in 1/256.
    private const ushort LumaGain = 298;
    private const ushort ChromaGain = 291;

    /// <summary>Widens planes of 4:2:0 that lie one behind the other, in place. Within 1 of the exact value.</summary>
    public static void Widen(Span<byte> planes)
    {
        var luma = planes.Length / 3 * 2;
        Widen(planes[..luma], LumaGain, before: 16, after: 0, fraction: 110);

        // 128 stays what it is: 17.7 less than its gain makes of it, which is 18 and a fraction.
        Widen(planes[luma..], ChromaGain, before: 0, after: 18, fraction: 177);
    }

    // Optimized at once: a loop over a million bytes should not begin in the tier that only counts.
    /// <summary>Each value becomes <c>(value − before + fraction / 256) · gain / 256 − after</c>, rounded down: the fraction makes that the nearest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(Span<byte> values, ushort gain, byte before, ushort after, byte fraction)
    {
        var i = 0;
        if (Avx2.IsSupported)
        {
            var (gains, fractions) = (Vector256.Create(gain), Vector256.Create(fraction));
            var (befores, afters) = (Vector256.Create(before), Vector256.Create(after));
            for (; i <= values.Length - Vector256<byte>.Count; i += Vector256<byte>.Count)
            {
                // Each byte above its fraction is a number of 16 bits; of its product with the gain the upper 16 bits count.
                var part = values[i..];
                var bytes = Avx2.SubtractSaturate(Vector256.Create<byte>(part), befores);
                var low = Avx2.SubtractSaturate(Avx2.MultiplyHigh(Avx2.UnpackLow(fractions, bytes).AsUInt16(), gains), afters);
                var high = Avx2.SubtractSaturate(Avx2.MultiplyHigh(Avx2.UnpackHigh(fractions, bytes).AsUInt16(), gains), afters);
                Avx2.PackUnsignedSaturate(low.AsInt16(), high.AsInt16()).CopyTo(part);
            }
        }

        for (; i < values.Length; i++)
        {
            var scaled = (((Math.Max(values[i] - before, 0) << 8) + fraction) * gain) >> 16;
            values[i] = (byte)Math.Clamp(scaled - after, 0, 255);
        }
    }
}
