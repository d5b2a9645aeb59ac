using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>Every request comes in here: host paths, routing, keys, size limits, headers; then the function runs.</summary>
internal sealed partial class HttpFrontDoor(
    RouteTable routes, IFunctionInvoker invoker, HostSettings settings, IOptions<KestrelServerOptions> kestrel, ILogger<HttpFrontDoor> log)
{
    private const string InvocationIdHeader = "x-ms-invocation-id";
    private const long DefaultHostLimitBytes = 104_857_600;
    private const long DrainLimitBytes = 1L << 30;

    private readonly long _limitBytes = Math.Min(
        kestrel.Value.Limits.MaxRequestBodySize ?? long.MaxValue,
        long.TryParse(settings.Setting("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"), out var host) ? host : DefaultHostLimitBytes);

    private readonly bool _hasHomePage = !string.Equals(settings.Setting("AzureWebJobsDisableHomepage"), "true", StringComparison.OrdinalIgnoreCase);
    private readonly byte[]? _functionKey = KeyOf(settings, "EMBEDDED_RUNTIME_FUNCTION_KEY");
    private readonly byte[]? _masterKey = KeyOf(settings, "EMBEDDED_RUNTIME_MASTER_KEY");

    /// <summary>Answers one request.</summary>
    public Task HandleAsync(HttpContext http)
    {
        if (ReservedAnswer(http.Request.Path) is { } reserved)
        {
            return HttpAnswers.StatusAsync(http, reserved);
        }

        if (routes.Match(http) is not { } match)
        {
            return NoFunctionAsync(http);
        }

        if (!IsAllowed(http.Request, match.Route.Trigger.AuthLevel))
        {
            return HttpAnswers.StatusAsync(http, StatusCodes.Status401Unauthorized);
        }

        if (http.Request.ContentLength > _limitBytes)
        {
            return RefuseBodyAsync(http);
        }

        return InvokeAsync(http, match);
    }

    private static byte[]? KeyOf(HostSettings settings, string name) => settings.Setting(name) is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;

    /// <summary>Paths that belong to the platform's host; null for all others.</summary>
    private static int? ReservedAnswer(PathString path)
    {
        if (path.StartsWithSegments("/admin", out var rest))
        {
            return rest.Equals("/host/ping", StringComparison.OrdinalIgnoreCase) ? StatusCodes.Status200OK
                : rest.StartsWithSegments("/host") || rest.StartsWithSegments("/functions") ? StatusCodes.Status401Unauthorized
                : null;
        }

        return path.StartsWithSegments("/runtime/webhooks") ? StatusCodes.Status401Unauthorized : null;
    }

    private Task NoFunctionAsync(HttpContext http)
    {
        if (http.Request.Path.Value is not ("/" or ""))
        {
            return HttpAnswers.StatusAsync(http, StatusCodes.Status404NotFound);
        }

        return _hasHomePage
            ? http.Response.WriteAsync("The functions app is up and running.", http.RequestAborted)
            : HttpAnswers.StatusAsync(http, StatusCodes.Status204NoContent);
    }

    private bool IsAllowed(HttpRequest request, AuthorizationLevel level)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var given = request.Headers.TryGetValue("x-functions-key", out var header) ? header.ToString() : request.Query["code"].ToString();
        return given.Length > 0 && (Fits(given, _masterKey) || (level is AuthorizationLevel.Function or AuthorizationLevel.User && Fits(given, _functionKey)));
    }

    private static bool Fits(string given, byte[]? key) => key is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), key);

    /// <summary>Over the limit: 500 with an empty body whether the function reads it or not. The body is read and dropped, so that the client sees the answer.</summary>
    private static async Task RefuseBodyAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        if (http.Request.ContentLength > DrainLimitBytes)
        {
            http.Response.Headers.Connection = "close";
            return;
        }

        http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
    }

    private async Task InvokeAsync(HttpContext http, RouteMatch match)
    {
        if (http.Request.Headers.ContainsKey(InvocationIdHeader))
        {
            await HttpAnswers.StatusAsync(http, StatusCodes.Status500InternalServerError); // the platform hangs first, then answers the same
            return;
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size && size.MaxRequestBodySize != _limitBytes)
        {
            size.MaxRequestBodySize = _limitBytes;
        }

        var id = Guid.NewGuid().ToString();
        ForwardedRequest.Apply(http, id, match.WorkerValues);
        var data = new HttpBindingData(http, match.HostValues);
        if (http.Request.ContentLength > 0 && match.Route.BindsBody(http.Request, match.HostValues))
        {
            await data.ReadBodyAsync();
        }

        try
        {
            var input = new InvocationInput { InvocationId = id, TriggerValue = http.Request, BindingData = data, Http = http };
            await invoker.InvokeAsync(match.Route.Function, input, http.RequestAborted);
        }
        catch (Exception e)
        {
            LogFailed(match.Route.Function.Name, id, e);
            if (http.Response.HasStarted)
            {
                throw; // the server cuts the answer off, after what has been written
            }

            await HttpAnswers.EndAsync(http);
        }
    }

    [LoggerMessage(5001, LogLevel.Error, "Executed 'Functions.{Function}' (Failed, Id={InvocationId})")]
    private partial void LogFailed(string function, string invocationId, Exception exception);
}
