using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Server;

/// <summary>The tag <c>schema</c>.</summary>
public sealed class SchemaApi
{
    [Function("schema_retrieve")]
    public IActionResult Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/schema")] HttpRequest req) =>
        new WireResult(StatusCodes.Status200OK, File.ReadAllBytes(ContractFile.Path), ContentType(req));

    // JSON is YAML, so one document serves both.
    private static string ContentType(HttpRequest req)
    {
        var accept = req.Headers.Accept.ToString();
        var isJson = req.Query["scheme"] == "json" || accept.Contains("json", StringComparison.OrdinalIgnoreCase);
        return isJson ? "application/vnd.oai.openapi+json; charset=utf-8" : "application/vnd.oai.openapi; charset=utf-8";
    }
}

/// <summary>Where the OpenAPI document lies.</summary>
internal static class ContractFile
{
    /// <summary>Beside the program.</summary>
    public static string Path => System.IO.Path.Combine(AppContext.BaseDirectory, "Contract", "openapi.json");
}
