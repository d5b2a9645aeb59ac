namespace CvatServerless.Media.Chunks;

/// <summary>How many frames a chunk holds when the user doesn't say. Source: contract-data §2.4.</summary>
public static class ChunkSizes
{
    /// <summary>Frames per chunk of videos.</summary>
    public const int Video = 36;

    /// <summary>Frames per chunk of pictures, from the upright size of the first selected picture, in pixels: 36 at Full HD, between 2 and 72.</summary>
    public static int ForImages(int width, int height) => (int)Math.Clamp(36L * 1920 * 1080 / Math.Max((long)width * height, 1), 2, 72);
}
