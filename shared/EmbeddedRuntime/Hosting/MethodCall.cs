using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>Calls one method: instance per call by constructor injection, tasks awaited, the original exception thrown.</summary>
internal sealed class MethodCall
{
    private static readonly MethodInfo TaskResult = typeof(MethodCall).GetMethod(nameof(ResultOfTask), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo ValueTaskResult = typeof(MethodCall).GetMethod(nameof(ResultOfValueTask), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly Type _type;
    private readonly bool _isStatic;
    private readonly MethodInvoker _invoker;
    private readonly Func<object, ValueTask<object?>>? _await;
    private Constructor? _constructor;

    public MethodCall(MethodInfo method)
    {
        _type = method.DeclaringType!;
        _isStatic = method.IsStatic;
        _invoker = MethodInvoker.Create(method);
        (ResultType, _await) = Unwrap(method.ReturnType);
    }

    /// <summary>What the method returns, with tasks unwrapped; null for nothing.</summary>
    public Type? ResultType { get; }

    /// <summary>Calls the method and awaits what it returns.</summary>
    public async ValueTask<object?> InvokeAsync(IServiceProvider services, object?[] arguments)
    {
        var instance = _isStatic ? null : New(services);
        try
        {
            var returned = _invoker.Invoke(instance, arguments.AsSpan());
            return _await is not null && returned is not null ? await _await(returned) : returned;
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else if (instance is IDisposable disposable)
            {
                disposable.Dispose();
            }
        }
    }

    /// <summary>By reflection: compiling a factory for each class would cost every process more memory and time than it saves.</summary>
    private object New(IServiceProvider services)
    {
        var (invoker, parameters) = _constructor ??= FindConstructor();
        return invoker.Invoke(Array.ConvertAll(parameters, services.GetRequiredService).AsSpan<object?>());
    }

    private Constructor FindConstructor() => _type.GetConstructors() is [var only]
        ? new(ConstructorInvoker.Create(only), Array.ConvertAll(only.GetParameters(), parameter => parameter.ParameterType))
        : throw new InvalidOperationException($"{_type} needs exactly one public constructor.");

    private static (Type? Result, Func<object, ValueTask<object?>>? Await) Unwrap(Type type)
    {
        if (type == typeof(void))
        {
            return (null, null);
        }

        if (type == typeof(Task))
        {
            return (null, static async task => { await (Task)task; return null; });
        }

        if (type == typeof(ValueTask))
        {
            return (null, static async task => { await (ValueTask)task; return null; });
        }

        if (type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            var result = type.GetGenericArguments()[0];
            var unwrap = type.GetGenericTypeDefinition() == typeof(Task<>) ? TaskResult : ValueTaskResult;
            return (result, unwrap.MakeGenericMethod(result).CreateDelegate<Func<object, ValueTask<object?>>>());
        }

        return (type, null);
    }

    private static async ValueTask<object?> ResultOfTask<T>(object task) => await (Task<T>)task;

    private static async ValueTask<object?> ResultOfValueTask<T>(object task) => await (ValueTask<T>)task;

    /// <summary>How instances are made; one reference, so that calls side by side see all of it or nothing.</summary>
    private sealed record Constructor(ConstructorInvoker Invoker, Type[] Parameters);
}
