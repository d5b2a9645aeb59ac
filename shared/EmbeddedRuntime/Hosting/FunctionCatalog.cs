using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>All functions of the app, sorted by name as the host sorts them (ordinal, case ignored).</summary>
internal sealed class FunctionCatalog
{
    private readonly Dictionary<string, FunctionDescriptor> _byName = new(StringComparer.OrdinalIgnoreCase);

    private FunctionCatalog(IEnumerable<FunctionDescriptor> functions)
    {
        foreach (var function in functions)
        {
            if (!_byName.TryAdd(function.Name, function))
            {
                throw new StartupException($"Two functions are named '{function.Name}'.");
            }
        }

        Functions = [.. _byName.Values.OrderBy(function => function.Name, StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The functions in name order.</summary>
    public IReadOnlyList<FunctionDescriptor> Functions { get; }

    /// <summary>The functions with a trigger of the given kind, in name order.</summary>
    public IEnumerable<(FunctionDescriptor Function, TTrigger Trigger)> WithTrigger<TTrigger>()
    {
        foreach (var function in Functions)
        {
            if (function.Trigger is TTrigger trigger)
            {
                yield return (function, trigger);
            }
        }
    }

    /// <summary>The function of that name, or null.</summary>
    public FunctionDescriptor? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Finds the functions among the given classes.</summary>
    /// <exception cref="StartupException">A function is declared wrongly, or twice.</exception>
    public static FunctionCatalog FromTypes(IEnumerable<Type> types) => new(
        from type in types
        where type.IsClass && !type.ContainsGenericParameters
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        where method.IsDefined(typeof(FunctionAttribute), inherit: false)
        select FunctionDescriptor.Create(method));
}
