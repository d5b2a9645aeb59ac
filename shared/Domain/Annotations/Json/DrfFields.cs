using System.Globalization;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Annotations.Json;

/// <summary>Reads JSON values with the coercions and the words of Django REST framework's fields. Every method adds to the errors instead of throwing.</summary>
internal static class DrfFields
{
    public const string Required = "This field is required.";
    private const string MayNotBeNull = "This field may not be null.";
    private const int MaxNumericTextLength = 1000;

    public static int Integer(JsonElement value, string field, FieldErrors errors, int? minimum = null)
    {
        var number = Long(value, field, errors, minimum);
        if (number is >= int.MinValue and <= int.MaxValue)
        {
            return (int)number;
        }

        errors.Add(field, number > 0 ? "Ensure this value is less than or equal to 2147483647." : "Ensure this value is greater than or equal to -2147483648.");
        return 0;
    }

    public static long Long(JsonElement value, string field, FieldErrors errors, int? minimum = null)
    {
        if (NullAdded(value, field, errors))
        {
            return 0;
        }

        if (!TryInteger(value, out var number))
        {
            errors.Add(field, "A valid integer is required.");
            return 0;
        }

        if (number < minimum)
        {
            errors.Add(field, $"Ensure this value is greater than or equal to {minimum}.");
        }

        return number;
    }

    public static double Number(JsonElement value, string field, FieldErrors errors, double minimum, double maximum)
    {
        if (NullAdded(value, field, errors))
        {
            return 0;
        }

        if (!TryNumber(value, out var number) || !double.IsFinite(number))
        {
            errors.Add(field, "A valid number is required.");
            return 0;
        }

        if (number < minimum)
        {
            errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"Ensure this value is greater than or equal to {minimum}."));
        }
        else if (number > maximum)
        {
            errors.Add(field, string.Create(CultureInfo.InvariantCulture, $"Ensure this value is less than or equal to {maximum}."));
        }

        return number;
    }

    public static bool Boolean(JsonElement value, string field, FieldErrors errors)
    {
        if (NullAdded(value, field, errors))
        {
            return false;
        }

        var word = value.ValueKind switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.String => value.GetString()!.Trim(),
            JsonValueKind.Number => value.GetRawText(),
            _ => "",
        };
        switch (word)
        {
            case "true" or "True" or "TRUE" or "t" or "T" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "1" or "1.0":
                return true;
            case "false" or "False" or "FALSE" or "f" or "F" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "0" or "0.0":
                return false;
            default:
                errors.Add(field, "Must be a valid boolean.");
                return false;
        }
    }

    /// <summary>The text of a scalar as Python's <c>str</c> gives it: <c>true</c> → <c>True</c>, 1.5 → <c>1.5</c>.</summary>
    public static string? PythonText(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => "True",
        JsonValueKind.False => "False",
        JsonValueKind.Number => PythonNumber(value.GetRawText()),
        _ => null,
    };

    public static bool NullAdded(JsonElement value, string field, FieldErrors errors)
    {
        if (value.ValueKind != JsonValueKind.Null)
        {
            return false;
        }

        errors.Add(field, MayNotBeNull);
        return true;
    }

    /// <summary>The items of an array, or none and an error.</summary>
    public static JsonElement.ArrayEnumerator Items(JsonElement value, string field, FieldErrors errors)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            return value.EnumerateArray();
        }

        if (!NullAdded(value, field, errors))
        {
            errors.Add(field, NotAList(value.ValueKind));
        }

        return default;
    }

    /// <summary>The items of an array, each read by <paramref name="parse"/>, which gives null where it finds something wrong; the errors are nested in order.</summary>
    public static T[] Many<T>(JsonElement json, string field, FieldErrors errors, Func<JsonElement, FieldErrors, T?> parse)
        where T : class
    {
        if (json.ValueKind == JsonValueKind.Array && json.GetArrayLength() == 0)
        {
            return [];
        }

        var items = new List<T>();
        var itemErrors = new ItemErrors();
        foreach (var item in Items(json, field, errors))
        {
            var own = new FieldErrors();
            if (parse(item, own) is { } parsed && own.IsEmpty)
            {
                items.Add(parsed);
            }

            itemErrors.Add(own);
        }

        itemErrors.AddTo(errors, field);
        return [.. items];
    }

    public static string NotAList(JsonValueKind kind) => $"Expected a list of items but got type \"{PythonType(kind)}\".";

    public static string NotAnObject(JsonValueKind kind) => $"Invalid data. Expected a dictionary, but got {PythonType(kind)}.";

    private static string PythonType(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "dict",
        JsonValueKind.Array => "list",
        JsonValueKind.String => "str",
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "int",
        _ => "NoneType",
    };

    private static string PythonNumber(string raw) => raw.AsSpan().ContainsAny('e', 'E') && double.TryParse(raw, CultureInfo.InvariantCulture, out var number)
        ? PythonFloat.Text(number)
        : raw;

    private static bool TryInteger(JsonElement value, out long number)
    {
        number = 0;
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                if (value.TryGetInt64(out number))
                {
                    return true;
                }

                return value.TryGetDouble(out var real) && Whole(real, out number);
            case JsonValueKind.String:
                var text = value.GetString()!;
                return text.Length <= MaxNumericTextLength && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out number);
            default:
                return false;
        }
    }

    private static bool Whole(double real, out long number)
    {
        number = Math.Abs(real) < 9e18 ? (long)real : 0;
        return number == real;
    }

    private static bool TryNumber(JsonElement value, out double number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out number),
            JsonValueKind.String => double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            JsonValueKind.True => (number = 1) == 1,
            JsonValueKind.False => true,
            _ => false,
        };
    }
}
