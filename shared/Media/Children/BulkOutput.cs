using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CvatServerless.Media.Children;

/// <summary>
/// Standard output of a child that writes hundreds of megabytes in small pieces. The framework's stream is woken for each piece, whether anybody reads or not; this one lets
/// a thread wait, and the pipe holds as much as every user may ask for, so that the two sides seldom take turns (Linux, fcntl(2) F_SETPIPE_SZ).
/// </summary>
internal static partial class BulkOutput
{
    /// <summary>As /proc/sys/fs/pipe-max-size allows without a right. Unit: bytes.</summary>
    private const int PipeBytes = 1 << 20;

    private const int SetPipeSize = 1031;

    /// <summary>The stream to read from instead; the original one stays the owner and isn't read. Reading ends when the child does: cancelling alone does not wake it.</summary>
    public static Stream Of(Stream output)
    {
        if (!OperatingSystem.IsLinux() || output is not PipeStream { SafePipeHandle: { IsInvalid: false } pipe })
        {
            return output;
        }

        _ = Control(pipe, SetPipeSize, PipeBytes); // where it can't be done it is only slower
        return new FileStream(new SafeFileHandle(pipe.DangerousGetHandle(), ownsHandle: false), FileAccess.Read, bufferSize: 0, isAsync: false);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle pipe, int command, int argument);
}
