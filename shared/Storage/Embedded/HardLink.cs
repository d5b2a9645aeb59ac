using System.Runtime.InteropServices;

namespace CvatServerless.Storage.Embedded;

/// <summary>A second name for a file's bytes (link(2)).</summary>
internal static partial class HardLink
{
    /// <summary>Gives the file the second name, durably, or copies it where the file system has no such thing.</summary>
    public static void CreateOrCopy(string file, string second)
    {
        if (OperatingSystem.IsWindows() || Link(file, second) != 0)
        {
            File.Copy(file, second);
        }

        using var flushed = File.OpenHandle(second, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        RandomAccess.FlushToDisk(flushed);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string file, string second);
}
