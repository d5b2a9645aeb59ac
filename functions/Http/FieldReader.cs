using System.Globalization;
using System.Text.Json;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Functions.Http;

/// <summary>
/// Reads the fields of a request with the messages of Django REST framework; errors gather in <see cref="Errors"/>, so that a client sees all at once.
/// </summary>
/// <param name="body">An object.</param>
/// <param name="partial">Missing fields are no errors (PATCH).</param>
internal sealed class FieldReader(JsonElement body, bool partial = false)
{
    private const string Required = "This field is required.";
    private const string Null = "This field may not be null.";

    /// <summary>What is wrong so far.</summary>
    public FieldErrors Errors { get; } = new();

    /// <summary>Whether missing fields are no errors.</summary>
    public bool IsPartial => partial;

    /// <summary>Names of all fields that were sent.</summary>
    public IEnumerable<string> Names => body.EnumerateObject().Select(property => property.Name);

    /// <summary>Whether the field was sent, as null or otherwise.</summary>
    public bool Has(string name) => body.TryGetProperty(name, out _);

    /// <summary>The raw value; null where it is absent.</summary>
    public JsonElement? Raw(string name) => body.TryGetProperty(name, out var value) ? value : null;

    /// <summary>A text. Numbers are taken as text, as the framework does.</summary>
    public Optional<string> Text(string name, int maxLength, bool required = false, bool allowBlank = false, int minLength = 0, bool trim = true)
    {
        if (!TryGet(name, required, allowNull: false, out var value, out _))
        {
            return default;
        }

        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))
        {
            return Fail<string>(name, "Not a valid string.");
        }

        var text = value.ToString();
        text = trim ? text.Trim() : text;
        return text switch
        {
            "" when !allowBlank => Fail<string>(name, "This field may not be blank."),
            _ when text.Contains('\0') => Fail<string>(name, "Null characters are not allowed."),
            _ when text.Length > maxLength => Fail<string>(name, $"Ensure this field has no more than {maxLength} characters."),
            _ when text.Length < minLength => Fail<string>(name, $"Ensure this field has at least {minLength} characters."),
            _ => new(true, text),
        };
    }

    /// <summary>A whole number; digits in a string are taken too.</summary>
    public Optional<int?> Int(string name, int min = int.MinValue, int max = int.MaxValue, bool required = false, bool allowNull = true)
    {
        if (!TryGet(name, required, allowNull, out var value, out var isNull))
        {
            return isNull ? new(true, null) : default;
        }

        if (!TryInt(value, out var number))
        {
            return Fail<int?>(name, "A valid integer is required.");
        }

        return number switch
        {
            _ when number < min => Fail<int?>(name, $"Ensure this value is greater than or equal to {min}."),
            _ when number > max => Fail<int?>(name, $"Ensure this value is less than or equal to {max}."),
            _ => new(true, number),
        };
    }

    /// <summary>A number.</summary>
    public Optional<double?> Number(string name, double min = double.MinValue, double max = double.MaxValue, bool required = false)
    {
        if (!TryGet(name, required, allowNull: true, out var value, out var isNull))
        {
            return isNull ? new(true, null) : default;
        }

        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var number) && number >= min && number <= max => new(true, number),
            JsonValueKind.Number => Fail<double?>(name, FormattableString.Invariant($"Ensure this value is from {min} to {max}.")),
            _ => Fail<double?>(name, "A valid number is required."),
        };
    }

    /// <summary>A boolean; the framework's spellings in strings are taken too.</summary>
    public Optional<bool> Bool(string name, bool required = false)
    {
        if (!TryGet(name, required, allowNull: false, out var value, out _))
        {
            return default;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => new(true, true),
            JsonValueKind.False => new(true, false),
            JsonValueKind.String when bool.TryParse(value.GetString(), out var parsed) => new(true, parsed),
            JsonValueKind.Number when value.TryGetInt32(out var number) && number is 0 or 1 => new(true, number == 1),
            _ => Fail<bool>(name, "Must be a valid boolean."),
        };
    }

    /// <summary>One of some words.</summary>
    public Optional<string> Choice(string name, IReadOnlyCollection<string> choices, bool required = false)
    {
        if (!TryGet(name, required, allowNull: false, out var value, out _))
        {
            return default;
        }

        return value.ValueKind == JsonValueKind.String && choices.Contains(value.GetString()!)
            ? new(true, value.GetString())
            : Fail<string>(name, $"\"{value}\" is not a valid choice.");
    }

    /// <summary>A moment; a time without a zone is UTC.</summary>
    public Optional<DateTimeOffset?> Date(string name)
    {
        if (!TryGet(name, required: false, allowNull: true, out var value, out var isNull))
        {
            return isNull ? new(true, null) : default;
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, styles, out var date)
            ? new(true, date)
            : Fail<DateTimeOffset?>(name, "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].");
    }

    /// <summary>A list of texts; null where it is absent or wrong.</summary>
    public IReadOnlyList<string>? Texts(string name, int maxLength)
    {
        if (Items(name) is not { } items)
        {
            return null;
        }

        var bad = items.FindIndex(item => item.ValueKind is not (JsonValueKind.String or JsonValueKind.Number) || item.ToString().Length > maxLength);
        if (bad < 0)
        {
            return [.. items.Select(item => item.ToString())];
        }

        var isText = items[bad].ValueKind is JsonValueKind.String or JsonValueKind.Number;
        Errors.Add(name, isText ? $"Ensure this field has no more than {maxLength} characters." : "Not a valid string.");
        return null;
    }

    /// <summary>A list of whole numbers; null where it is absent or wrong.</summary>
    public IReadOnlyList<int>? Ints(string name)
    {
        if (Items(name) is not { } items)
        {
            return null;
        }

        var numbers = new List<int>(items.Count);
        foreach (var item in items)
        {
            if (!TryInt(item, out var number))
            {
                Errors.Add(name, "A valid integer is required.");
                return null;
            }

            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>
    /// A list of objects, each read by <paramref name="read"/>; their errors are nested in order. Null where it is absent or not a list.
    /// </summary>
    public IReadOnlyList<T>? Objects<T>(string name, Func<FieldReader, T> read, int maxItems = 10_000, bool itemsPartial = false)
    {
        if (Items(name) is not { } items)
        {
            return null;
        }

        if (items.Count > maxItems)
        {
            Errors.Add(name, $"Ensure this field has no more than {maxItems} elements.");
            return null;
        }

        var results = new List<T>(items.Count);
        var errors = new List<FieldErrors>(items.Count);
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                errors.Add(new FieldErrors().Add(FieldErrors.NonField, $"Invalid data. Expected a dictionary, but got {JsonTypes.NameOf(item)}."));
                continue;
            }

            var reader = new FieldReader(item, itemsPartial);
            results.Add(read(reader));
            errors.Add(reader.Errors);
        }

        Errors.Add(name, errors);
        return results;
    }

    /// <summary>A nested object; null is kept apart from absence.</summary>
    public Optional<T> Object<T>(string name, Func<FieldReader, T> read)
        where T : class
    {
        if (!TryGet(name, required: false, allowNull: true, out var value, out var isNull))
        {
            return isNull ? new(true, null) : default;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(name, new FieldErrors().Add(FieldErrors.NonField, $"Invalid data. Expected a dictionary, but got {JsonTypes.NameOf(value)}."));
            return default;
        }

        var reader = new FieldReader(value, partial);
        var result = read(reader);
        Errors.Add(name, reader.Errors);
        return new(true, result);
    }

    private static bool TryInt(JsonElement value, out int number)
    {
        number = 0;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetInt32(out number),
            JsonValueKind.String => int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    private List<JsonElement>? Items(string name)
    {
        if (!TryGet(name, required: false, allowNull: false, out var value, out _))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array)
        {
            return [.. value.EnumerateArray()];
        }

        Errors.Add(name, $"Expected a list of items but got type \"{JsonTypes.NameOf(value)}\".");
        return null;
    }

    private bool TryGet(string name, bool required, bool allowNull, out JsonElement value, out bool isNull)
    {
        isNull = false;
        if (!body.TryGetProperty(name, out value))
        {
            if (required && !partial)
            {
                Errors.Add(name, Required);
            }

            return false;
        }

        if (value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        isNull = allowNull;
        if (!allowNull)
        {
            Errors.Add(name, Null);
        }

        return false;
    }

    private Optional<T> Fail<T>(string name, string message)
    {
        Errors.Add(name, message);
        return default;
    }
}
