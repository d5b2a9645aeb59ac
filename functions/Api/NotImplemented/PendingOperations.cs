namespace CvatServerless.Functions.Api.NotImplemented;

/// <summary>The operations of the contract that answer 501, from <c>operations.txt</c>: operationId, tab, the day it was put there.</summary>
public static class PendingOperations
{
    private static readonly Lazy<HashSet<string>> List = new(Read);

    /// <summary>The operationIds.</summary>
    public static IReadOnlyCollection<string> All => List.Value;

    /// <summary>Whether the operation is one of them.</summary>
    public static bool Contains(string operationId) => List.Value.Contains(operationId);

    private static HashSet<string> Read()
    {
        using var stream = typeof(PendingOperations).Assembly.GetManifestResourceStream("operations.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split('\t')[0])];
    }
}
