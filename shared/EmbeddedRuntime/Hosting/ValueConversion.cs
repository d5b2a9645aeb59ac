using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.EmbeddedRuntime.Hosting;

/// <summary>Turns what came with a trigger into a parameter's type, in the platform's order of converters.</summary>
internal static class ValueConversion
{
    /// <summary>The worker's own JSON settings: names as declared but read without regard to case, enums as numbers.</summary>
    internal static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The argument for a parameter.</summary>
    /// <exception cref="FunctionInputConverterException">The source can't be converted, or is missing where there must be a value.</exception>
    public static object? Convert(ParameterInfo parameter, object? source)
    {
        var type = parameter.ParameterType;
        if (source is null)
        {
            return parameter.HasDefaultValue ? parameter.DefaultValue
                : !type.IsValueType || Nullable.GetUnderlyingType(type) is not null ? null
                : throw Failure(parameter, null, null);
        }

        if (type.IsInstanceOfType(source))
        {
            return source;
        }

        try
        {
            return Convert(source, Nullable.GetUnderlyingType(type) ?? type);
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException or InvalidCastException or OverflowException)
        {
            throw Failure(parameter, source, e);
        }
    }

    private static object? Convert(object source, Type type)
    {
        if (source is byte[] bytes)
        {
            return type == typeof(ReadOnlyMemory<byte>) ? (ReadOnlyMemory<byte>)bytes
                : Convert(Encoding.UTF8.GetString(bytes), type);
        }

        if (source is not string text)
        {
            throw new NotSupportedException();
        }

        if (type == typeof(string))
        {
            return text;
        }

        if (type == typeof(Guid))
        {
            return Guid.Parse(text);
        }

        if (type == typeof(DateTimeOffset))
        {
            return DateTimeOffset.Parse(text.Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        }

        if (type == typeof(DateTime))
        {
            return DateTime.Parse(text.Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        }

        return type == typeof(byte[]) ? Encoding.UTF8.GetBytes(text)
            : type == typeof(ReadOnlyMemory<byte>) ? (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)
            : JsonSerializer.Deserialize(text, type, Json);
    }

    private static FunctionInputConverterException Failure(ParameterInfo parameter, object? source, Exception? cause)
    {
        var message = $"Cannot convert input parameter '{parameter.Name}' to type '{parameter.ParameterType.FullName}' from type '{source?.GetType().FullName ?? "null"}'.";
        return new FunctionInputConverterException(cause is null ? message : $"{message} Error:{cause}", cause);
    }
}
