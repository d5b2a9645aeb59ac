using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>The innermost step of the pipeline: arguments, then the method.</summary>
internal sealed class FunctionExecutor(IEnumerable<IInputBindingProvider> providers)
{
    private readonly IInputBindingProvider[] _providers = [.. providers];
    private readonly ConcurrentDictionary<FunctionDescriptor, InputBinder[]> _binders = new();

    /// <summary>Binds the arguments, calls the method and keeps its result in the context.</summary>
    /// <exception cref="FunctionInputConverterException">An argument could not be converted.</exception>
    public async Task ExecuteAsync(FunctionContext functionContext)
    {
        var context = (InvocationContext)functionContext;
        var function = context.Function;
        var arguments = await BindAsync(context, _binders.GetOrAdd(function, CreateBinders));
        Task<object?> CallAsync() => function.CallAsync(context.InstanceServices, arguments).AsTask();
        context.Outcome.Set(function, await (context.Input.Around?.Invoke(CallAsync) ?? CallAsync()));
    }

    private static async ValueTask<object?[]> BindAsync(InvocationContext context, InputBinder[] binders)
    {
        var arguments = new object?[binders.Length];
        List<Exception>? failures = null;
        for (var i = 0; i < binders.Length; i++)
        {
            try
            {
                arguments[i] = await binders[i](context, context.Input);
            }
            catch (FunctionInputConverterException e)
            {
                (failures ??= []).Add(e);
            }
        }

        if (failures is not null)
        {
            throw new FunctionInputConverterException(
                $"Error converting {failures.Count} input parameters for Function '{context.Function.Name}': {string.Join(Environment.NewLine, failures.Select(e => e.Message))}",
                failures[0]);
        }

        return arguments;
    }

    private InputBinder[] CreateBinders(FunctionDescriptor function) => [.. function.Parameters.Select(parameter => CreateBinder(function, parameter))];

    private InputBinder CreateBinder(FunctionDescriptor function, ParameterInfo parameter)
    {
        foreach (var provider in _providers)
        {
            if (provider.TryCreate(function, parameter) is { } binder)
            {
                return binder;
            }
        }

        var type = parameter.ParameterType;
        if (type == typeof(FunctionContext))
        {
            return static (context, _) => new(context);
        }

        if (type == typeof(CancellationToken))
        {
            return static (context, _) => new(context.CancellationToken);
        }

        if (type == typeof(HttpRequest))
        {
            return static (_, input) => new(input.Http?.Request);
        }

        var isTrigger = parameter == function.TriggerParameter;
        return (_, input) => new(ValueConversion.Convert(parameter, isTrigger ? input.TriggerValue : ValueOf(input, parameter.Name!)));
    }

    private static object? ValueOf(InvocationInput input, string name) => input.BindingData.TryGetValue(name, out var value) ? value : null;
}
