using System.Numerics;
using System.Runtime.CompilerServices;

namespace CvatServerless.Media.Images;

/// <summary>From the range of videos, luma 16–235 and chroma 16–240, to that of pictures, 0–255. Pure. Source: ITU-R BT.601-7 §2.5.1, ITU-T T.871 §7.</summary>
public static class StudioRange
{
    private const int Bits = 9;

    /// <summary>Widens planes of 4:2:0 that lie one behind the other, in place. Within 1 of the exact value.</summary>
    public static void Widen(Span<byte> planes)
    {
        var luma = planes.Length / 3 * 2;
        Widen(planes[..luma], from: 16, to: 0, gain: (int)Math.Round((1 << Bits) * 36 / 219.0));
        Widen(planes[luma..], from: 128, to: 128, gain: (int)Math.Round((1 << Bits) * 31 / 224.0));
    }

    // Optimized at once: a loop over a million bytes should not begin in the tier that only counts.
    /// <summary>Each value <c>v</c> becomes <c>to + (v − from) · (1 + gain / 2^Bits)</c>, which stays within 16 bits on the way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(Span<byte> values, short from, short to, int gain)
    {
        var i = 0;
        for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            var part = values[i..];
            Vector.Widen(new Vector<byte>(part), out var low, out var high);
            Vector.NarrowWithSaturation(Wider(low), Wider(high)).CopyTo(part);
        }

        for (; i < values.Length; i++)
        {
            var distance = values[i] - from;
            values[i] = (byte)Math.Clamp(to + distance + (((distance * gain) + (1 << (Bits - 1))) >> Bits), 0, 255);
        }

        Vector<ushort> Wider(Vector<ushort> bytes)
        {
            var distance = Vector.AsVectorInt16(bytes) - new Vector<short>(from);
            var more = ((distance * (short)gain) + new Vector<short>(1 << (Bits - 1))) >> Bits;
            return Vector.AsVectorUInt16(Vector.Max(distance + more + new Vector<short>(to), Vector<short>.Zero));
        }
    }
}
