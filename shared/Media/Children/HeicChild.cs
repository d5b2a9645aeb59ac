using CvatServerless.Domain;

namespace CvatServerless.Media.Children;

/// <summary>Decodes HEIC pictures, for which libvips has no decoder here, with libheif's own tool as a guarded child.</summary>
internal static class HeicChild
{
    private static readonly ChildLimits Limits = new(3L << 30, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3), 2L << 30);

    /// <summary>Whether a file is a HEIF file of HEVC pictures by its brands; AVIF is not.</summary>
    public static bool IsHeic(ReadOnlySpan<byte> data)
    {
        if (data.Length < 16 || !data[4..8].SequenceEqual("ftyp"u8))
        {
            return false;
        }

        var brands = data[8..Math.Min(data.Length, Math.Clamp(data[3], (byte)16, (byte)64))];
        return brands.IndexOf("avif"u8) < 0 && brands.IndexOf("avis"u8) < 0
            && (brands.IndexOf("heic"u8) >= 0 || brands.IndexOf("heix"u8) >= 0 || brands.IndexOf("hevc"u8) >= 0 || brands.IndexOf("mif1"u8) >= 0);
    }

    /// <summary>The primary picture, upright, as PNG.</summary>
    /// <exception cref="MediaException">Damaged, or the tool is not installed.</exception>
    public static byte[] ToPng(string fileName, ReadOnlySpan<byte> heic)
    {
        using var folder = MediaFolder.Create(new MediaOptions());
        var (input, output) = (folder.File("input.heic"), folder.File("output.png"));
        File.WriteAllBytes(input, heic);
        GuardedChild.RunAsync(
            fileName, "heif-convert", [input, output], Limits, (stream, token) => stream.CopyToAsync(Stream.Null, token), CancellationToken.None).GetAwaiter().GetResult();
        return File.Exists(output) ? File.ReadAllBytes(output) : throw new MediaException(fileName, "can't be decoded: it is cut off or damaged");
    }
}
