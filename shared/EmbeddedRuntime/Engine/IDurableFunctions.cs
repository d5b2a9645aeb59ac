namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>The app's orchestrators and activities, as the engine sees them. Names match without regard to case.</summary>
internal interface IDurableFunctions
{
    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    /// <summary>Invokes an orchestrator through the middleware for one episode.</summary>
    /// <param name="episode">Called in place of the function, with a delegate that calls it; runs the whole episode before it returns.</param>
    Task RunOrchestratorAsync(string name, OrchestrationContext context, Action<Func<Task<object?>>> episode, CancellationToken cancellationToken);

    /// <summary>Invokes an activity through the middleware; the answer is what it returned.</summary>
    Task<object?> RunActivityAsync(string name, string instanceId, string? input, CancellationToken cancellationToken);
}
