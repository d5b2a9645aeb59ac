using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Http.Throttling;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CvatServerless.Functions.Http;

/// <summary>Finds out who calls (<see cref="Authenticator"/>) and refuses those who may not call a function at all.</summary>
internal sealed class AuthMiddleware(Authenticator authenticator, OrganizationContext organizations, AnonymousThrottle throttle) : IFunctionsWorkerMiddleware
{
    /// <summary>Functions that need no sign-in.</summary>
    private static readonly HashSet<string> Anonymous = new(StringComparer.OrdinalIgnoreCase)
    {
        "auth_create_login", "auth_create_logout", "auth_create_register", "auth_create_password_reset", "auth_create_password_reset_confirm",
        "auth_retrieve_rules", "auth_list_social", "auth_create_social_login_token", "auth_create_oidc_login_token", "auth_create_saml_login_token",
        "user_agreements_retrieve", "assets_retrieve", "guides_retrieve", "schema_retrieve", "server_retrieve_about", "server_retrieve_health", FallbackName,
    };

    /// <summary>Open functions that anonymous callers may call as often as they like: every client's first call, and what watches the server.</summary>
    private static readonly HashSet<string> Uncounted = new(StringComparer.OrdinalIgnoreCase) { "server_retrieve_about", "server_retrieve_health" };

    /// <summary>What a read-only token may start although it is a POST: exports, unless they go to a cloud storage.</summary>
    private static readonly HashSet<string> Exports = new(StringComparer.OrdinalIgnoreCase)
    {
        "projects_create_dataset_export", "tasks_create_dataset_export", "jobs_create_dataset_export",
        "projects_create_backup_export", "tasks_create_backup_export", "events_create_export",
    };

    /// <summary>The function for everything that no other function serves.</summary>
    public const string FallbackName = "zz_fallback";

    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is { } http)
        {
            await AuthenticateAsync(http, context.FunctionDefinition.Name);
            await organizations.ResolveAsync(http.Request, http.RequestAborted);
            Authorize(context.FunctionDefinition.Name, http.Request);
        }

        await next(context);
    }

    /// <summary>Wrong credentials count as none.</summary>
    private async Task AuthenticateAsync(HttpContext http, string function)
    {
        try
        {
            await authenticator.AuthenticateAsync(http, http.RequestAborted);
        }
        catch (CvatException e) when (e.Kind == ErrorKind.Unauthenticated)
        {
            throttle.Charge(http);
            throw;
        }

        if (http.Request.Actor().IsAnonymous && !Uncounted.Contains(function) && http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            throttle.Charge(http);
        }
    }

    private static void Authorize(string function, HttpRequest request)
    {
        var actor = request.Actor();
        if (actor.IsAnonymous && !Anonymous.Contains(function))
        {
            throw CvatException.Unauthenticated();
        }

        if (actor.IsReadOnly && !IsSafe(request.Method) && !IsLocalExport(function, request))
        {
            throw CvatException.Forbidden();
        }
    }

    private static bool IsLocalExport(string function, HttpRequest request) =>
        Exports.Contains(function) && request.Query["location"] != "cloud_storage";

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
