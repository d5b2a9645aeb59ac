using System.Reflection;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Worker;

/// <summary>Type names as surface.txt writes them: full names but for C#'s keywords, with '?' where null is annotated.</summary>
internal static class SurfaceTypeNames
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(uint)] = "uint",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    public static string Of(Type type) => Name(type, new Flags([0]));

    public static string Of(ParameterInfo parameter) => Name(parameter.ParameterType, FlagsOf(parameter.GetCustomAttributesData(), parameter.Member));

    public static string Of(PropertyInfo property) => Name(property.PropertyType, FlagsOf(property.GetCustomAttributesData(), property.DeclaringType));

    public static string Of(FieldInfo field) => Name(field.FieldType, FlagsOf(field.GetCustomAttributesData(), field.DeclaringType));

    /// <summary>Whether an otherwise unconstrained type parameter is declared <c>notnull</c>.</summary>
    public static bool IsNotNull(Type parameter) =>
        FlagsOf(parameter.GetCustomAttributesData(), (MemberInfo?)parameter.DeclaringMethod ?? parameter.DeclaringType).Next() == 1;

    /// <summary>The compiler's annotations: those of the place itself, else the default of the nearest member around it.</summary>
    private static Flags FlagsOf(IEnumerable<CustomAttributeData> own, MemberInfo? around)
    {
        if (Find(own, "NullableAttribute") is { } attribute)
        {
            return attribute.ConstructorArguments[0].Value is byte one
                ? new Flags([one])
                : new Flags([.. ((IReadOnlyCollection<CustomAttributeTypedArgument>)attribute.ConstructorArguments[0].Value!).Select(a => (byte)a.Value!)]);
        }

        for (; around is not null; around = around.DeclaringType)
        {
            if (Find(around.GetCustomAttributesData(), "NullableContextAttribute") is { } context)
            {
                return new Flags([(byte)context.ConstructorArguments[0].Value!]);
            }
        }

        return new Flags([0]);
    }

    private static CustomAttributeData? Find(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(a => a.AttributeType.Name == name);

    /// <summary>Walks a type as the compiler does: one flag per reference type, type parameter and generic value type.</summary>
    private static string Name(Type type, Flags flags)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, flags);
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            flags.Next();
            return Name(value, flags) + "?";
        }

        var flag = !type.IsValueType || type.IsGenericType ? flags.Next() : 0;
        var suffix = flag == 2 && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, flags)}[]{suffix}";
        }

        if (type.IsGenericParameter)
        {
            return type.Name + suffix;
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return keyword + suffix;
        }

        var name = $"{type.Namespace}.{(type.IsNested ? type.DeclaringType!.Name + "." : "")}{type.Name.Split('`')[0]}";
        return type.IsGenericType ? $"{name}<{string.Join(',', type.GetGenericArguments().Select(argument => Name(argument, flags)))}>{suffix}" : name + suffix;
    }

    private sealed class Flags(byte[] values)
    {
        private int _next;

        public byte Next() => values.Length == 1 ? values[0] : values[_next++];
    }
}
