namespace CvatServerless.Domain.Errors;

/// <summary>One of the contract's error bodies.</summary>
public abstract record ErrorBody;

/// <summary><c>{"detail":"…"}</c>.</summary>
public sealed record DetailBody(string Message) : ErrorBody
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary><c>{"detail":"…","message":"…","code":"…"}</c>: refusals of <c>cloudstorages_create</c> (contract-data.md §5.2).</summary>
public sealed record CodedBody(string Message, string Code) : ErrorBody
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary><c>["…"]</c>.</summary>
public sealed record ListBody(IReadOnlyList<string> Messages) : ErrorBody
{
    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Messages);
}

/// <summary>A JSON string.</summary>
public sealed record TextBody(string Message) : ErrorBody
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}

/// <summary>
/// <c>{"field":["…"]}</c>. The value of a field is a list of messages, a nested <see cref="FieldErrors"/> (an object), or a list of them (an array, where
/// an item without errors is <c>{}</c>). Object-level messages stand under <c>non_field_errors</c>.
/// </summary>
public sealed record FieldErrors : ErrorBody
{
    /// <summary>The key of messages that belong to no single field.</summary>
    public const string NonField = "non_field_errors";

    private readonly Dictionary<string, object> _fields = [];

    /// <summary>Field → <c>List&lt;string&gt;</c>, <see cref="FieldErrors"/> or <c>List&lt;FieldErrors&gt;</c>, in order of arrival.</summary>
    public IReadOnlyDictionary<string, object> Items => _fields;

    /// <summary>Whether nothing was found wrong.</summary>
    public bool IsEmpty => _fields.Count == 0;

    /// <summary>Adds a message to a field.</summary>
    public FieldErrors Add(string field, string message)
    {
        if (_fields.TryGetValue(field, out var existing) && existing is List<string> messages)
        {
            messages.Add(message);
        }
        else
        {
            _fields[field] = new List<string> { message };
        }

        return this;
    }

    /// <summary>Nests the errors of an object; nothing happens where it has none.</summary>
    public FieldErrors Add(string field, FieldErrors nested)
    {
        if (!nested.IsEmpty)
        {
            _fields[field] = nested;
        }

        return this;
    }

    /// <summary>Nests the errors of an array's items, in order; nothing happens where none has any.</summary>
    public FieldErrors Add(string field, IReadOnlyList<FieldErrors> items)
    {
        if (items.Any(item => !item.IsEmpty))
        {
            _fields[field] = items.ToList();
        }

        return this;
    }

    /// <summary>Throws the 400 where something is wrong.</summary>
    public void ThrowIfAny()
    {
        if (!IsEmpty)
        {
            throw CvatException.Fields(this);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", _fields.Select(pair => $"{pair.Key}: {Describe(pair.Value)}"));

    private static string Describe(object value) => value switch
    {
        List<string> messages => string.Join(' ', messages),
        List<FieldErrors> items => string.Join(", ", items.Where(item => !item.IsEmpty)),
        _ => value.ToString() ?? "",
    };
}
