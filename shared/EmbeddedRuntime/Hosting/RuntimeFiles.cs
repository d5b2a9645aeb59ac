using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.Data.Sqlite;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>The files in the runtime's data directory.</summary>
internal static class RuntimeFiles
{
    /// <summary>Makes the data directory and checks that files can be made in it.</summary>
    /// <exception cref="StartupException">It can't be made or written.</exception>
    public static void EnsureWritable(HostSettings settings)
    {
        try
        {
            Directory.CreateDirectory(settings.DataDirectory);
            var probe = Path.Combine(settings.DataDirectory, $".write-test-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"The runtime can't keep its data in {settings.DataDirectory}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Opens a database in the data directory, which is made where it is missing.</summary>
    /// <exception cref="StartupException">The directory can't be written, or the file is no database.</exception>
    public static SqliteSession OpenDatabase(HostSettings settings, string name)
    {
        try
        {
            Directory.CreateDirectory(settings.DataDirectory);
            return new SqliteSession(Path.Combine(settings.DataDirectory, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new StartupException($"The runtime can't keep its data in {settings.DataDirectory}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
