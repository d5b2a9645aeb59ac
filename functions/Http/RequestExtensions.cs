using CvatServerless.Domain.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Functions.Http;

/// <summary>What the middleware knows of a request.</summary>
internal static class RequestExtensions
{
    private static readonly object ActorKey = new();
    private static readonly object SecretKey = new();

    /// <summary>The caller; <see cref="Domain.Identity.Actor.Anonymous"/> before and without authentication.</summary>
    public static Actor Actor(this HttpRequest request) =>
        request.HttpContext.Items.TryGetValue(ActorKey, out var actor) ? (Actor)actor! : Domain.Identity.Actor.Anonymous;

    /// <summary>The SHA-256 of the secret that the caller showed (session, key or token); null for a password.</summary>
    public static string? CredentialHash(this HttpRequest request) => request.HttpContext.Items.TryGetValue(SecretKey, out var hash) ? (string?)hash : null;

    /// <summary>Set by the authentication alone.</summary>
    public static void SetActor(this HttpContext context, Actor actor, string? credentialHash)
    {
        context.Items[ActorKey] = actor;
        context.Items[SecretKey] = credentialHash;
    }

    /// <summary>The external origin without a slash at its end: the configured public URL, or what the client called.</summary>
    public static string BaseUrl(this HttpRequest request)
    {
        var configured = request.HttpContext.RequestServices.GetRequiredService<ServerOptions>().PublicUrl;
        return configured ?? $"{request.Scheme}://{request.Host.ToUriComponent()}";
    }

    /// <summary>Marks the answer as one that must not be kept.</summary>
    public static void ForbidCaching(this HttpRequest request) =>
        request.HttpContext.Response.Headers.CacheControl = "no-cache, no-store, must-revalidate, private, max-age=0";

    /// <summary>A query boolean in any of the spellings <c>True true 1 False false 0</c>; null where it is absent or something else.</summary>
    public static bool? QueryBool(this HttpRequest request, string name) => request.Query[name].ToString().ToLowerInvariant() switch
    {
        "true" or "1" => true,
        "false" or "0" => false,
        _ => null,
    };

    /// <summary>A query value, or null where it is absent or empty.</summary>
    public static string? QueryText(this HttpRequest request, string name) => request.Query[name].ToString() is { Length: > 0 } text ? text : null;
}
