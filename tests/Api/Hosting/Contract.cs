using System.Text.Json;
using System.Text.Json.Nodes;
using CvatServerless.Functions.Http;
using NJsonSchema;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>The OpenAPI document, as operations and as JSON schemas of their answers.</summary>
public sealed class Contract
{
    private static readonly string FilePath = Path.Combine(AppContext.BaseDirectory, "Contract", "openapi.json");
    private readonly JsonObject _document = JsonNode.Parse(File.ReadAllText(FilePath))!.AsObject();
    private readonly Lazy<Task<JsonSchema>> _schemas;

    public Contract()
    {
        using var stream = File.OpenRead(FilePath);
        Operations = new OperationTable(stream);
        _schemas = new(() => JsonSchema.FromJsonAsync(Definitions().ToJsonString()));
    }

    /// <summary>Every operation.</summary>
    public OperationTable Operations { get; }

    /// <summary>What is wrong with an answer; empty where nothing is, or where the document says nothing about it.</summary>
    public async Task<IReadOnlyList<string>> FaultsAsync(string method, string path, int status, string body)
    {
        var operation = Operations.Match(path).FirstOrDefault(match => match.Method == method);
        var schemas = await _schemas.Value;
        if (operation is null || !schemas.Definitions.TryGetValue(Name(operation.Id, status.ToString(System.Globalization.CultureInfo.InvariantCulture)), out var schema))
        {
            return [];
        }

        return [.. schema.ActualSchema.Validate(body).Select(error => $"{operation.Id} {status}: {error}")];
    }

    private static string Name(string operationId, string status) => $"{operationId}-{status}";

    private JsonObject Definitions()
    {
        var definitions = new JsonObject();
        foreach (var (name, schema) in _document["components"]!["schemas"]!.AsObject())
        {
            definitions[name] = Convert(schema!);
        }

        foreach (var (_, methods) in _document["paths"]!.AsObject())
        {
            foreach (var (_, operation) in methods!.AsObject())
            {
                foreach (var (status, response) in operation!["responses"]?.AsObject() ?? [])
                {
                    if (response!["content"]?["application/vnd.cvat+json"]?["schema"] is { } schema)
                    {
                        definitions[Name(operation["operationId"]!.GetValue<string>(), status)] = Convert(schema);
                    }
                }
            }
        }

        return new JsonObject { ["definitions"] = definitions };
    }

    /// <summary>OpenAPI 3.0 to JSON Schema: <c>nullable</c>, references, and alternatives that overlap (a full user is a basic user too).</summary>
    private static JsonNode? Convert(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            return new JsonArray([.. array.Select(Convert)]);
        }

        if (node is not JsonObject source)
        {
            return node?.DeepClone();
        }

        var result = new JsonObject();
        foreach (var (name, value) in source)
        {
            switch (name)
            {
                case "nullable" or "readOnly" or "writeOnly" or "example":
                    break;
                case "$ref":
                    result[name] = value!.GetValue<string>().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal);
                    break;
                case "oneOf":
                    result["anyOf"] = Convert(value);
                    break;
                case "format" when value is JsonValue && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() == "email":
                    break; // an account may have none
                default:
                    result[name] = Convert(value);
                    break;
            }
        }

        var isNullable = source["nullable"] is JsonValue nullable && nullable.GetValueKind() == JsonValueKind.True;
        return isNullable ? new JsonObject { ["anyOf"] = new JsonArray(result, new JsonObject { ["type"] = "null" }) } : result;
    }
}

/// <summary>Holds every answer against the contract.</summary>
public sealed class ContractHandler(Contract contract) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Content.Headers.ContentType?.MediaType == "application/vnd.cvat+json")
        {
            await response.Content.LoadIntoBufferAsync(cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            var faults = await contract.FaultsAsync(request.Method.Method, request.RequestUri!.AbsolutePath, (int)response.StatusCode, body);
            if (faults.Count > 0)
            {
                throw new InvalidOperationException($"The answer breaks the contract: {string.Join("; ", faults)}\n{body}");
            }
        }

        return response;
    }
}
