namespace CvatServerless.Functions.Http;

/// <summary>A field of a request that may be absent, which differs from null.</summary>
internal readonly record struct Optional<T>(bool IsSet, T? Value)
{
    /// <summary>The value, or <paramref name="fallback"/> where the field is absent.</summary>
    public T? Or(T? fallback) => IsSet ? Value : fallback;
}
