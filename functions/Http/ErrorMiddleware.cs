using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Http;

/// <summary>
/// The outermost middleware of HTTP functions: gives every answer an <c>X-Request-Id</c> and turns exceptions into the contract's bodies. Nothing it catches
/// is thrown on, because the host would answer 500 with an empty body.
/// </summary>
internal sealed class ErrorMiddleware(ILogger<ErrorMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        var requestId = Guid.NewGuid().ToString();
        http.Response.Headers["X-Request-Id"] = requestId;
        try
        {
            RefuseOtherVersions(http.Request);
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            logger.LogDebug("The client of {Function} went away.", context.FunctionDefinition.Name);
        }
        catch (PlainTextException exception) when (!http.Response.HasStarted)
        {
            await DrfErrors.WriteTextAsync(http, exception.Status, exception.Message);
        }
        catch (Exception exception)
        {
            var (status, body) = Describe(exception);
            if (status >= StatusCodes.Status500InternalServerError && status != StatusCodes.Status501NotImplemented)
            {
                logger.LogError(exception, "{Function} failed, request {RequestId}.", context.FunctionDefinition.Name, requestId);
            }

            if (http.Response.HasStarted)
            {
                http.Abort();
                return;
            }

            await DrfErrors.WriteAsync(http, status, body);
        }
    }

    private static (int Status, ErrorBody Body) Describe(Exception exception) => exception switch
    {
        CvatException e => (DrfErrors.Status(e.Kind), e.Body),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => (StatusCodes.Status413PayloadTooLarge, new DetailBody("The request is too large.")),
        BadHttpRequestException e => (e.StatusCode, new DetailBody("The request can't be read.")),
        MediaException e => (StatusCodes.Status400BadRequest, new TextBody(e.Message)),
        CloudStorageException e => (StatusCodes.Status503ServiceUnavailable, new TextBody(e.Message)),
        BlobNotFoundException => (StatusCodes.Status404NotFound, new TextBody("It was removed at this very moment. Please ask again.")),
        StoreFullException e => (StatusCodes.Status507InsufficientStorage, new TextBody(e.Message)),
        StoreUnavailableException => (StatusCodes.Status503ServiceUnavailable, new TextBody("The storage can't be reached at the moment.")),
        StoreConflictException => (StatusCodes.Status409Conflict, new TextBody("Somebody else changed the same thing at the same time. Please try again.")),
        _ => (StatusCodes.Status500InternalServerError, new TextBody("An internal error occurred. Its details are in the server's log.")),
    };

    private static void RefuseOtherVersions(HttpRequest request)
    {
        foreach (var accept in request.Headers.Accept)
        {
            var at = accept?.IndexOf("application/vnd.cvat+json;", StringComparison.OrdinalIgnoreCase) ?? -1;
            var version = at < 0 ? -1 : accept!.IndexOf("version=", at, StringComparison.OrdinalIgnoreCase);
            if (version >= 0 && !accept.AsSpan(version + "version=".Length).TrimStart('"').StartsWith("2.0", StringComparison.Ordinal))
            {
                throw CvatException.Detail(ErrorKind.NotAcceptable, "Invalid version in \"Accept\" header.");
            }
        }
    }
}
