using System.Collections;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>What starts one invocation.</summary>
internal sealed class InvocationInput
{
    /// <summary>Unique per invocation.</summary>
    public string InvocationId { get; init; } = Guid.NewGuid().ToString();

    /// <summary>What the trigger parameter is converted from.</summary>
    public object? TriggerValue { get; init; }

    /// <summary>Further values by name, without regard to case.</summary>
    public IReadOnlyDictionary<string, object?> BindingData { get; init; } = EmptyBindingData.Instance;

    /// <summary>Calls the method in a way of its own, for instance on an orchestrator's thread; null: it is simply awaited.</summary>
    public Func<Func<Task<object?>>, Task<object?>>? Around { get; init; }

    /// <summary>The request of an HTTP trigger.</summary>
    public HttpContext? Http { get; init; }

    private static class EmptyBindingData
    {
        public static readonly IReadOnlyDictionary<string, object?> Instance = new Dictionary<string, object?>();
    }
}

/// <summary>A value on its way to an output binding.</summary>
internal sealed class OutputValue(OutputTarget target, object? value)
{
    public OutputTarget Target { get; } = target;

    public string Name => Target.Name;

    public string BindingType => Target.BindingType;

    public Type Type => Target.Type;

    public object? Value { get; set; } = value;
}

/// <summary>What the function returned, as middleware sees and changes it.</summary>
internal sealed class InvocationOutcome
{
    private IReadOnlyList<OutputValue>? _outputs;

    public object? Value { get; set; }

    public IReadOnlyList<OutputValue> Outputs => _outputs ?? [];

    /// <summary>Takes the output values out of the returned value.</summary>
    public void Set(FunctionDescriptor function, object? value)
    {
        Value = value;
        if (function.Outputs.Count > 0 && value is not null)
        {
            _outputs = [.. function.Outputs.Select(target => new OutputValue(target, target.Property is null ? value : target.Property.GetValue(value)))];
        }
    }
}

/// <summary>The context of one invocation.</summary>
internal sealed class InvocationContext : FunctionContext
{
    private readonly FunctionDescriptor _function;

    public InvocationContext(FunctionDescriptor function, InvocationInput input, IServiceProvider services, CancellationToken cancellationToken)
    {
        _function = function;
        Input = input;
        InstanceServices = services;
        CancellationToken = cancellationToken;
        Outcome = new InvocationOutcome();
        Features = new InvocationFeatures(Outcome);
        BindingContext = new Bindings(input);
    }

    public FunctionDescriptor Function => _function;

    public InvocationInput Input { get; }

    public InvocationOutcome Outcome { get; }

    public override string InvocationId => Input.InvocationId;

    public override string FunctionId => _function.Definition.Id;

    public override TraceContext TraceContext => NoTrace.Instance;

    public override BindingContext BindingContext { get; }

    public override RetryContext RetryContext => null!; // as on the platform, where a function has no retry policy

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => _function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; }

    public override CancellationToken CancellationToken { get; }

    private sealed class Bindings(InvocationInput input) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => input.BindingData;
    }

    private sealed class NoTrace : TraceContext
    {
        public static readonly NoTrace Instance = new();

        public override string TraceParent => "";

        public override string TraceState => "";
    }
}

/// <summary>Typed values of an invocation; the outcome is always among them.</summary>
internal sealed class InvocationFeatures(InvocationOutcome outcome) : IInvocationFeatures
{
    private Dictionary<Type, object>? _more;

    public T? Get<T>()
    {
        if (typeof(T) == typeof(InvocationOutcome))
        {
            return (T)(object)outcome;
        }

        return _more is not null && _more.TryGetValue(typeof(T), out var value) ? (T)value : default;
    }

    public void Set<T>(T instance)
    {
        if (instance is null)
        {
            _more?.Remove(typeof(T));
            return;
        }

        (_more ??= [])[typeof(T)] = instance;
    }

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => (_more ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
