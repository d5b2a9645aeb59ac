using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Runs one episode of one instance through the app's middleware, under strict replay twice.</summary>
internal sealed class EpisodeRunner(
    IDurableFunctions functions,
    PayloadConverter converter,
    DurableEngineOptions options,
    ILoggerFactory loggers,
    Action<ExecutionInfo> onLateForeign)
{
    public async Task<EpisodeResult> RunAsync(ExecutionInfo execution, IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> news, CancellationToken cancellationToken)
    {
        if (!functions.HasOrchestrator(execution.Name))
        {
            // A parent sees such a failure without details, as on the real platform.
            var text = $"The function '{execution.Name}' doesn't exist, is disabled, or is not an orchestrator function.";
            return new EpisodeResult([], new Completion(OrchestrationRuntimeStatus.Failed, text), null, null, false);
        }

        var result = await OnceAsync(execution, past, news, cancellationToken);
        if (options.StrictReplay && result.Completion?.Failure?.ErrorType != typeof(NonDeterministicOrchestrationException).FullName)
        {
            var now = news[0].At;
            var replayed = await OnceAsync(execution, [.. past, .. news, .. result.NewActions.Select(action => action.ToHistory(now))], [], cancellationToken);
            if (Difference(result, replayed) is { } difference)
            {
                var failure = new NonDeterministicOrchestrationException($"A strict replay gave {difference}.");
                return result with { NewActions = [], Next = null, Completion = Completion.Failed(failure) };
            }
        }

        return result;
    }

    private static string? Difference(EpisodeResult first, EpisodeResult replayed)
    {
        string Text(EpisodeResult r) => $"{r.Completion?.Status}, output {r.Completion?.Output}, restart {r.Next is not null} {r.Next?.Input}, custom status {r.CustomStatus}, suspended {r.Suspended}";
        return replayed.NewActions.Count > 0 ? $"{replayed.NewActions.Count} more calls, the first of them {replayed.NewActions[0]}"
            : Text(first) != Text(replayed) ? $"[{Text(replayed)}] instead of [{Text(first)}]"
            : null;
    }

    private async Task<EpisodeResult> OnceAsync(ExecutionInfo execution, IReadOnlyList<HistoryEvent> past, IReadOnlyList<HistoryEvent> news, CancellationToken cancellationToken)
    {
        EpisodeResult? result = null;
        var runner = new OrchestrationRunner(execution, converter, loggers, options.MaximumTimerInterval, () => onLateForeign(execution));
        try
        {
            await functions.RunOrchestratorAsync(execution.Name, runner.Context, body => result = runner.Run(past, news, body), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
#pragma warning disable CA1031 // whatever the app's middleware throws fails the instance
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new EpisodeResult([], Completion.FromHost(execution.Name, e), null, null, false);
        }

        return result ?? new EpisodeResult([], Completion.FromHost(execution.Name, new InvalidOperationException("A middleware did not call the orchestrator.")), null, null, false);
    }
}
