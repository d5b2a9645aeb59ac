namespace CvatServerless.Domain.CloudStorages;

/// <summary>The contract's <c>specific_attributes</c>: a URL query string (contract-data.md §5.1). Null where an attribute is absent or blank.</summary>
public sealed record CloudAttributes(string? Region, string? EndpointUrl, string? Prefix, string? Location, string? Project)
{
    /// <summary>Reads the query string.</summary>
    /// <exception cref="FormatException">A part has not exactly one <c>=</c>, or the prefix begins with a slash or holds two in a row.</exception>
    public static CloudAttributes Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=');
            if (pair.Length != 2)
            {
                throw new FormatException("Invalid specific attributes: each part must be key=value, percent-encoded.");
            }

            var value = Decode(pair[1]);
            if (value.Length > 0)
            {
                values[Decode(pair[0])] = value;
            }
        }

        var prefix = values.GetValueOrDefault("prefix");
        if (prefix is not null && (prefix.StartsWith('/') || prefix.Contains("//", StringComparison.Ordinal)))
        {
            throw new FormatException("Invalid prefix: it must not begin with a slash or hold two slashes in a row.");
        }

        return new(values.GetValueOrDefault("region"), values.GetValueOrDefault("endpoint_url"), prefix, values.GetValueOrDefault("location"), values.GetValueOrDefault("project"));
    }

    /// <summary>Whether a text can be the name of a region, such as <c>eu-west-1</c>: it becomes part of a host name.</summary>
    public static bool IsRegion(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= 40 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
