using System.Diagnostics;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>
/// Writing tasks on the embedded store: the creation of one (its id, its locator, its row with the change row) against the bare transaction of the same two rows, in
/// turns; and fifty writers at once who change the same and different tasks of one workspace, of whom none may fail or lose an update.
/// </summary>
internal static class WriteBenchmark
{
    private const int Rounds = 600;
    private const double Limit = 2;
    private const int Writers = 50;
    private const int UpdatesOfAWriter = 100;
    private const int SharedTasks = 10;
    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Runs it below a folder, which is removed afterwards.</summary>
    public static async Task<int> RunAsync(string folder)
    {
        try
        {
            await using var services = new ServiceCollection().AddStorage(new() { DataDirectory = folder }).BuildServiceProvider();
            await CreateAsync(services);
            await ContendAsync(services.GetRequiredService<IWorkspaces>());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CreateAsync(ServiceProvider services)
    {
        var (tables, workspaces) = (services.GetRequiredService<ITableStore>(), services.GetRequiredService<IWorkspaces>());
        var (sequences, locators) = (services.GetRequiredService<ISequences>(), services.GetRequiredService<ILocators>());
        var row = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(New(1), AnnotationTask.Json);
        List<double> raw = [], ours = [];
        for (var round = 0; round < Rounds; round++)
        {
            raw.Add(await TimeAsync(() => tables.SubmitAsync("bench", "p", [new InsertRow($"task-{round:D9}", row), new InsertRow($"change-{round:D9}", row)], default)));
            ours.Add(await TimeAsync(async () =>
            {
                var task = New(await sequences.NextAsync(AnnotationTask.Kind, 1, default));
                await locators.AddAsync(Workspace, AnnotationTask.Kind, [task.Key], default);
                await workspaces.CommitAsync(Workspace, new ChangeSet(1).Create(task), default);
            }));
        }

        var (theirs, mine) = (Median(raw), Median(ours));
        Print(mine / theirs <= Limit, $"write of a new task: {mine:F2} ms against {theirs:F2} for the bare transaction, {mine / theirs:F2} x (at most {Limit} x)");
    }

    private static async Task ContendAsync(IWorkspaces workspaces)
    {
        foreach (var id in Enumerable.Range(1_000_000, SharedTasks + Writers))
        {
            await workspaces.CommitAsync(Workspace, new ChangeSet(1).Create(New(id) with { SegmentSize = 0 }), default);
        }

        var watch = Stopwatch.StartNew();
        var errors = 0;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var update = 0; update < UpdatesOfAWriter; update++)
            {
                var id = 1_000_000 + (update % 5 == 0 ? (writer + update) % SharedTasks : SharedTasks + writer);
                try
                {
                    await workspaces.UpdateAsync<AnnotationTask>(Workspace, EntityKey.Of(id), writer, task => task with { SegmentSize = task.SegmentSize + 1 }, default);
                }
                catch (Exception e) when (e is StoreConflictException or StoreUnavailableException)
                {
                    Interlocked.Increment(ref errors);
                }
            }
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        var counted = await workspaces.ReadAsync(Workspace, view => view.All<AnnotationTask>().Where(task => task.Id >= 1_000_000).Sum(task => task.SegmentSize), default);
        const int Expected = Writers * UpdatesOfAWriter;
        Print(errors == 0 && counted == Expected, $"write of {Writers} at once: {Expected / seconds:F0} updates a second, {errors} errors, {Expected - counted - errors} updates lost (none of either)");
    }

    private static AnnotationTask New(int id) => new() { Id = id, Name = $"street {id}", OwnerId = 1, CreatedDate = Start, UpdatedDate = Start };

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Skip(Rounds / 6).Order().ElementAt(Rounds * 5 / 12);

    private static void Print(bool isMet, FormattableString text) => Console.WriteLine($"{FormattableString.Invariant(text)} {(isMet ? "ok" : "MISSED")}");
}
