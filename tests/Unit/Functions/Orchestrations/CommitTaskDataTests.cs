using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Orchestrations;

/// <summary>A task with more jobs than one transaction holds, looked at after each of them.</summary>
public sealed class CommitTaskDataTests : IAsyncDisposable
{
    private const int Jobs = 250;
    private const int Transactions = 3;

    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-commit-");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services;
    private readonly JobRows _rows = new();
    private readonly UserDirectory _users = new([new User { Id = 1, Username = "ann", DateJoined = default, SecurityStamp = "" }], "http://localhost");

    public CommitTaskDataTests() => _services = new ServiceCollection().AddSingleton<TimeProvider>(_time)
        .AddFunctions(new ServerOptions { DataFolder = _folder.FullName }).BuildServiceProvider();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IWorkspaces Workspaces => _services.GetRequiredService<IWorkspaces>();

    private IBlobStore Blobs => _services.GetRequiredService<IBlobStore>();

    [Fact]
    public async Task Run_MoreJobsThanATransactionHolds_ShowsAllOfThemAtOnce()
    {
        var now = _time.GetUtcNow();
        await Workspaces.CommitAsync(Workspace, new ChangeSet(1).Create(new AnnotationTask { Id = 1, Name = "t", CreatedDate = now, UpdatedDate = now, SegmentSize = 1 }), Ct);

        (await LooksAsync("create", "d", 0, Jobs)).ShouldBe([(0, 0, false), (0, 0, false), (Jobs, Jobs, true)]);
        (await LooksAsync("append", "e", Jobs, Jobs)).ShouldBe([(Jobs, Jobs, false), (Jobs, Jobs, false), (2 * Jobs, 2 * Jobs, true)]);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Commits so many frames, a job each; what was seen after each transaction: jobs in the list, jobs of the task, and whether the newest job can be read.</summary>
    private async Task<IReadOnlyList<(int Listed, int OfTask, bool IsRead)>> LooksAsync(string action, string dataId, int firstFrame, int count)
    {
        var plan = new TaskDataPlan(dataId, 1, count, 10, count, count - 1, new()) { FirstFrame = firstFrame };
        var segments = Enumerable.Range(firstFrame, count).Select(frame => new Segment(frame, frame));
        await Blobs.WriteAsync(DataBlobs.Segments(dataId), segments, TaskDataJson.Default.Segment, Ct);
        await Blobs.WriteAsync(
            DataBlobs.GroupResult(dataId, 0), segments.Select(segment => new BuiltFrame($"{segment.StartFrame}.png", 16, 12)), TaskDataJson.Default.BuiltFrame, Ct);
        var watched = new WatchedWorkspaces(Workspaces, LookAsync);
        var commit = ActivatorUtilities.CreateInstance<CommitTaskData>(_services, watched);

        await commit.Run(new(await RequestAsync(action, dataId), plan, 0), Ct);

        watched.Looks.Count.ShouldBe(Transactions);
        return watched.Looks;
    }

    private async Task<(int Listed, int OfTask, bool IsRead)> LookAsync(Job newest)
    {
        var (listed, ofTask) = await Workspaces.ReadAsync(Workspace, view => (_rows.Of(Workspace, view, _users).Length, view.JobsOf(view.Task(1)!).Count), Ct);
        return (listed, ofTask, await _services.GetRequiredService<Access>().FindJobAsync(newest.Id, Ct) is not null);
    }

    private async Task<WorkItem> RequestAsync(string action, string dataId)
    {
        var request = new WorkRequest
        {
            Id = $"action={action}&target=task&target_id=1",
            InstanceId = dataId,
            Orchestrator = CreateTaskDataOrchestrator.Name,
            Action = action,
            Target = "task",
            TaskId = 1,
            CreatedDate = _time.GetUtcNow(),
        };
        await Workspaces.CommitAsync(Workspace, new ChangeSet(null).Create(request), Ct);
        return new(Workspace.Partition, request.Id, dataId);
    }

    /// <summary>Workspaces with somebody who looks after each transaction that makes jobs, before the next one begins.</summary>
    private sealed class WatchedWorkspaces(IWorkspaces inner, Func<Job, Task<(int Listed, int OfTask, bool IsRead)>> look) : IWorkspaces
    {
        public List<(int Listed, int OfTask, bool IsRead)> Looks { get; } = [];

        public async Task CommitAsync(WorkspaceId workspace, ChangeSet changes, CancellationToken ct)
        {
            await inner.CommitAsync(workspace, changes, ct);
            if (changes.Changes.LastOrDefault(change => change.Kind == Job.Kind) is { } newest)
            {
                Looks.Add(await look(JobReader.Read(newest.After)));
            }
        }

        public Task<Versioned<T>?> FindAsync<T>(WorkspaceId workspace, string key, CancellationToken ct)
            where T : class, IWorkspaceEntity<T> => inner.FindAsync<T>(workspace, key, ct);

        public Task TouchAsync<T>(WorkspaceId workspace, Versioned<T> read, T entity, CancellationToken ct)
            where T : class, IWorkspaceEntity<T> => inner.TouchAsync(workspace, read, entity, ct);

        public Task<TResult> ReadAsync<TResult>(WorkspaceId workspace, Func<IWorkspaceView, TResult> read, CancellationToken ct) => inner.ReadAsync(workspace, read, ct);

        public IAsyncEnumerable<ChangeEntry> ChangesAsync(WorkspaceId workspace, string? after, CancellationToken ct) => inner.ChangesAsync(workspace, after, ct);
    }
}
