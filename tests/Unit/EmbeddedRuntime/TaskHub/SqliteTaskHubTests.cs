using CvatServerless.EmbeddedRuntime.Engine;
using CvatServerless.EmbeddedRuntime.TaskHub;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.TaskHub;

public sealed class SqliteTaskHubTests : IDisposable
{
    private static readonly DateTime Now = new(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc);
    private readonly string _folder = Directory.CreateTempSubdirectory("hub-").FullName;
    private readonly SqliteTaskHub _hub;
    private readonly List<int> _commits = [];

    public SqliteTaskHubTests() => _hub = new SqliteTaskHub(Path.Combine(_folder, "hub.db"), _commits.Add);

    public void Dispose()
    {
        _hub.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Commit_Episode_IsOneCheckpointWithAllItsParts()
    {
        Start("a");
        var changes = Commit(Load("a"), new EpisodeResult(
            [
                new OrchestrationAction(ActionKind.Activity, 0, "Act") { Input = "1" },
                new OrchestrationAction(ActionKind.Timer, 1, null) { FireAt = Now.AddHours(1) },
                new OrchestrationAction(ActionKind.Child, 2, "Kid") { InstanceId = "kid" },
            ],
            null,
            null,
            "\"busy\"",
            false));

        _commits.ShouldBe([1, 2]);
        changes.Activities.Single().Name.ShouldBe("Act");
        changes.Messages.ShouldBe([("a", Now.AddHours(1)), ("kid", null)]);
        _hub.History("a").Select(item => item.Kind).ShouldBe(
            [HistoryKind.OrchestratorStarted, HistoryKind.ExecutionStarted, HistoryKind.TaskScheduled, HistoryKind.TimerCreated, HistoryKind.ChildCreated]);
        _hub.Find("a")!.CustomStatus.ShouldBe("\"busy\"");
        _hub.Find("kid")!.Parent!.TaskId.ShouldBe(2);
        _hub.LoadEpisode("a", Now).ShouldBeNull();
        _hub.LoadUnfinished().Activities.Count.ShouldBe(1);
    }

    [Fact]
    public void Commit_InstanceReplacedMeanwhile_LeavesTheNewOneAlone()
    {
        Start("a");
        var old = Load("a");
        _hub.Purge(new PurgeInstancesFilter());
        Start("a");

        Commit(old, new EpisodeResult([], new Completion(OrchestrationRuntimeStatus.Completed, "1"), null, null, false));

        _hub.Find("a")!.Status.ShouldBe(OrchestrationRuntimeStatus.Pending);
        _hub.LoadEpisode("a", Now)!.Messages.Single().Event.Kind.ShouldBe(HistoryKind.ExecutionStarted);
    }

    [Fact]
    public void CompleteActivity_Twice_DeliversOnce()
    {
        Start("a");
        var work = Commit(Load("a"), new EpisodeResult([new OrchestrationAction(ActionKind.Activity, 0, "Act")], null, null, null, false)).Activities.Single();
        var failure = new TaskFailureDetails("Type", "message", "stack", new TaskFailureDetails("Inner", "cause", null, null, null), null);

        _hub.CompleteActivity(work, new HistoryEvent(HistoryKind.TaskFailed, Now) { TaskId = 0, Failure = failure });
        _hub.CompleteActivity(work, new HistoryEvent(HistoryKind.TaskCompleted, Now) { TaskId = 0 });

        Load("a").Messages.Single().Event.Failure.ShouldBe(failure);
        _hub.LoadUnfinished().Activities.ShouldBeEmpty();
    }

    [Fact]
    public void LoadEpisode_SeveralMessages_InTheOrderInWhichTheyBecameDue()
    {
        Start("a");
        Commit(Load("a"), new EpisodeResult([new OrchestrationAction(ActionKind.Timer, 0, null) { FireAt = Now.AddMinutes(2) }], null, null, null, false));
        foreach (var minute in new[] { 1, 3 })
        {
            _hub.Send("a", new HistoryEvent(HistoryKind.EventRaised, Now.AddMinutes(minute)) { Name = $"{minute}" }, _ => true);
        }

        _hub.LoadEpisode("a", Now.AddMinutes(5))!.Messages.Select(message => message.Event.Name).ShouldBe(["1", null, "3"]);
    }

    private void Start(string id) => _hub.Start(new StartRequest(id, "Main", "1", Now));

    private EpisodeInput Load(string id) => _hub.LoadEpisode(id, Now)!;

    private HubChanges Commit(EpisodeInput input, EpisodeResult result) =>
        _hub.Commit(new EpisodeOutcome(input, [new HistoryEvent(HistoryKind.OrchestratorStarted, Now), .. input.Messages.Select(message => message.Event)], result, Now));
}
