using System.Reflection;
using System.Text.Json;
using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;

namespace CvatServerless.EmbeddedRuntime.Engine;

/// <summary>Binds the durable client, an activity's input and an orchestrator's second parameter.</summary>
internal sealed class DurableBindings(DurableTaskClient client, PayloadConverter converter) : IInputBindingProvider
{
    public InputBinder? TryCreate(FunctionDescriptor function, ParameterInfo parameter)
    {
        if (parameter.IsDefined(typeof(DurableClientAttribute)))
        {
            return parameter.ParameterType == typeof(DurableTaskClient)
                ? (_, _) => new ValueTask<object?>(client)
                : throw new StartupException($"Function '{function.Name}': the [DurableClient] parameter '{parameter.Name}' must be a {nameof(DurableTaskClient)}.");
        }

        if (function.Trigger is ActivityTriggerAttribute && parameter == function.TriggerParameter)
        {
            return (_, input) => new ValueTask<object?>(ToActivityInput(parameter, (string?)input.TriggerValue));
        }

        return function.Trigger is OrchestrationTriggerAttribute && parameter == InputParameter(function)
            ? (_, input) => new ValueTask<object?>(ValueConversion.Convert(parameter, ((OrchestrationContext)input.TriggerValue!).GetInput(parameter.ParameterType) ?? Default(parameter.ParameterType)))
            : null;
    }

    /// <summary>The first parameter that nothing else binds takes the input.</summary>
    private static ParameterInfo? InputParameter(FunctionDescriptor function) => function.Parameters.FirstOrDefault(parameter =>
        !parameter.IsDefined(typeof(BindingAttribute)) && parameter.ParameterType != typeof(FunctionContext) && parameter.ParameterType != typeof(CancellationToken));

    private static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    private object? ToActivityInput(ParameterInfo parameter, string? json)
    {
        if (json is null)
        {
            return ValueConversion.Convert(parameter, null);
        }

        json = HostNumbers.Rewrite(json);
        return parameter.ParameterType == typeof(string) && json[0] != '"' ? json
            : converter.Deserialize(json, parameter.ParameterType) ?? throw new JsonException($"The input of the activity is {json}.");
    }
}
