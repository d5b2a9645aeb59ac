using System.Runtime.InteropServices;

namespace CvatServerless.Storage.Share;

/// <summary>What a name in a folder is, without following it or opening it.</summary>
internal enum FileKind
{
    /// <summary>There is nothing of that name.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A device, socket or pipe: opening one may block or do something.</summary>
    Other,
}

/// <summary>Asks the system for the kind of a file; the framework tells files from devices on no Unix.</summary>
internal static partial class FileKinds
{
    private const int CurrentDirectory = -100;
    private const int DontFollow = 0x100;
    private const uint TypeAndSize = 0x1 | 0x200;
    private const int ModeOffset = 28;
    private const int SizeOffset = 40;

    /// <summary>The kind, and the length of a file in bytes.</summary>
    /// <exception cref="IOException">The system does not tell, for want of a permission for instance.</exception>
    public static (FileKind Kind, long LengthBytes) Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Portable(path);
        }

        var facts = new byte[256];
        if (Statx(CurrentDirectory, path, DontFollow, TypeAndSize, facts) != 0)
        {
            const int NoEntry = 2;
            const int NotAFolder = 20;
            return Marshal.GetLastPInvokeError() is NoEntry or NotAFolder ? (FileKind.Missing, 0) : throw new IOException(Marshal.GetLastPInvokeErrorMessage());
        }

        // Linux, include/uapi/linux/stat.h: the same layout on every architecture, in the machine's byte order.
        var kind = (MemoryMarshal.Read<ushort>(facts.AsSpan(ModeOffset)) & 0xF000) switch
        {
            0x8000 => FileKind.File,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            _ => FileKind.Other,
        };
        return (kind, (long)MemoryMarshal.Read<ulong>(facts.AsSpan(SizeOffset)));
    }

    private static (FileKind Kind, long LengthBytes) Portable(string path)
    {
        var file = new FileInfo(path);
        return file switch
        {
            { LinkTarget: not null } => (FileKind.Link, 0),
            _ when Directory.Exists(path) => (FileKind.Folder, 0),
            { Exists: true } => (FileKind.File, file.Length),
            _ => (FileKind.Missing, 0),
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, [Out] byte[] facts);
}
