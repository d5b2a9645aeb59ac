using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>The app's orchestrators and activities, invoked as any other function.</summary>
internal sealed class DurableFunctions(FunctionCatalog functions, IFunctionInvoker invoker) : IDurableFunctions
{
    private readonly Dictionary<string, FunctionDescriptor> _orchestrators = functions.WithTrigger<OrchestrationTriggerAttribute>()
        .ToDictionary(pair => pair.Trigger.Orchestration ?? pair.Function.Name, pair => pair.Function, StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, FunctionDescriptor> _activities = functions.WithTrigger<ActivityTriggerAttribute>()
        .ToDictionary(pair => pair.Trigger.Activity ?? pair.Function.Name, pair => pair.Function, StringComparer.OrdinalIgnoreCase);

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    /// <summary>The middleware runs around the episode, outside of the orchestrator's thread.</summary>
    public Task RunOrchestratorAsync(string name, OrchestrationContext context, Action<Func<Task<object?>>> episode, CancellationToken cancellationToken)
    {
        var input = new InvocationInput
        {
            TriggerValue = context,
            Around = call =>
            {
                episode(call);
                return Task.FromResult<object?>(null);
            },
        };
        return invoker.InvokeAsync(_orchestrators[name], input, cancellationToken);
    }

    public Task<object?> RunActivityAsync(string name, string instanceId, string? input, CancellationToken cancellationToken)
    {
        var function = _activities[name];
        return invoker.InvokeAsync(
            function,
            new InvocationInput
            {
                TriggerValue = input,
                BindingData = new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
                {
                    ["instanceId"] = instanceId,
                    ["data"] = input,
                    [function.TriggerParameter.Name!] = input,
                },
            },
            cancellationToken);
    }
}
