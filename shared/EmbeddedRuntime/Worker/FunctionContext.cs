using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>One invocation: its ids, bindings, services and features.</summary>
public abstract class FunctionContext
{
    /// <summary>Unique per invocation.</summary>
    public abstract string InvocationId { get; }

    /// <summary>The same for every invocation of a function.</summary>
    public abstract string FunctionId { get; }

    /// <summary>Distributed tracing.</summary>
    public abstract TraceContext TraceContext { get; }

    /// <summary>What came with the trigger.</summary>
    public abstract BindingContext BindingContext { get; }

    /// <summary>Function-level retries; null where there are none.</summary>
    public abstract RetryContext RetryContext { get; }

    /// <summary>The invocation's scope.</summary>
    public abstract IServiceProvider InstanceServices { get; set; }

    /// <summary>The function.</summary>
    public abstract FunctionDefinition FunctionDefinition { get; }

    /// <summary>Values shared by middleware and function.</summary>
    public abstract IDictionary<object, object> Items { get; set; }

    /// <summary>Typed values of the invocation.</summary>
    public abstract IInvocationFeatures Features { get; }

    /// <summary>Fires when the client has gone or the function has run out of time.</summary>
    public virtual CancellationToken CancellationToken { get; }
}

/// <summary>What came with the trigger.</summary>
public abstract class BindingContext
{
    /// <summary>Values by name, without regard to case.</summary>
    public abstract IReadOnlyDictionary<string, object?> BindingData { get; }
}

/// <summary>W3C trace context.</summary>
public abstract class TraceContext
{
    /// <summary>The traceparent header, or empty.</summary>
    public abstract string TraceParent { get; }

    /// <summary>The tracestate header, or empty.</summary>
    public abstract string TraceState { get; }

    /// <summary>Attributes.</summary>
    public virtual IReadOnlyDictionary<string, string> Attributes { get; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Baggage.</summary>
    public virtual IReadOnlyDictionary<string, string> Baggage { get; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Function-level retries.</summary>
public abstract class RetryContext
{
    /// <summary>Attempts so far.</summary>
    public abstract int RetryCount { get; }

    /// <summary>The most attempts.</summary>
    public abstract int MaxRetryCount { get; }
}

/// <summary>A function as the host knows it.</summary>
public abstract class FunctionDefinition
{
    /// <summary>The method's parameters in order.</summary>
    public abstract ImmutableArray<FunctionParameter> Parameters { get; }

    /// <summary>The file of the assembly.</summary>
    public abstract string PathToAssembly { get; }

    /// <summary>Full type name and method name.</summary>
    public abstract string EntryPoint { get; }

    /// <summary>The function's id.</summary>
    public abstract string Id { get; }

    /// <summary>The function's name.</summary>
    public abstract string Name { get; }

    /// <summary>Trigger and inputs by parameter name.</summary>
    public abstract IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    /// <summary>Outputs by property name, or <c>$return</c>.</summary>
    public abstract IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }
}

/// <summary>A parameter of a function.</summary>
public class FunctionParameter
{
    /// <summary>A parameter without default value.</summary>
    public FunctionParameter(string name, Type type)
        : this(name, type, false, null, ImmutableDictionary<string, object>.Empty)
    {
    }

    /// <summary>A parameter without default value.</summary>
    public FunctionParameter(string name, Type type, IReadOnlyDictionary<string, object> properties)
        : this(name, type, false, null, properties)
    {
    }

    /// <summary>A parameter that may have a default value.</summary>
    public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue)
        : this(name, type, hasDefaultValue, defaultValue, ImmutableDictionary<string, object>.Empty)
    {
    }

    /// <summary>A parameter that may have a default value.</summary>
    public FunctionParameter(string name, Type type, bool hasDefaultValue, object? defaultValue, IReadOnlyDictionary<string, object> properties)
    {
        Name = name;
        Type = type;
        HasDefaultValue = hasDefaultValue;
        DefaultValue = defaultValue;
        Properties = properties;
        IsReferenceOrNullableType = !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
    }

    /// <summary>The parameter's name.</summary>
    public string Name { get; }

    /// <summary>The parameter's type.</summary>
    public Type Type { get; }

    /// <summary>Whether null is a possible value.</summary>
    public bool IsReferenceOrNullableType { get; }

    /// <summary>Whether there is a default value.</summary>
    public bool HasDefaultValue { get; }

    /// <summary>The default value.</summary>
    public object? DefaultValue { get; }

    /// <summary>Further properties.</summary>
    public IReadOnlyDictionary<string, object> Properties { get; }
}

/// <summary>Whether a binding is read or written.</summary>
public enum BindingDirection
{
    /// <summary>Read by the function.</summary>
    In = 0,

    /// <summary>Written by the function.</summary>
    Out = 1,
}

/// <summary>A binding.</summary>
public abstract class BindingMetadata
{
    /// <summary>The parameter's or property's name.</summary>
    public abstract string Name { get; }

    /// <summary>The kind, for instance <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    /// <summary>Read or written.</summary>
    public abstract BindingDirection Direction { get; }
}

/// <summary>Typed values of an invocation.</summary>
public interface IInvocationFeatures : IEnumerable<KeyValuePair<Type, object>>
{
    /// <summary>Sets the feature of type <typeparamref name="T"/>.</summary>
    void Set<T>(T instance);

    /// <summary>The feature of type <typeparamref name="T"/>, or default.</summary>
    T? Get<T>();
}

/// <summary>The value that the function returned.</summary>
public abstract class InvocationResult<T>
{
    /// <summary>The value; middleware may replace it.</summary>
    public abstract T? Value { get; set; }
}

/// <summary>The value that the function returned.</summary>
public abstract class InvocationResult : InvocationResult<object>;

/// <summary>A value on its way to an output binding.</summary>
public abstract class OutputBindingData<T>
{
    /// <summary>The value; middleware may replace it.</summary>
    public abstract T? Value { get; set; }

    /// <summary>The binding's name.</summary>
    public abstract string Name { get; }

    /// <summary>The kind, for instance <c>queue</c>.</summary>
    public abstract string BindingType { get; }
}

/// <summary>A failure of the worker.</summary>
public class FunctionWorkerException : Exception
{
    /// <summary>With a message.</summary>
    public FunctionWorkerException(string? message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public FunctionWorkerException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>An argument could not be converted; the client gets a 500.</summary>
public class FunctionInputConverterException : FunctionWorkerException
{
    /// <summary>With a message.</summary>
    public FunctionInputConverterException(string? message)
        : base(message)
    {
    }

    /// <summary>With a message and its cause.</summary>
    public FunctionInputConverterException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
