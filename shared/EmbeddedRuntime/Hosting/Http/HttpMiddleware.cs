using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace CvatServerless.EmbeddedRuntime.Hosting.Http;

/// <summary>
/// The web part of the pipeline: gives the middleware after it the HttpContext, and when they have ended writes the result and ends
/// the answer. An exception passes through: the front door turns it into a 500.
/// </summary>
internal static class HttpMiddleware
{
    public static FunctionExecutionDelegate Wrap(FunctionExecutionDelegate next) => context =>
        context is InvocationContext { Input.Http: { } http } invocation ? RunAsync(invocation, http, next) : next(context);

    private static async Task RunAsync(InvocationContext context, Microsoft.AspNetCore.Http.HttpContext http, FunctionExecutionDelegate next)
    {
        context.Items[FunctionContextExtensions.HttpContextKey] = http;
        await next(context);
        await HttpAnswers.WriteAsync(http, context.Function, context.Outcome.Value);
        await http.Response.CompleteAsync();
    }
}
