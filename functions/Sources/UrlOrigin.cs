using System.Globalization;
using System.Net.Http.Headers;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Sources;

namespace CvatServerless.Functions.Sources;

/// <summary>A file behind a URL. What was begun is continued by a range request as long as the server names the same version. Source: contract-data.md §1.6.</summary>
internal sealed class UrlOrigin(IOutboundHttp http, string url, long maxBytes) : IFetchOrigin
{
    private const int MaxRedirects = 5;

    /// <inheritdoc/>
    public string Title { get; } = RemoteFiles.Shown(url);

    /// <inheritdoc/>
    public async Task<FetchBody> OpenAsync(long offset, FetchState state, CancellationToken ct)
    {
        var from = state.Validator is null ? 0 : offset;
        var answer = await SendAsync(from, state.Validator, ct);
        try
        {
            return answer.Status switch
            {
                200 => Body(answer, 0, answer.ContentLength),
                206 when from > 0 && Continues(answer, from, state) => Body(answer, from, RangeOf(answer)!.Length ?? state.LengthBytes),
                206 or 416 when from > 0 => await RestartAsync(answer, ct),
                _ => throw Refusal(answer.Status),
            };
        }
        catch
        {
            await answer.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public FetchException? Describe(Exception e) => e switch
    {
        OutboundException { Failure: OutboundFailure.Unreachable or OutboundFailure.TimedOut } => new(e.Message, isFinal: false, e),
        OutboundException => new(e.Message, isFinal: true, e),
        _ => null,
    };

    private async Task<FetchBody> RestartAsync(OutboundResponse answer, CancellationToken ct)
    {
        await answer.DisposeAsync();
        return await OpenAsync(0, new FetchState(default), ct);
    }

    private async Task<OutboundResponse> SendAsync(long from, string? validator, CancellationToken ct)
    {
        List<KeyValuePair<string, string>> headers = [new("User-Agent", "CvatServerless"), new("Accept", "*/*"), new("Accept-Encoding", "identity")];
        if (from > 0)
        {
            headers.Add(new("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={from}-")));
            headers.Add(new("If-Range", validator!));
        }

        try
        {
            return await http.SendAsync(new("GET", new Uri(url)) { Headers = headers, MaxRedirects = MaxRedirects, MaxBytes = maxBytes - from }, ct);
        }
        catch (OutboundException e)
        {
            throw Describe(e)!;
        }
    }

    private static FetchBody Body(OutboundResponse answer, long offset, long? length)
    {
        var encoding = answer.Headers.GetValueOrDefault("Content-Encoding");
        return encoding is null or "identity"
            ? new(answer.Body, offset, length, ValidatorOf(answer), CanContinue(answer), answer)
            : throw new FetchException($"the server sends it with the encoding '{encoding}', which was not asked for", isFinal: true);
    }

    private static bool CanContinue(OutboundResponse answer) =>
        ValidatorOf(answer) is not null && (answer.Status == 206 || answer.Headers.GetValueOrDefault("Accept-Ranges") == "bytes");

    private static FetchException Refusal(int status) => new(
        status == 407 ? "the way out of the network refuses it, as for an address inside" : $"the server answered with the status {status}",
        isFinal: status is < 500 and not (408 or 425 or 429));

    private static bool Continues(OutboundResponse answer, long from, FetchState state) =>
        RangeOf(answer) is { } range && range.From == from && ValidatorOf(answer) == state.Validator && (range.Length is null || state.LengthBytes is null || range.Length == state.LengthBytes);

    private static ContentRangeHeaderValue? RangeOf(OutboundResponse answer) =>
        ContentRangeHeaderValue.TryParse(answer.Headers.GetValueOrDefault("Content-Range"), out var range) && range.Unit == "bytes" ? range : null;

    /// <summary>Weak ETags don't say that two answers have the same bytes.</summary>
    private static string? ValidatorOf(OutboundResponse answer) =>
        answer.Headers.GetValueOrDefault("ETag") is { Length: > 0 } etag && !etag.StartsWith("W/", StringComparison.Ordinal) ? etag : answer.Headers.GetValueOrDefault("Last-Modified");
}
