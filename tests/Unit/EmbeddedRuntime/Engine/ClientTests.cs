using CvatServerless.EmbeddedRuntime.Engine;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>The client: rules 7, 8 and 20, and what the platform answers to calls that make no sense.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task Start_WithoutId_GivesThirtyTwoHexDigits()
    {
        await using var engine = WithFunctions();

        (await engine.StartAsync("Quick")).ShouldMatch("^[0-9a-f]{32}$");
        (await engine.StartAsync("Quick", id: string.Empty)).ShouldMatch("^[0-9a-f]{32}$");
        await Should.ThrowAsync<ArgumentException>(() => engine.StartAsync("Quick", id: "@a"));
    }

    [Theory]
    [InlineData("Running", null, false)]
    [InlineData("Suspended", null, false)]
    [InlineData("Running", "Completed", false)]
    [InlineData("Completed", null, true)]
    [InlineData("Failed", null, true)]
    [InlineData("Terminated", "Completed,Failed", true)]
    [InlineData("Completed", "Completed", false)]
    public async Task Start_IdInUse_IsRefusedOrReplaced(string state, string? dedupe, bool replaced)
    {
        await using var engine = WithFunctions();
        await BringIntoAsync(engine, "x", state);
        var options = new StartOrchestrationOptions("x").WithDedupeStatuses([.. (dedupe ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<OrchestrationRuntimeStatus>)]);

        var start = () => engine.Client.ScheduleNewOrchestrationInstanceAsync("Quick", "again", options, TestContext.Current.CancellationToken);

        if (replaced)
        {
            await start();
            (await engine.EndAsync("x")).SerializedOutput.ShouldBe("\"again\"");
        }
        else
        {
            await Should.ThrowAsync<OrchestrationAlreadyExistsException>(start);
            (await engine.FindAsync("x"))!.RuntimeStatus.ToString().ShouldBe(state);
        }
    }

    [Fact]
    public async Task StartAt_InTheFuture_WaitsAndLosesMessages()
    {
        await using var engine = WithFunctions();
        var options = new StartOrchestrationOptions("later", engine.Time.GetUtcNow().AddHours(1)) { Tags = new Dictionary<string, string> { ["tag"] = "v" } };

        await engine.Client.ScheduleNewOrchestrationInstanceAsync("Wait", null, options, TestContext.Current.CancellationToken);
        await engine.RaiseAsync("later", "go", "lost");
        await engine.TerminateAsync("later");
        (await engine.FindAsync("later"))!.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Pending);
        engine.Time.Advance(TimeSpan.FromHours(1));
        await engine.UntilStatusAsync("later", OrchestrationRuntimeStatus.Running);
        await engine.RaiseAsync("later", "go", "in time");

        var end = await engine.EndAsync("later");
        end.ReadOutputAs<string>().ShouldBe("in time");
        end.Tags["tag"].ShouldBe("v");
    }

    [Fact]
    public async Task Messages_ToUnknownOrFinished_Throw()
    {
        await using var engine = WithFunctions();
        await engine.StartAsync("Quick", "x", "done");
        await engine.EndAsync("done");

        foreach (var id in new[] { "done", "nobody" })
        {
            await Should.ThrowAsync<RpcException>(() => engine.RaiseAsync(id, "go"));
            await Should.ThrowAsync<RpcException>(() => engine.TerminateAsync(id));
            await Should.ThrowAsync<RpcException>(() => engine.SuspendAsync(id));
            await Should.ThrowAsync<RpcException>(() => engine.ResumeAsync(id));
        }
    }

    [Fact]
    public async Task Get_WithoutPayloads_LeavesThemOut()
    {
        await using var engine = WithFunctions();
        await engine.StartAsync("Quick", "x", "q");
        await engine.EndAsync("q");

        var bare = (await engine.FindAsync("q", payloads: false))!;
        var full = (await engine.FindAsync("q"))!;

        (bare.SerializedInput ?? bare.SerializedOutput ?? bare.SerializedCustomStatus).ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => bare.ReadInputAs<string>());
        full.ReadInputAs<string>().ShouldBe("x");
        full.SerializedCustomStatus.ShouldBe("null");
        (await engine.FindAsync("nobody")).ShouldBeNull();
    }

    [Fact]
    public async Task Wait_TokenFires_IsCancelled()
    {
        await using var engine = WithFunctions();
        await engine.StartAsync("Wait", id: "w");
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));

        var unknown = await Record.ExceptionAsync(() => engine.Client.WaitForInstanceStartAsync("nobody", limit.Token));
        await Should.ThrowAsync<OperationCanceledException>(() => engine.Client.WaitForInstanceCompletionAsync("w", limit.Token));

        unknown.ShouldBeOfType<OperationCanceledException>().Message.ShouldBe("The WaitForInstanceStartAsync operation was canceled.");
    }

    [Fact]
    public async Task List_FiltersAndPages()
    {
        await using var engine = WithFunctions();
        var before = engine.Time.GetUtcNow();
        foreach (var id in new[] { "p_1", "p_2", "p_3", "P_4", "q" })
        {
            await engine.StartAsync("Quick", id, id);
            await engine.EndAsync(id);
        }

        await engine.StartAsync("Wait", "in", "p_5");
        await engine.UntilStatusAsync("p_5", OrchestrationRuntimeStatus.Running);

        var pages = await PagesAsync(engine, new OrchestrationQuery(InstanceIdPrefix: "p_", PageSize: 3));
        pages.Select(page => page.Values.Count).ShouldBe([3, 1]);
        pages[^1].ContinuationToken.ShouldBeNull();
        pages[0].Values[0].SerializedInput.ShouldBeNull();
        pages[0].Values[0].SerializedOutput.ShouldBe("\"p_1\"");
        (await IdsAsync(engine, new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running]))).ShouldBe(["p_5"]);
        (await IdsAsync(engine, new OrchestrationQuery(CreatedFrom: before.AddSeconds(1)))).ShouldBeEmpty();
        (await IdsAsync(engine, new OrchestrationQuery(CreatedTo: before, InstanceIdPrefix: "q"))).ShouldBe(["q"]);
    }

    [Fact]
    public async Task Purge_OneInstance_OnlyWhereItIsFinished()
    {
        await using var engine = WithFunctions();
        await BringIntoAsync(engine, "done", "Completed");
        await BringIntoAsync(engine, "running", "Running");

        (await engine.PurgeAsync("done")).ShouldBe(1);
        (await engine.PurgeAsync("done")).ShouldBe(0);
        (await engine.FindAsync("done")).ShouldBeNull();
        await Should.ThrowAsync<InvalidOperationException>(() => engine.PurgeAsync("running"));
    }

    [Fact]
    public async Task Purge_ByFilter_TakesRunningOnesUnlessStatusesAreNamed()
    {
        await using var engine = WithFunctions();
        await BringIntoAsync(engine, "a", "Completed");
        await BringIntoAsync(engine, "b", "Failed");
        await BringIntoAsync(engine, "c", "Running");

        (await engine.PurgeAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Failed]))).ShouldBe(1);
        (await engine.PurgeAsync(new PurgeInstancesFilter())).ShouldBe(2);
        (await engine.FindAsync("c")).ShouldBeNull();
        await Should.ThrowAsync<RpcException>(() => engine.RaiseAsync("c", "go"));
    }

    private static EngineHarness WithFunctions()
    {
        var engine = new EngineHarness();
        engine.Orchestrator("Quick", context => Task.FromResult<object?>(context.GetInput<string>()));
        engine.Orchestrator("Wait", async context => await context.WaitForExternalEvent<string>("go"));
        engine.Orchestrator("Throw", _ => throw new InvalidOperationException("text"));
        return engine;
    }

    private static async Task BringIntoAsync(EngineHarness engine, string id, string state)
    {
        await engine.StartAsync(state switch { "Completed" => "Quick", "Failed" => "Throw", _ => "Wait" }, "first", id);
        await engine.UntilAsync(id, (row, _) => row.Status != OrchestrationRuntimeStatus.Pending);
        if (state == "Suspended")
        {
            await engine.SuspendAsync(id);
        }
        else if (state == "Terminated")
        {
            await engine.TerminateAsync(id);
        }

        await engine.UntilAsync(id, (row, _) => row.Status.ToString() == state);
    }

    private static async Task<List<Page<OrchestrationMetadata>>> PagesAsync(EngineHarness engine, OrchestrationQuery query)
    {
        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in engine.Client.GetAllInstancesAsync(query).AsPages())
        {
            pages.Add(page);
        }

        return pages;
    }

    private static async Task<List<string>> IdsAsync(EngineHarness engine, OrchestrationQuery query)
    {
        var ids = new List<string>();
        await foreach (var instance in engine.Client.GetAllInstancesAsync(query))
        {
            ids.Add(instance.InstanceId);
        }

        return ids;
    }
}
