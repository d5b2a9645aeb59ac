using System.Runtime.InteropServices;

namespace CvatServerless.Media.Images;

/// <summary>The TurboJPEG 2.x C API (libjpeg-turbo, turbojpeg.h), as far as it is used.</summary>
internal static unsafe partial class TurboJpegNative
{
    public const int Samp444 = 0;
    public const int Samp422 = 1;
    public const int Samp420 = 2;
    public const int SampGray = 3;
    public const int Samp440 = 4;

    public const int ColorspaceYCbCr = 1;
    public const int ColorspaceGray = 2;

    public const int FlagNoRealloc = 1024;
    public const int FlagAccurateDct = 4096;

    /// <summary>Refuses progressive files with more than 500 scans, which decode for minutes.</summary>
    public const int FlagLimitScans = 32768;

    public const int ErrorWarning = 0;

    private const string Library = "libturbojpeg.so.0";

    /// <summary>False where the library is not installed or lacks the calls that are needed.</summary>
    public static bool IsAvailable { get; } =
        NativeLibrary.TryLoad(Library, typeof(TurboJpegNative).Assembly, null, out var handle)
        && NativeLibrary.TryGetExport(handle, "tjDecompressToYUVPlanes", out _)
        && NativeLibrary.TryGetExport(handle, "tjGetErrorCode", out _);

    [LibraryImport(Library, EntryPoint = "tjInitDecompress")]
    public static partial nint InitDecompress();

    [LibraryImport(Library, EntryPoint = "tjInitCompress")]
    public static partial nint InitCompress();

    [LibraryImport(Library, EntryPoint = "tjDestroy")]
    public static partial int Destroy(nint handle);

    [LibraryImport(Library, EntryPoint = "tjGetErrorStr2")]
    public static partial nint GetErrorString(nint handle);

    [LibraryImport(Library, EntryPoint = "tjGetErrorCode")]
    public static partial int GetErrorCode(nint handle);

    [LibraryImport(Library, EntryPoint = "tjDecompressHeader3")]
    public static partial int DecompressHeader(nint handle, byte* data, CULong size, out int width, out int height, out int subsampling, out int colorspace);

    [LibraryImport(Library, EntryPoint = "tjDecompressToYUVPlanes")]
    public static partial int DecompressToPlanes(nint handle, byte* data, CULong size, byte** planes, int width, int* strides, int height, int flags);

    [LibraryImport(Library, EntryPoint = "tjCompressFromYUVPlanes")]
    public static partial int CompressFromPlanes(nint handle, byte** planes, int width, int* strides, int height, int subsampling, byte** data, CULong* size, int quality, int flags);

    [LibraryImport(Library, EntryPoint = "tjBufSize")]
    public static partial CULong BufferSize(int width, int height, int subsampling);
}
