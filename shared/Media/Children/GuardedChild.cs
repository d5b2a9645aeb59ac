using System.Diagnostics;
using System.Globalization;
using CvatServerless.Domain;

namespace CvatServerless.Media.Children;

/// <summary>What a child may use up before it is ended.</summary>
/// <param name="MemoryBytes">Address space.</param>
/// <param name="CpuTime">Of all its threads together.</param>
/// <param name="WallTime">From start to end.</param>
/// <param name="FileBytes">Longest file that it may write.</param>
internal sealed record ChildLimits(long MemoryBytes, TimeSpan CpuTime, TimeSpan WallTime, long FileBytes);

/// <summary>
/// Runs a foreign program on a stranger's file: arguments as a list, an empty environment, limits by <c>prlimit</c> and a wall clock. When it dies, the file
/// is refused and the server lives.
/// </summary>
internal static class GuardedChild
{
    private static readonly string? Prlimit = Find("prlimit");

    /// <summary>Where a program is; null where it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Runs it to its end; the exit code. <paramref name="readOutput"/> gets its standard output; where that throws, the child is ended. Output in bulk, of hundreds of
    /// megabytes, is read on a thread that waits (<see cref="BulkOutput"/>).
    /// </summary>
    /// <exception cref="MediaException">It took too long, or the program is not installed.</exception>
    public static async Task<int> RunAsync(
        string fileName,
        string program,
        IReadOnlyList<string> arguments,
        ChildLimits limits,
        Func<Stream, CancellationToken, Task> readOutput,
        CancellationToken ct,
        bool isBulk = false)
    {
        var path = Find(program) ?? throw new MediaException(fileName, $"has a format that needs {program}, which is not installed on this server");
        using var process = new Process { StartInfo = Start(path, arguments, limits) };
        process.Start();
        await using var output = isBulk ? BulkOutput.Of(process.StandardOutput.BaseStream) : process.StandardOutput.BaseStream;
        using var limit = new CancellationTokenSource(limits.WallTime);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        using var killer = both.Token.Register(() => Kill(process));
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        try
        {
            await readOutput(output, both.Token);
            await process.WaitForExitAsync(both.Token);
        }
        catch (Exception e)
        {
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
            if (e is OperationCanceledException && limit.IsCancellationRequested && !ct.IsCancellationRequested)
            {
                throw new MediaException(fileName, "takes too long to decode", e);
            }

            throw;
        }

        return process.ExitCode;
    }

    private static ProcessStartInfo Start(string path, IReadOnlyList<string> arguments, ChildLimits limits)
    {
        var info = new ProcessStartInfo(Prlimit ?? path) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = false };
        info.Environment.Clear();
        if (Prlimit is not null)
        {
            info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--as={limits.MemoryBytes}"));
            info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--cpu={(long)Math.Ceiling(limits.CpuTime.TotalSeconds)}"));
            info.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--fsize={limits.FileBytes}"));
            info.ArgumentList.Add("--core=0");
            info.ArgumentList.Add("--");
            info.ArgumentList.Add(path);
        }

        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        return info;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }
}
