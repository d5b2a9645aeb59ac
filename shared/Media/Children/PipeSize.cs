using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace CvatServerless.Media.Children;

/// <summary>The room of a pipe between a child and the server (Linux, fcntl(2) F_SETPIPE_SZ): raw frames go through in megabytes, and each time it is full both sides change turns.</summary>
internal static partial class PipeSize
{
    /// <summary>What every user may set without a right (/proc/sys/fs/pipe-max-size). Unit: bytes.</summary>
    private const int Bytes = 1 << 20;

    private const int SetPipeSize = 1031;

    /// <summary>Widens the pipe behind a stream; where that can't be done it stays as it is, and is only slower.</summary>
    public static void Widen(Stream stream)
    {
        if (OperatingSystem.IsLinux() && stream is PipeStream { SafePipeHandle: { IsInvalid: false } handle })
        {
            _ = Control(handle, SetPipeSize, Bytes);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle pipe, int command, int argument);
}
