namespace CvatServerless.Media.Chunks;

/// <summary>What was learnt of a picture while its chunk was made.</summary>
/// <param name="Name">Frame name.</param>
/// <param name="Width">Pixels, upright.</param>
/// <param name="Height">Pixels, upright.</param>
/// <param name="OriginalBytes">Size of the entry in the original chunk; 0 when that was not made.</param>
/// <param name="CompressedBytes">Size of the entry in the compressed chunk; 0 when that was not made.</param>
public sealed record ChunkFrame(string Name, int Width, int Height, int OriginalBytes, int CompressedBytes);
