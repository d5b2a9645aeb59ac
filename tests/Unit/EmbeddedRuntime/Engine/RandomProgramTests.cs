using CsCheck;
using CvatServerless.EmbeddedRuntime.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Engine;

/// <summary>Orchestrations made at random, run in every mode and with the engine restarted in between: the result is that of the plain interpretation.</summary>
public sealed class RandomProgramTests
{
    private static readonly Gen<Step[]> Programs = Gen.Int[0, 2].SelectMany(Program);

    [Theory]
    [MemberData(nameof(EngineHarness.Modes), MemberType = typeof(EngineHarness))]
    public Task Run_AnyProgram_GivesItsResult(EngineMode mode) =>
        Gen.Select(Programs, Gen.Int[1, 40].HashSet[0, 4]).SampleAsync(
            async (program, restarts) => (await RunAsync(mode, program, restarts)).ShouldBe(Expected(program)),
            seed: "0000KOIPe9l4",
            iter: 12,
            threads: 1);

    private static Gen<Step[]> Program(int depth)
    {
        var number = Gen.Int[0, 9];
        var simple = Gen.OneOf(
            number.Select(n => new Step("activity", n)),
            Gen.Int[1, 5].Select(n => new Step("fan", n)),
            Gen.Int[0, 3].Select(n => new Step("timer", n)),
            number.Select(n => new Step("flaky", n)),
            number.Select(n => new Step("event", n)),
            number.Select(n => new Step("race", n)),
            number.Select(n => new Step("restart", n)));
        var step = depth == 0 ? simple : Gen.Frequency((6, simple), (1, Program(depth - 1).Select(steps => new Step("child", 0, steps))));
        return step.Array[0, 6];
    }

    private static int Expected(Step[] program) => program.Aggregate(0, (sum, step) => sum + step.Kind switch
    {
        "fan" => Enumerable.Range(0, step.Number).Sum(),
        "timer" or "restart" => 0,
        "child" => Expected(step.Child!),
        _ => step.Number,
    });

    private static async Task<int> RunAsync(EngineMode mode, Step[] program, HashSet<int> restarts)
    {
        await using var engine = new EngineHarness(mode);
        engine.Activity<int>("Echo", n => n);
        engine.Throwing("Throw", () => new InvalidOperationException("always"));
        engine.Orchestrator("Program", async context => await InterpretAsync(context, context.GetInput<State>()!));

        await engine.StartAsync("Program", new State(program, 0, 0), "p");
        for (var turn = 0; !engine.Hub.Find("p")!.IsTerminal; turn++)
        {
            turn.ShouldBeLessThan(20_000);
            engine.Time.Advance(TimeSpan.FromSeconds(1));
            if (restarts.Contains(turn))
            {
                await engine.RestartAsync();
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        var end = (await engine.FindAsync("p"))!;
        end.RuntimeStatus.ShouldBe(OrchestrationRuntimeStatus.Completed, end.SerializedOutput);
        return end.ReadOutputAs<int>();
    }

    private static async Task<object?> InterpretAsync(TaskOrchestrationContext context, State state)
    {
        var sum = state.Sum;
        for (var i = state.Next; i < state.Program.Length; i++)
        {
            var step = state.Program[i];
            switch (step.Kind)
            {
                case "activity":
                    sum += await context.CallActivityAsync<int>("echo", step.Number);
                    break;
                case "fan":
                    sum += (await Task.WhenAll(Enumerable.Range(0, step.Number).Select(n => context.CallActivityAsync<int>("Echo", n)))).Sum();
                    break;
                case "timer":
                    await context.CreateTimer(TimeSpan.FromSeconds(step.Number), CancellationToken.None);
                    break;
                case "flaky":
                    sum += await FailAsync(context, step.Number);
                    break;
                case "event":
                    context.SendEvent(context.InstanceId, "number", step.Number);
                    sum += await context.WaitForExternalEvent<int>("NUMBER");
                    break;
                case "race":
                    sum += await RaceAsync(context, step.Number);
                    break;
                case "child":
                    sum += await context.CallSubOrchestratorAsync<int>("Program", new State(step.Child!, 0, 0));
                    break;
                case "restart":
                    context.ContinueAsNew(new State(state.Program, i + 1, sum));
                    return null;
            }
        }

        return sum;
    }

    private static async Task<int> FailAsync(TaskOrchestrationContext context, int number)
    {
        try
        {
            await context.CallActivityAsync("Throw", null, TaskOptions.FromRetryPolicy(new RetryPolicy(2, TimeSpan.FromSeconds(1))));
            return -1;
        }
        catch (TaskFailedException)
        {
            return number;
        }
    }

    private static async Task<int> RaceAsync(TaskOrchestrationContext context, int number)
    {
        using var cancellation = new CancellationTokenSource();
        var timer = context.CreateTimer(TimeSpan.FromDays(10), cancellation.Token);
        var activity = context.CallActivityAsync<int>("Echo", number);
        await Task.WhenAny(timer, activity);
#pragma warning disable CA1849 // on the orchestrator's thread
        cancellation.Cancel();
#pragma warning restore CA1849
        return await activity;
    }

    private sealed record Step(string Kind, int Number, Step[]? Child = null);

    private sealed record State(Step[] Program, int Next, int Sum);
}
