using System.Diagnostics;
using System.Globalization;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Tests.Benchmarks;

/// <summary>
/// The list of jobs with filter, sort, search and page on the embedded store, warm, without HTTP: prints p50 and p95 in milliseconds of the first and the last page
/// with the processor time of a list, and the time to load the read model from the store.
/// </summary>
internal static class ListBenchmark
{
    /// <summary>Numbers of jobs.</summary>
    public static readonly int[] Sizes = [1_000, 10_000, 100_000, 1_000_000];

    /// <summary>The bars are set for this many jobs; beyond it only the growth counts.</summary>
    private const int LimitSize = 100_000;

    private const double LimitMs = 50;
    private const double LoadLimitMs = 1000;
    private const int JobsOfATask = 50;
    private const int Rounds = 60;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);
    private static readonly Actor Me = new(1, "ann", "user", Credential.Session);
    private static readonly string[] States = ["new", "in progress", "completed"];

    private static readonly (string Name, Dictionary<string, string> Parameters)[] Queries =
    [
        ("plain", []),
        ("filter+sort+search", new()
        {
            ["filter"] = """{"and":[{"in":[{"var":"state"},["new","in progress"]]},{"!":{"==":[{"var":"assignee"},"bob"]}}]}""",
            ["sort"] = "task_name,-id",
            ["search"] = "street a",
        }),
        ("sort by date", new() { ["sort"] = "-updated_date" }),
    ];

    /// <summary>Runs it for each number of jobs.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<int> sizes)
    {
        foreach (var size in sizes)
        {
            var folder = Directory.CreateTempSubdirectory("cvatserverless-list-");
            try
            {
                await FillAsync(folder.FullName, size);
                await MeasureAsync(folder.FullName, size);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return 0;
    }

    /// <summary>Fills a data folder with as many projects, tasks and jobs, one below the other, for measurements over HTTP.</summary>
    public static async Task<int> FillAllAsync(string folder, int size)
    {
        const int EntitiesOfAPlace = 3;
        await using var services = Open(folder);
        var workspaces = services.GetRequiredService<IWorkspaces>();
        foreach (var kind in new[] { Project.Kind, AnnotationTask.Kind, Domain.Jobs.Job.Kind })
        {
            await services.GetRequiredService<ILocators>().AddAsync(Workspace, kind, [.. Enumerable.Range(1, size).Select(EntityKey.Of)], default);
        }

        foreach (var ids in Enumerable.Range(1, size).Chunk(ChangeSet.MaxEntities / EntitiesOfAPlace))
        {
            var changes = new ChangeSet(1);
            foreach (var id in ids)
            {
                var date = Start.AddSeconds(id * 7919L % 1_000_003);
                changes.Create(new Project { Id = id, Name = $"city {(char)('a' + (id % 26))} {id}", OwnerId = 1, CreatedDate = Start, UpdatedDate = date });
                changes.Create(new AnnotationTask { Id = id, ProjectId = id, Name = $"street {(char)('a' + (id % 26))} {id}", OwnerId = 1, CreatedDate = Start, UpdatedDate = date });
                changes.Create(Job(id, id) with { ProjectId = id });
            }

            await workspaces.CommitAsync(Workspace, changes, default);
        }

        return 0;
    }

    private static ServiceProvider Open(string folder) => new ServiceCollection().AddStorage(new() { DataDirectory = folder }).BuildServiceProvider();

    private static async Task FillAsync(string folder, int size)
    {
        await using var services = Open(folder);
        var workspaces = services.GetRequiredService<IWorkspaces>();
        for (var first = 0; first < size; first += JobsOfATask)
        {
            var task = new AnnotationTask
            {
                Id = (first / JobsOfATask) + 1,
                Name = $"street {(char)('a' + (first / JobsOfATask % 26))} {first}",
                OwnerId = 1,
                CreatedDate = Start,
                UpdatedDate = Start,
                Data = new()
                {
                    DataId = "d",
                    Size = 10,
                    Mode = "annotation",
                    ChunkSize = 10,
                    ImageQuality = 70,
                    StartFrame = 0,
                    StopFrame = 9,
                    ChunksUpdatedDate = Start,
                },
            };
            var changes = new ChangeSet(1).Create(task);
            foreach (var id in Enumerable.Range(first + 1, Math.Min(JobsOfATask, size - first)))
            {
                changes.Create(Job(id, task.Id));
            }

            await workspaces.CommitAsync(Workspace, changes, default);
        }

        await workspaces.ReadAsync(Workspace, view => view.All<Job>().Count, default); // leaves a snapshot where the store keeps one
    }

    private static Job Job(int id, int taskId) => new()
    {
        Id = id,
        TaskId = taskId,
        AssigneeId = (id % 3) switch { 0 => 1, 1 => 2, _ => null },
        State = States[id % States.Length],
        StartFrame = 0,
        StopFrame = 9,
        CreatedDate = Start,
        UpdatedDate = Start.AddSeconds(id * 7919L % 1_000_003),
    };

    private static async Task MeasureAsync(string folder, int size)
    {
        await using var services = Open(folder);
        var workspaces = services.GetRequiredService<IWorkspaces>();
        var loading = Stopwatch.StartNew();
        await workspaces.ReadAsync(Workspace, view => view.All<Job>().Count, default);
        Print($"list jobs={size} load_ms={loading.Elapsed.TotalMilliseconds:F0} {Verdict(size, loading.Elapsed.TotalMilliseconds, LoadLimitMs)}");
        var lists = new Lists(workspaces, services.GetRequiredService<ILocators>());
        var users = new UserDirectory([User(1, "ann"), User(2, "bob")], "http://localhost");
        var jobs = new JobRows();
        foreach (var (name, parameters) in Queries)
        {
            var count = (await ListAsync(lists, jobs, users, parameters, 1)).Count;
            foreach (var (page, label) in new[] { (1, "first"), (Math.Max(1, (count + 9) / 10), "last") })
            {
                var times = new List<double>();
                var cpu = Environment.CpuUsage.TotalTime;
                for (var round = 0; round < Rounds; round++)
                {
                    var watch = Stopwatch.StartNew();
                    await ListAsync(lists, jobs, users, parameters, page);
                    times.Add(watch.Elapsed.TotalMilliseconds);
                }

                if (page == 1)
                {
                    await MeasureAfterWritesAsync(workspaces, size, name, () => ListAsync(lists, jobs, users, parameters, 1));
                }

                var cpuMs = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / Rounds;
                times = [.. times.Skip(Rounds / 6).Order()]; // the first rounds warm up
                Print($"list jobs={size} query=\"{name}\" matches={count} page={label} p50_ms={At(times, 0.5):F1} p95_ms={At(times, 0.95):F1} cpu_ms={cpuMs:F1} {Verdict(size, At(times, 0.95), LimitMs)}");
            }
        }
    }

    /// <summary>A list right after somebody changed one of the jobs, as in a workspace where people work.</summary>
    private static async Task MeasureAfterWritesAsync(IWorkspaces workspaces, int size, string name, Func<Task> list)
    {
        var times = new List<double>();
        for (var round = 0; round < Rounds / 3; round++)
        {
            var key = EntityKey.Of(1 + (round * 37 % size));
            await workspaces.UpdateAsync<Job>(Workspace, key, 1, job => job with { AnnotationRevision = job.AnnotationRevision + 1 }, default);
            var watch = Stopwatch.StartNew();
            await list();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times = [.. times.Skip(3).Order()];
        Print($"list jobs={size} query=\"{name}\" page=first after a write p50_ms={At(times, 0.5):F1} p95_ms={At(times, 0.95):F1}");
    }

    private static Task<Page<JobRead>> ListAsync(Lists lists, JobRows jobs, UserDirectory users, Dictionary<string, string> parameters, int page)
    {
        var query = Domain.Filtering.ListQuery
            .Parse(name => name == "page" ? page.ToString(CultureInfo.InvariantCulture) : parameters.GetValueOrDefault(name), JobFields.All)
            .And(JobPolicy.Table.Visible(Me));
        return lists.RunAsync(
            [Workspace],
            query,
            (workspace, view, rows) => rows.OfferAll(jobs.Of(workspace, view, users)),
            (view, row) => JobMapping.ToRead(row.Workspace, view, row.Job, row.Task, users, Me),
            new(JobRows.Versions, users.All),
            default);
    }

    private static User User(int id, string name) => new() { Id = id, Username = name, DateJoined = Start, SecurityStamp = "" };

    private static string Verdict(int size, double measured, double limit) => size > LimitSize ? "" : measured <= limit ? "ok" : "MISSED";

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    private static void Print(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));
}
