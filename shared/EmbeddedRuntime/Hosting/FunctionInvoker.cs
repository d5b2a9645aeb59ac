using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>The middleware pipeline of the app, built once.</summary>
internal sealed class InvocationPipeline(IEnumerable<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware, FunctionExecutionDelegate execute)
{
    /// <summary>Runs the pipeline.</summary>
    public FunctionExecutionDelegate Run { get; } = middleware.Reverse().Aggregate(execute, (next, use) => use(next));
}

/// <inheritdoc/>
internal sealed class FunctionInvoker(
    IServiceProvider services, InvocationPipeline pipeline, IEnumerable<IOutputSink> sinks, HostSettings settings, TimeProvider time) : IFunctionInvoker
{
    private readonly IOutputSink[] _sinks = [.. sinks];
    private readonly TimeSpan _timeout = settings.FunctionTimeout;

    public Task<object?> InvokeAsync(FunctionDescriptor function, InvocationInput input, CancellationToken cancellationToken)
    {
        // An orchestrator may stay unfinished for ever: it is the engine that bounds it.
        if (_timeout == Timeout.InfiniteTimeSpan || function.TriggerType is "orchestrationTrigger" or "entityTrigger")
        {
            return RunAsync(function, input, cancellationToken);
        }

        return RunInTimeAsync(function, input, cancellationToken);
    }

    private async Task<object?> RunInTimeAsync(FunctionDescriptor function, InvocationInput input, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // The clock runs before the function does: what it does ahead of its first await counts too.
        using var deadline = new CancellationTokenSource(_timeout, time);
        var run = RunAsync(function, input, stop.Token);
        if (run.IsCompleted)
        {
            return await run;
        }

        try
        {
            return await run.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !run.IsCompleted)
        {
            await stop.CancelAsync();
            if (input.Http is { } http)
            {
                // The function may still hold the context: it is given back only when the function has ended.
                await Http.HttpAnswers.EndAsync(http);
                await run.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }

            throw new FunctionTimeoutException($"Timeout value of {_timeout} was exceeded by function: Functions.{function.Name}");
        }
    }

    private async Task<object?> RunAsync(FunctionDescriptor function, InvocationInput input, CancellationToken cancellationToken)
    {
        if (input.Http is { } http)
        {
            return await RunAsync(new InvocationContext(function, input, http.RequestServices, cancellationToken));
        }

        await using var scope = services.CreateAsyncScope();
        return await RunAsync(new InvocationContext(function, input, scope.ServiceProvider, cancellationToken));
    }

    private async Task<object?> RunAsync(InvocationContext context)
    {
        await pipeline.Run(context);
        foreach (var output in context.Outcome.Outputs)
        {
            if (output.Value is not null)
            {
                await SinkOf(output).WriteAsync(output.Target.Attribute, output.Value, context.CancellationToken);
            }
        }

        return context.Outcome.Value;
    }

    private IOutputSink SinkOf(OutputValue output) =>
        Array.Find(_sinks, sink => sink.Handles(output.Target.Attribute))
        ?? throw new InvalidOperationException($"Nothing writes output bindings of kind '{output.BindingType}'.");
}

/// <summary>A function ran over its time; on the platform its whole worker is replaced then.</summary>
internal sealed class FunctionTimeoutException(string message) : Exception(message);
