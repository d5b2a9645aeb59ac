using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>
/// Runs one invocation: a scope, the context, the middleware pipeline, the arguments, the method, the output bindings.
/// Continuations stay on the caller's synchronization context, so that an orchestrator's thread is kept.
/// </summary>
internal interface IFunctionInvoker
{
    /// <summary>Returns what the function returned (middleware may have replaced it); throws what the function or a middleware threw.</summary>
    Task<object?> InvokeAsync(FunctionDescriptor function, InvocationInput input, CancellationToken cancellationToken);
}

/// <summary>Gives a parameter its value.</summary>
internal delegate ValueTask<object?> InputBinder(FunctionContext context, InvocationInput input);

/// <summary>Binds parameters that the general rules don't know, for instance a client, or the value of a trigger of its own.</summary>
internal interface IInputBindingProvider
{
    /// <summary>The binder of that parameter, made once per function; null where the parameter is none of this provider's.</summary>
    InputBinder? TryCreate(FunctionDescriptor function, ParameterInfo parameter);
}

/// <summary>Sends the values of one kind of output binding.</summary>
internal interface IOutputSink
{
    /// <summary>Whether the attribute is one of this sink's.</summary>
    bool Handles(OutputBindingAttribute attribute);

    /// <summary>Sends a value that is not null; called after the function has succeeded.</summary>
    Task WriteAsync(OutputBindingAttribute attribute, object value, CancellationToken cancellationToken);
}

/// <summary>
/// A part of the runtime that brings triggers or bindings: it registers hosted services for its listeners
/// and <see cref="IInputBindingProvider"/> or <see cref="IOutputSink"/> for its bindings.
/// </summary>
internal interface IRuntimeExtension
{
    /// <summary>Adds the extension's services; called when the app is built, after the app's own registrations.</summary>
    void Register(IServiceCollection services, FunctionCatalog functions, HostSettings settings);
}
