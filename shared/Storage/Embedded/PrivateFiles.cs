namespace CvatServerless.Storage.Embedded;

/// <summary>Files and folders that only the product's own user may read.</summary>
internal static class PrivateFiles
{
    /// <summary>Makes a folder with mode 0700 where it is missing.</summary>
    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
