using System.Text.Json;

namespace CvatServerless.Functions.Http;

/// <summary>One operation of the contract.</summary>
public sealed record Operation(string Id, string Method, IReadOnlyList<string> Segments, bool IsAnonymous);

/// <summary>The operations of the OpenAPI document, for telling 404, 405 and 501 apart where no function serves a request.</summary>
public sealed class OperationTable
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch"];
    private readonly List<Operation> _all = [];

    /// <summary>Reads the document that is served at <c>/api/schema/</c>.</summary>
    public OperationTable(Stream openApi)
    {
        using var document = JsonDocument.Parse(openApi);
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject().Where(method => Methods.Contains(method.Name)))
            {
                var operation = method.Value;
                _all.Add(new(operation.GetProperty("operationId").GetString()!, method.Name.ToUpperInvariant(), Split(path.Name), IsOpen(operation)));
            }
        }
    }

    /// <summary>Every operation.</summary>
    public IReadOnlyList<Operation> All => _all;

    /// <summary>The operations on a path; the most literal templates come first.</summary>
    public IReadOnlyList<Operation> Match(string path)
    {
        var segments = Split(path);
        return [.. _all.Where(operation => IsMatch(operation.Segments, segments)).OrderBy(operation => operation.Segments.Count(IsParameter))];
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsParameter(string segment) => segment[0] == '{';

    private static bool IsMatch(IReadOnlyList<string> template, string[] segments)
    {
        if (template.Count != segments.Length)
        {
            return false;
        }

        for (var i = 0; i < segments.Length; i++)
        {
            if (!IsParameter(template[i]) && !string.Equals(template[i], segments[i], StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    // The document marks an open operation by an empty alternative in its security requirements, or by having none at all.
    private static bool IsOpen(JsonElement operation) =>
        !operation.TryGetProperty("security", out var security) || security.GetArrayLength() == 0
        || security.EnumerateArray().Any(alternative => !alternative.EnumerateObject().Any());
}
