using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.NotImplemented;

/// <summary>
/// Everything that no other function serves: 404, 405 and 501 with the contract's bodies below <c>/api</c>, the web app elsewhere. Its name is the last one in
/// order, because the host takes the first function whose route fits.
/// </summary>
public sealed class FallbackApi(OperationTable operations, WebApp web)
{
    [Function(AuthMiddleware.FallbackName)]
    public IActionResult Any(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "options", "post", "put", "patch", "delete", Route = "{*path}")] HttpRequest req) =>
        req.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? Api(req) : web.Serve(req);

    private IActionResult Api(HttpRequest req)
    {
        var matches = operations.Match(req.Path.Value!);
        if (matches.Count == 0)
        {
            throw CvatException.NotFound();
        }

        if (req.Actor().IsAnonymous && !matches[0].IsAnonymous)
        {
            throw CvatException.Unauthenticated();
        }

        var allowed = string.Join(", ", matches.Select(operation => operation.Method).Append("HEAD").Append("OPTIONS").Distinct());
        if (HttpMethods.IsOptions(req.Method))
        {
            req.HttpContext.Response.Headers.Allow = allowed;
            return matches.Any(operation => operation.Id == "tasks_create_data") ? TusProtocol.Options(req) : Wire.Empty();
        }

        var method = HttpMethods.IsHead(req.Method) ? HttpMethods.Get : req.Method;
        var operation = matches.FirstOrDefault(match => match.Method.Equals(method, StringComparison.OrdinalIgnoreCase));
        if (operation is null)
        {
            req.HttpContext.Response.Headers.Allow = allowed;
            throw CvatException.Detail(ErrorKind.MethodNotAllowed, $"Method \"{req.Method}\" not allowed.");
        }

        throw PendingOperations.Contains(operation.Id)
            ? CvatException.Detail(ErrorKind.NotImplemented, $"{operation.Id} is not available yet in CvatServerless.")
            : CvatException.NotFound(); // its function's route refused the path: an id that is no number
    }
}
