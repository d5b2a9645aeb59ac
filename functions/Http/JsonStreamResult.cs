using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Http;

/// <summary>JSON that is written as it is made, so that a long answer never stands in memory as a whole.</summary>
/// <param name="write">Writes the document; calls the given function from time to time so that what is written goes out.</param>
internal sealed class JsonStreamResult(Func<Utf8JsonWriter, Func<ValueTask>, CancellationToken, Task> write) : IActionResult
{
    private const int FlushBytes = 64 * 1024;

    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        var ct = context.HttpContext.RequestAborted;
        response.ContentType = Wire.ContentType;
        var output = response.BodyWriter;
        await using var json = new Utf8JsonWriter(output, Wire.WriterOptions);
        await write(json, FlushAsync, ct);
        json.Flush();
        await output.FlushAsync(ct);

        async ValueTask FlushAsync()
        {
            if (json.BytesPending + output.UnflushedBytes >= FlushBytes)
            {
                json.Flush();
                await output.FlushAsync(ct);
            }
        }
    }
}
