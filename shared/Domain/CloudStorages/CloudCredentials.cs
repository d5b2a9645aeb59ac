namespace CvatServerless.Domain.CloudStorages;

/// <summary>What opens a bucket, by the names of the contract's fields (<see cref="CloudProviders.FieldsOf"/>). Never logged, never answered.</summary>
public sealed record CloudCredentials
{
    /// <summary>Nothing.</summary>
    public static readonly CloudCredentials None = new();

    /// <summary>Values by field.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    /// <summary>A field, or null where it isn't there or empty.</summary>
    public string? this[string field] => Fields.TryGetValue(field, out var value) && value.Length > 0 ? value : null;

    /// <summary>Says nothing of the values.</summary>
    public override string ToString() => $"{Fields.Count} fields";
}
