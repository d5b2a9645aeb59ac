using CsCheck;
using CvatServerless.Domain;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Workspaces;
using CvatServerless.Tests.Compliance.Faults;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

/// <summary>
/// What holds after any script of several writers at the same time, on a store that fails: projection = rows = log, whoever projects it and however it
/// was loaded; ids only grow.
/// </summary>
public abstract class WorkspaceProperties
{
    private const int FailuresPerHundred = 4;
    private static int _workspace;

    protected abstract ITableStore Tables { get; }

    protected abstract IBlobStore Blobs { get; }

    /// <summary>Scripts to try.</summary>
    protected abstract int Iterations { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public Task Commit_SeveralProcessesWithWrongClocks_AllAgree() =>
        Step.Scripts.SampleAsync(
            async scripts =>
            {
                var workspace = WorkspaceId.Organization(Interlocked.Increment(ref _workspace));
                var faulty = new FaultyTableStore(Tables, scripts.Sum(script => script.Length), FailuresPerHundred);
                var stores = scripts.Select((_, i) => Store(faulty, TimeSpan.FromSeconds(i * -3), new() { SnapshotAfter = 20 })).ToList();

                var runners = stores.Select((store, i) => new ScriptRunner(store, new Sequences(faulty, new HurriedTime(default)), workspace)).ToList();
                await Task.WhenAll(runners.Select((runner, i) => Task.Run(() => runner.RunAsync(scripts[i], Ct), Ct)));

                CheckIds(runners);
                await CheckAsync(stores, workspace, withDates: false);
            },
            iter: Iterations,
            threads: 1);

    [Fact]
    public Task Commit_OneProcessThatIsTheSoleWriter_AgreesWithoutReadingTheLog() =>
        Step.Scripts.SampleAsync(
            async scripts =>
            {
                var workspace = WorkspaceId.Organization(Interlocked.Increment(ref _workspace));
                var faulty = new FaultyTableStore(Tables, scripts.Sum(script => script.Length), FailuresPerHundred);
                var store = Store(faulty, default, new() { SnapshotAfter = 20, IsSoleWriter = true });

                var sequences = new Sequences(faulty, new HurriedTime(default));
                var runners = scripts.Select(_ => new ScriptRunner(store, sequences, workspace)).ToList();
                await Task.WhenAll(runners.Select((runner, i) => Task.Run(() => runner.RunAsync(scripts[i], Ct), Ct)));

                CheckIds(runners);
                await CheckAsync([store], workspace, withDates: false);
            },
            iter: Iterations,
            threads: 1);

    /// <summary>Of two changes in flight at the same moment either may be taken in first, which may show in the dates of their parents; one after the other they are exact.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Commit_OneAfterTheOther_AgreeOnTheDatesToo(bool isSoleWriter) =>
        Step.Scripts.SampleAsync(
            async scripts =>
            {
                var workspace = WorkspaceId.Organization(Interlocked.Increment(ref _workspace));
                var faulty = new FaultyTableStore(Tables, scripts.Sum(script => script.Length), FailuresPerHundred);
                var store = Store(faulty, default, new() { SnapshotAfter = 10, IsSoleWriter = isSoleWriter });

                await new ScriptRunner(store, new Sequences(faulty, new HurriedTime(default)), workspace).RunAsync(scripts.SelectMany(script => script), Ct);

                await CheckAsync([store], workspace, withDates: true);
            },
            iter: Iterations,
            threads: 1);

    private static void CheckIds(List<ScriptRunner> runners)
    {
        foreach (var runner in runners)
        {
            runner.Ids.Zip(runner.Ids.Skip(1)).ShouldAllBe(pair => pair.First < pair.Second);
        }

        runners.SelectMany(runner => runner.Ids).ShouldBeUnique();
    }

    private WorkspaceStore Store(ITableStore tables, TimeSpan clockOffset, WorkspaceStoreOptions options) =>
        new(tables, Blobs, DomainKinds.All, new HurriedTime(clockOffset), options, new WorkspaceSignals(), NullLogger<WorkspaceStore>.Instance);

    private async Task CheckAsync(List<WorkspaceStore> stores, WorkspaceId workspace, bool withDates)
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync(); // The snapshots that were begun are finished.
        }

        var rows = await WorkspaceDump.OfRowsAsync(Tables, workspace, Ct);
        (await WorkspaceDump.OfLogAsync(stores[0], workspace, Ct)).ShouldBe(rows);

        var fromSnapshot = await WorkspaceDump.OfProjectionAsync(Store(Tables, default, new()), workspace, withDates, Ct);
        await foreach (var blob in Blobs.ListAsync($"readmodels/{workspace.Partition}/", Ct))
        {
            await Blobs.DeleteAsync(blob.Name, Ct);
        }

        var fromLog = await WorkspaceDump.OfProjectionAsync(Store(Tables, default, new()), workspace, withDates, Ct);
        fromSnapshot.ShouldBe(fromLog);
        foreach (var store in stores)
        {
            (await RetryAsync(() => WorkspaceDump.OfProjectionAsync(store, workspace, withDates: false, Ct))).ShouldBe(rows);
            (await RetryAsync(() => WorkspaceDump.OfProjectionAsync(store, workspace, withDates, Ct))).ShouldBe(fromLog);
        }
    }

    private static async Task<T> RetryAsync<T>(Func<Task<T>> call)
    {
        while (true)
        {
            try
            {
                return await call();
            }
            catch (StoreUnavailableException)
            {
                await Task.Yield();
            }
        }
    }
}
