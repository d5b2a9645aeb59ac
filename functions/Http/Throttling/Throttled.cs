using System.Globalization;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Http.Throttling;

/// <summary>The contract's answer to calls that come too fast.</summary>
internal static class Throttled
{
    /// <summary>429 with <c>Retry-After</c> in whole seconds, at least one.</summary>
    public static CvatException After(HttpContext http, TimeSpan wait)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.RetryAfter = seconds;
        return CvatException.Detail(ErrorKind.Throttled, $"Request was throttled. Expected available in {seconds} second{(seconds == "1" ? "" : "s")}.");
    }
}
