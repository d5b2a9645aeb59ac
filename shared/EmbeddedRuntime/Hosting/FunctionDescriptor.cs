using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>Where a part of a function's result goes: the returned value itself (<c>$return</c>) or one of its properties.</summary>
internal sealed record OutputTarget(string Name, OutputBindingAttribute Attribute, PropertyInfo? Property, Type Type)
{
    /// <summary>The kind, for instance <c>queue</c>.</summary>
    public string BindingType { get; } = FunctionDescriptor.BindingName(Attribute);
}

/// <summary>A function that was found in the app: its method, its trigger, and how to call it.</summary>
internal sealed class FunctionDescriptor
{
    private readonly MethodCall _call;

    private FunctionDescriptor(string name, MethodInfo method, ParameterInfo triggerParameter, TriggerBindingAttribute trigger)
    {
        Name = name;
        Method = method;
        Parameters = method.GetParameters();
        TriggerParameter = triggerParameter;
        Trigger = trigger;
        TriggerType = BindingName(trigger);
        _call = new MethodCall(method);
        Outputs = FindOutputs(method, _call.ResultType);
        HttpResult = _call.ResultType?.GetProperties().FirstOrDefault(property => property.IsDefined(typeof(HttpResultAttribute)));
        Definition = new DescribedFunction(this);
    }

    /// <summary>The function's name.</summary>
    public string Name { get; }

    /// <summary>The method that is the function.</summary>
    public MethodInfo Method { get; }

    /// <summary>The method's parameters in order.</summary>
    public ParameterInfo[] Parameters { get; }

    /// <summary>The parameter that carries the trigger attribute.</summary>
    public ParameterInfo TriggerParameter { get; }

    /// <summary>What starts the function.</summary>
    public TriggerBindingAttribute Trigger { get; }

    /// <summary>The trigger's kind, for instance <c>httpTrigger</c>.</summary>
    public string TriggerType { get; }

    /// <summary>What the app sees of the function.</summary>
    public FunctionDefinition Definition { get; }

    /// <summary>Output bindings but the HTTP one.</summary>
    public IReadOnlyList<OutputTarget> Outputs { get; }

    /// <summary>The property of the result that answers the request; null where the result itself does.</summary>
    public PropertyInfo? HttpResult { get; }

    /// <summary>What the method returns, with tasks unwrapped; null for nothing.</summary>
    public Type? ResultType => _call.ResultType;

    /// <summary>Calls the method, on a new instance of its class unless it is static, and awaits its result.</summary>
    public ValueTask<object?> CallAsync(IServiceProvider services, object?[] arguments) => _call.InvokeAsync(services, arguments);

    /// <summary>Describes a method that carries <see cref="FunctionAttribute"/>.</summary>
    /// <exception cref="StartupException">It has no trigger, or more than one, or can't be called.</exception>
    public static FunctionDescriptor Create(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        var triggers = method.GetParameters()
            .Select(parameter => (parameter, trigger: parameter.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(pair => pair.trigger is not null)
            .ToList();
        if (triggers.Count != 1)
        {
            throw new StartupException($"Function '{name}' has {triggers.Count} triggers; it must have one.");
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)))
        {
            throw new StartupException($"Function '{name}' is 'async void'; it must return a Task.");
        }

        return new FunctionDescriptor(name, method, triggers[0].parameter, triggers[0].trigger!);
    }

    /// <summary>The binding's kind as the platform spells it: the attribute's name without 'Attribute', 'Output' and with a small first letter.</summary>
    internal static string BindingName(BindingAttribute attribute)
    {
        var name = attribute.GetType().Name;
        name = name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
        name = name.EndsWith("Output", StringComparison.Ordinal) ? name[..^"Output".Length] : name;
        return name == "HttpResult" ? "http" : char.ToLowerInvariant(name[0]) + name[1..];
    }

    private static List<OutputTarget> FindOutputs(MethodInfo method, Type? resultType)
    {
        var outputs = new List<OutputTarget>();
        if (resultType is null)
        {
            return outputs;
        }

        foreach (var attribute in method.GetCustomAttributes<OutputBindingAttribute>())
        {
            outputs.Add(new OutputTarget("$return", attribute, null, resultType));
        }

        foreach (var property in resultType.IsClass ? resultType.GetProperties() : [])
        {
            if (property.GetCustomAttribute<OutputBindingAttribute>() is { } attribute and not HttpResultAttribute)
            {
                outputs.Add(new OutputTarget(property.Name, attribute, property, property.PropertyType));
            }
        }

        return outputs;
    }

    private sealed class DescribedFunction : FunctionDefinition
    {
        public DescribedFunction(FunctionDescriptor function)
        {
            var method = function.Method;
            Name = function.Name;
            EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
            PathToAssembly = method.DeclaringType.Assembly.Location;
            Id = IdOf($"{EntryPoint}/{Name}");
            Parameters = [.. function.Parameters.Select(p => new FunctionParameter(p.Name!, p.ParameterType, p.HasDefaultValue, p.HasDefaultValue ? p.DefaultValue : null))];
            InputBindings = Inputs(function);
            OutputBindings = OutputsOf(function);
        }

        public override ImmutableArray<FunctionParameter> Parameters { get; }

        public override string PathToAssembly { get; }

        public override string EntryPoint { get; }

        public override string Id { get; }

        public override string Name { get; }

        public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

        /// <summary>FNV-1a as eight hexadecimal digits: stable across processes, as long as the platform's ids.</summary>
        private static string IdOf(string text)
        {
            var hash = 2166136261u;
            foreach (var c in text)
            {
                hash = (hash ^ c) * 16777619u;
            }

            return hash.ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
        }

        private static ImmutableDictionary<string, BindingMetadata> Inputs(FunctionDescriptor function)
        {
            var inputs = ImmutableDictionary.CreateBuilder<string, BindingMetadata>();
            foreach (var parameter in function.Parameters)
            {
                if (parameter.GetCustomAttribute<BindingAttribute>() is { } attribute and not OutputBindingAttribute)
                {
                    inputs[parameter.Name!] = new DescribedBinding(parameter.Name!, BindingName(attribute), BindingDirection.In);
                }
            }

            return inputs.ToImmutable();
        }

        private static ImmutableDictionary<string, BindingMetadata> OutputsOf(FunctionDescriptor function)
        {
            var outputs = ImmutableDictionary.CreateBuilder<string, BindingMetadata>();
            foreach (var output in function.Outputs)
            {
                outputs[output.Name] = new DescribedBinding(output.Name, output.BindingType, BindingDirection.Out);
            }

            if (function.Trigger is HttpTriggerAttribute && function.ResultType is not null && !outputs.ContainsKey("$return"))
            {
                var name = function.HttpResult?.Name ?? "$return";
                outputs[name] = new DescribedBinding(name, "http", BindingDirection.Out);
            }

            return outputs.ToImmutable();
        }
    }

    private sealed class DescribedBinding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => direction;
    }
}
