using System.Diagnostics;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>
/// The embedded store by itself: the first load of 100,000 jobs from their snapshot in a new process, with its memory, and appends and saves against the bare
/// write and fsync of the same bytes, in turns in one run.
/// </summary>
internal static class StorageBenchmark
{
    private const int Jobs = 100_000;
    private const int JobsOfATask = 50;
    private const int Rounds = 400;
    private const double LoadLimitMs = 1000;
    private const double AppendLimit = 3;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);

    /// <summary>Runs it below a folder, which is removed afterwards.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        try
        {
            var data = Path.Combine(folder, "jobs");
            await FillAsync(data);
            await ChildAsync("storage-load", data);
            await AppendsAsync(Path.Combine(folder, "appends"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The part that runs in a process of its own, so that nothing is compiled or cached before.</summary>
    public static async Task<int> LoadAsync(string data)
    {
        await using var services = Open(data, TimeSpan.FromHours(1));
        var workspaces = services.GetRequiredService<IWorkspaces>();
        var before = (Heap: GC.GetTotalMemory(true), Process: Environment.WorkingSet);
        var watch = Stopwatch.StartNew();
        var count = await workspaces.ReadAsync(Workspace, view => view.All<Job>().Count, default);
        var ms = watch.Elapsed.TotalMilliseconds;
        var peak = (Environment.WorkingSet - before.Process) / (1024 * 1024);
        var heap = (GC.GetTotalMemory(true) - before.Heap) / (1024.0 * 1024);
        Print(ms <= LoadLimitMs && count == Jobs, $"storage first load of {count} jobs from the snapshot: {ms:F0} ms (at most {LoadLimitMs:F0})");
        Console.WriteLine(FormattableString.Invariant($"storage memory of {count} jobs: {heap:F0} MiB, {heap * 1024 * 1024 / Jobs:F0} bytes a job; {peak} MiB more resident while loading"));
        return 0;
    }

    private static ServiceProvider Open(string data, TimeSpan offset) =>
        new ServiceCollection().AddSingleton<TimeProvider>(new OffsetTime(offset)).AddStorage(new() { DataDirectory = data }).BuildServiceProvider();

    private static async Task FillAsync(string data)
    {
        await using (var services = Open(data, default))
        {
            var workspaces = services.GetRequiredService<IWorkspaces>();
            for (var first = 0; first < Jobs; first += JobsOfATask)
            {
                await workspaces.CommitAsync(Workspace, TaskWithJobs(first), default);
            }
        }

        // Half an hour later the log is settled, so the snapshot covers all of it.
        await using var later = Open(data, TimeSpan.FromMinutes(30));
        await later.GetRequiredService<IWorkspaces>().ReadAsync(Workspace, view => view.All<Job>().Count, default);
    }

    private static ChangeSet TaskWithJobs(int first)
    {
        var task = new AnnotationTask { Id = (first / JobsOfATask) + 1, Name = $"street {first}", OwnerId = 1, CreatedDate = Start, UpdatedDate = Start };
        var changes = new ChangeSet(1).Create(task);
        for (var id = first + 1; id <= first + JobsOfATask; id++)
        {
            changes.Create(new Job { Id = id, TaskId = task.Id, AssigneeId = id % 7, StartFrame = 0, StopFrame = 99, CreatedDate = Start, UpdatedDate = Start.AddSeconds(id) });
        }

        return changes;
    }

    private static async Task ChildAsync(string part, string data)
    {
        using var child = Process.Start(Environment.ProcessPath!, [typeof(StorageBenchmark).Assembly.Location, part, data]);
        await child.WaitForExitAsync();
    }

    /// <summary>An append, and an append with the change of the job's row that goes with it, against write + fsync of a file that grows.</summary>
    private static async Task AppendsAsync(string data)
    {
        await using var services = Open(data, default);
        var (blobs, workspaces) = (services.GetRequiredService<IBlobStore>(), services.GetRequiredService<IWorkspaces>());
        await workspaces.CommitAsync(Workspace, TaskWithJobs(0), default);
        await workspaces.ReadAsync(Workspace, view => view.All<Job>().Count, default);
        await using var file = new FileStream(Path.Combine(data, "raw"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var bytes in new[] { 1_000, 100_000 })
        {
            var payload = new byte[bytes];
            List<double> raw = [], appends = [], saves = [];
            long length = 0;
            for (var round = 0; round < Rounds; round++)
            {
                raw.Add(await TimeAsync(() =>
                {
                    file.Write(payload);
                    file.Flush(flushToDisk: true);
                    return Task.CompletedTask;
                }));
                appends.Add(await TimeAsync(async () => length = await blobs.AppendAsync($"log-{bytes}", payload, length, default)));
                saves.Add(await TimeAsync(async () =>
                {
                    length = await blobs.AppendAsync($"log-{bytes}", payload, length, default);
                    await TouchJobAsync(workspaces, round);
                }));
            }

            Report($"append of {bytes} bytes", raw, appends);
            if (bytes < 16_000)
            {
                Report($"append of {bytes} bytes with the job's row", raw, saves);
            }
            else
            {
                // The file and the append's commit: twice to the disk.
                Console.WriteLine(FormattableString.Invariant($"storage append of {bytes} bytes with the job's row, p95: {Percentile(saves):F2} ms, {Percentile(saves) / Percentile(raw):F2} x"));
            }
        }
    }

    private static async Task TouchJobAsync(IWorkspaces workspaces, int round)
    {
        var key = EntityKey.Of(1 + (round % JobsOfATask));
        await workspaces.UpdateAsync<Job>(Workspace, key, 1, job => job with { AnnotationRevision = job.AnnotationRevision + 1 }, Durability.Process, default);
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void Report(string what, List<double> raw, List<double> ours)
    {
        var (theirs, p95) = (Percentile(raw), Percentile(ours));
        Print(p95 / theirs <= AppendLimit, $"storage {what}, p95: {p95:F2} ms against {theirs:F2} for write + fsync, {p95 / theirs:F2} x (at most {AppendLimit} x)");
    }

    private static double Percentile(List<double> values)
    {
        double[] sorted = [.. values.Skip(Rounds / 10).Order()]; // the first ones compile
        return sorted[(int)(sorted.Length * 0.95)];
    }

    private static void Print(bool isMet, FormattableString text) => Console.WriteLine($"{FormattableString.Invariant(text)} {(isMet ? "ok" : "MISSED")}");

    private sealed class OffsetTime(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + offset;
    }
}
