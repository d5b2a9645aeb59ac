using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Results and outputs of an invocation.</summary>
public static class FunctionContextBindingFeatureExtensions
{
    /// <summary>What the function returned.</summary>
    public static InvocationResult GetInvocationResult(this FunctionContext context) => new ResultView(Outcome(context));

    /// <summary>What the function returned.</summary>
    /// <exception cref="InvalidOperationException">It returned something else than <typeparamref name="T"/>.</exception>
    public static InvocationResult<T> GetInvocationResult<T>(this FunctionContext context)
    {
        var outcome = Outcome(context);
        return outcome.Value is null or T
            ? new ResultView<T>(outcome)
            : throw new InvalidOperationException($"Requested type({typeof(T)}) does not match the type of Result({outcome.Value.GetType()})");
    }

    /// <summary>The values of type <typeparamref name="T"/> on their way to output bindings.</summary>
    public static IEnumerable<OutputBindingData<T>> GetOutputBindings<T>(this FunctionContext context) =>
        Outcome(context).Outputs.Where(output => output.Value is T || (output.Value is null && typeof(T).IsAssignableFrom(output.Type)))
            .Select(output => new OutputView<T>(output));

    private static InvocationOutcome Outcome(FunctionContext context) =>
        context.Features.Get<InvocationOutcome>() ?? throw new InvalidOperationException("The context is not one of this runtime.");

    private sealed class ResultView(InvocationOutcome outcome) : InvocationResult
    {
        public override object? Value { get => outcome.Value; set => outcome.Value = value; }
    }

    private sealed class ResultView<T>(InvocationOutcome outcome) : InvocationResult<T>
    {
        public override T? Value { get => (T?)outcome.Value; set => outcome.Value = value; }
    }

    private sealed class OutputView<T>(OutputValue output) : OutputBindingData<T>
    {
        public override T? Value { get => (T?)output.Value; set => output.Value = value; }

        public override string Name => output.Name;

        public override string BindingType => output.BindingType;
    }
}

/// <summary>The HTTP request of an invocation.</summary>
public static class FunctionContextExtensions
{
    internal const string HttpContextKey = "HttpRequestContext";

    /// <summary>The HTTP request, or null for another trigger and for middleware that stands before the web part.</summary>
    public static HttpContext? GetHttpContext(this FunctionContext context) =>
        context.Items.TryGetValue(HttpContextKey, out var http) ? http as HttpContext : null;
}

/// <summary>Loggers of an invocation.</summary>
public static class FunctionContextLoggerExtensions
{
    /// <summary>A logger for a type.</summary>
    public static ILogger<T> GetLogger<T>(this FunctionContext context) => context.InstanceServices.GetRequiredService<ILogger<T>>();

    /// <summary>A logger for a category.</summary>
    public static ILogger GetLogger(this FunctionContext context, string categoryName) =>
        context.InstanceServices.GetRequiredService<ILoggerFactory>().CreateLogger(categoryName);
}
