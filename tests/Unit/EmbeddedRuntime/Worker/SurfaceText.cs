using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Worker;

/// <summary>
/// Writes an assembly's public and protected surface one line per type and member, in the grammar of surface.txt:
/// <c>full type name: kind access modifiers signature</c>.
/// </summary>
internal static class SurfaceText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(IEnumerable<Type> types) => types.SelectMany(LinesOf).Order(StringComparer.Ordinal);

    private static IEnumerable<string> LinesOf(Type type)
    {
        var name = SurfaceTypeNames.Of(type);
        yield return $"{name}: type {TypeLine(type)}";
        if (type.IsEnum)
        {
            foreach (var field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
            {
                yield return $"{name}: value {field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}{Attributes(field)}";
            }

            yield break;
        }

        if (IsDelegate(type))
        {
            yield break;
        }

        foreach (var line in MemberLines(type))
        {
            yield return $"{name}: {line}";
        }
    }

    private static IEnumerable<string> MemberLines(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && IsVisible(c) && !IsCompilerWritten(c)))
        {
            yield return $"ctor {Access(constructor)} ({Parameters(constructor)}){Attributes(constructor)}";
        }

        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && IsOwnMethod(m)))
        {
            yield return $"method {Access(method)} {Modifiers(method)}{SurfaceTypeNames.Of(method.ReturnParameter)} {method.Name}{Generic(method)}({Parameters(method)})"
                + $"{Constraints(method.IsGenericMethodDefinition ? method.GetGenericArguments() : [])}{Attributes(method)}";
        }

        foreach (var property in type.GetProperties(Declared).Where(p => p.GetAccessors(nonPublic: true).Any(IsVisible) && p.Name != "EqualityContract"))
        {
            var main = property.GetAccessors(nonPublic: true).First(IsVisible);
            yield return $"property {Access(main)} {Modifiers(main)}{SurfaceTypeNames.Of(property)} {property.Name} {{ {Accessors(property)}}}{Attributes(property)}";
        }

        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            var form = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            yield return $"field {(field.IsPublic ? "public" : "protected")} {form}{SurfaceTypeNames.Of(field)} {field.Name}{(field.IsLiteral ? " = " + Value(field.GetRawConstantValue()) : "")}{Attributes(field)}";
        }
    }

    private static string TypeLine(Type type)
    {
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"public delegate {SurfaceTypeNames.Of(invoke.ReturnParameter)} ({Parameters(invoke)}){Attributes(type)}";
        }

        var bases = new List<string>();
        if (type.IsEnum)
        {
            bases.Add(SurfaceTypeNames.Of(type.GetEnumUnderlyingType()));
        }
        else if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            bases.Add(SurfaceTypeNames.Of(parent));
        }

        if (!type.IsEnum)
        {
            var inherited = type.BaseType?.GetInterfaces() ?? [];
            bases.AddRange(type.GetInterfaces().Except(inherited).Where(i => i.IsVisible).Select(SurfaceTypeNames.Of).Order(StringComparer.Ordinal));
        }

        return $"public {Form(type)}{(bases.Count > 0 ? " : " + string.Join(", ", bases) : "")}{Constraints(type.GetGenericArguments().Where(a => a.IsGenericParameter))}{Attributes(type)}";
    }

    private static string Form(Type type)
    {
        if (type.IsEnum || type.IsInterface)
        {
            return type.IsEnum ? "enum" : "interface";
        }

        var isRecord = type.GetMethod("<Clone>$", Declared) is not null || (type.IsValueType && type.GetMethod("PrintMembers", Declared) is not null);
        if (type.IsValueType)
        {
            return (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (isRecord ? "record struct" : "struct");
        }

        var modifier = type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        return modifier + (isRecord ? "record" : "class");
    }

    private static string Modifiers(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? method.IsStatic ? "static " : ""
        : method.IsStatic ? "static "
        : method.IsAbstract ? "abstract "
        : !method.IsVirtual || (method.IsFinal && IsNewSlot(method)) ? ""
        : IsNewSlot(method) ? "virtual "
        : method.IsFinal ? "sealed override " : "override ";

    private static bool IsNewSlot(MethodInfo method) => method.Attributes.HasFlag(MethodAttributes.NewSlot);

    private static bool IsOwnMethod(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal))
        && !method.Name.Contains('<', StringComparison.Ordinal)
        && (method.Name == "Deconstruct" || !IsCompilerWritten(method));

    private static bool IsCompilerWritten(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? "public" : "protected";

    private static bool IsDelegate(Type type) => typeof(Delegate).IsAssignableFrom(type);

    private static string Accessors(PropertyInfo property)
    {
        var text = property.GetMethod is { } get && IsVisible(get) ? "get; " : "";
        if (property.SetMethod is { } set && IsVisible(set))
        {
            text += set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init; " : "set; ";
        }

        return text;
    }

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(',', method.GetGenericArguments().Select(a => a.Name))}>" : "";

    private static string Parameters(MethodBase method)
    {
        var isExtension = method.IsDefined(typeof(ExtensionAttribute), inherit: false);
        return string.Join(", ", method.GetParameters().Select((parameter, i) =>
            (i == 0 && isExtension ? "this " : "")
            + (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "")
            + $"{SurfaceTypeNames.Of(parameter)} {parameter.Name}"
            + (parameter.HasDefaultValue ? " = " + Default(parameter) : "")));
    }

    private static string Default(ParameterInfo parameter) =>
        parameter.DefaultValue is null && parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? "default"
            : Value(parameter.DefaultValue);

    private static string Value(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(parameter =>
    {
        var constraints = new List<string>();
        var flags = parameter.GenericParameterAttributes;
        if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            constraints.Add("class");
        }
        else if (flags.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint))
        {
            constraints.Add("struct");
        }

        constraints.AddRange(parameter.GetGenericParameterConstraints().Where(c => c != typeof(ValueType)).Select(SurfaceTypeNames.Of));
        if (constraints.Count == 0 && SurfaceTypeNames.IsNotNull(parameter))
        {
            constraints.Add("notnull");
        }

        return constraints.Count > 0 ? $" where {parameter.Name} : {string.Join(", ", constraints)}" : "";
    }));

    private static string Attributes(MemberInfo member)
    {
        var text = "";
        if (member.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType == typeof(AttributeUsageAttribute)) is not null)
        {
            var usage = member.GetCustomAttribute<AttributeUsageAttribute>(inherit: false)!;
            var targets = Enum.GetValues<AttributeTargets>().Where(t => t != AttributeTargets.All && usage.ValidOn.HasFlag(t));
            text += $" [AttributeUsage({string.Join('|', targets)}{(usage.AllowMultiple ? ", AllowMultiple" : "")}{(usage.Inherited ? "" : ", Inherited=false")})]";
        }

        text += member.IsDefined(typeof(FlagsAttribute), inherit: false) ? " [Flags]" : "";
        return text + (member.IsDefined(typeof(ObsoleteAttribute), inherit: false) ? " [Obsolete]" : "");
    }
}
