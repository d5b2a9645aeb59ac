namespace CvatServerless.Functions.Api.Guides;

/// <summary>What an asset may be, told by its first bytes: neither the name nor what the client says decides what a browser is told later.</summary>
internal static class AssetContent
{
    /// <summary>The one type that is offered as a download instead of being shown.</summary>
    public const string Pdf = "application/pdf";

    /// <summary>Its media type; null where it is none of the allowed ones.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> content) => content switch
    {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "image/webp",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', (byte)'-', ..] => Pdf,
        _ => null,
    };

    /// <summary>Whether pictures of the type are made smaller.</summary>
    public static bool IsScaled(string contentType) => contentType is "image/jpeg" or "image/png";
}
