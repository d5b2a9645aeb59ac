using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>Writes what functions return, and what the host itself answers.</summary>
internal static class HttpAnswers
{
    private static readonly ActionDescriptor NoAction = new();

    /// <summary>Writes an <see cref="IActionResult"/> or <see cref="IResult"/>; any other value is not written, as on the platform.</summary>
    public static Task WriteAsync(HttpContext http, FunctionDescriptor function, object? value)
    {
        if (value is not null and not IActionResult and not IResult && function.HttpResult is { } property)
        {
            value = property.GetValue(value);
        }

        return value switch
        {
            IActionResult action => action.ExecuteResultAsync(new ActionContext(http, new RouteData(http.Request.RouteValues), NoAction)),
            IResult result => result.ExecuteAsync(http),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>An answer without body.</summary>
    public static Task StatusAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>A failed function: 500 with an empty body, or a cut answer where one has begun.</summary>
    public static async Task EndAsync(HttpContext http)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        http.Response.Clear();
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        await http.Response.CompleteAsync();
    }
}
