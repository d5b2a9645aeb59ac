using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Http;

/// <summary>The answer where there is no preview. Source: contract-data.md §3.7 (<c>Prefer</c> of <c>tasks_retrieve_preview</c>).</summary>
internal static class NoPreview
{
    private const string Empty = "handling=empty";

    /// <summary>404 in plain text; 204 for a client that prefers an empty answer and shows a picture of its own.</summary>
    public static IActionResult Of(HttpRequest request, string reason)
    {
        if (!request.Headers["Prefer"].ToString().Split(',', ';').Any(token => token.Trim().Equals(Empty, StringComparison.OrdinalIgnoreCase)))
        {
            return Wire.Text(reason, StatusCodes.Status404NotFound);
        }

        var headers = request.HttpContext.Response.Headers;
        headers["Preference-Applied"] = Empty;
        headers.Vary = "Prefer";
        return Wire.NoContent();
    }
}
