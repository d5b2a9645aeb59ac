using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>A bucket of Google Cloud Storage by its JSON API. An object's version is its generation.</summary>
/// <param name="bucket">Its name.</param>
/// <param name="prefix">What <see cref="CheckAsync"/> may look at.</param>
/// <param name="api">The origin of the API.</param>
/// <param name="token">Gives an access token, or null for anonymous calls.</param>
/// <param name="http">On the guarded sockets, streaming.</param>
/// <param name="time">Clock of the pauses between tries.</param>
internal sealed class GoogleBucket(string bucket, string prefix, Uri api, Func<CancellationToken, Task<string?>> token, HttpClient http, TimeProvider time) : ICloudStorage
{
    private const int MaxPage = 1000;
    private const string ListFields = "nextPageToken,prefixes,items(name,size,generation,updated)";
    private const string ObjectFields = "name,size,generation,updated";

    /// <inheritdoc/>
    public Task<CloudStorageStatus> CheckAsync(CancellationToken ct) => CloudFailures.StatusAsync(() => ListAsync(prefix, recursive: true, 1, null, ct));

    /// <inheritdoc/>
    public async Task<CloudObject?> FindAsync(string key, CancellationToken ct)
    {
        using var answer = await GetAsync($"{Objects}/{Uri.EscapeDataString(key)}?fields={ObjectFields}", key, NoHeaders, ct);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : (await ReadAsync(answer, key, GoogleJson.Default.GoogleObject, ct)).ToObject();
    }

    /// <inheritdoc/>
    public async Task<CloudPage> ListAsync(string prefix, bool recursive, int pageSize, string? continuation, CancellationToken ct)
    {
        var query = $"?fields={ListFields}&maxResults={Math.Clamp(pageSize, 1, MaxPage)}&prefix={Uri.EscapeDataString(prefix)}"
            + (recursive ? "" : "&delimiter=%2F")
            + (continuation is null ? "" : $"&pageToken={Uri.EscapeDataString(continuation)}");
        using var answer = await GetAsync(Objects + query, null, NoHeaders, ct);
        var page = await ReadAsync(answer, null, GoogleJson.Default.GooglePage, ct);
        var objects = (page.Items ?? []).Select(item => item.ToObject()).Where(item => !CloudFailures.IsFolderMark(item.Key, item.LengthBytes));
        return new([.. objects], page.Prefixes ?? [], page.NextPageToken);
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string key, long offset, long? length, string? etag, CancellationToken ct)
    {
        if (length == 0)
        {
            return Stream.Null;
        }

        var condition = etag is null ? "" : $"&ifGenerationMatch={Uri.EscapeDataString(etag)}";
        var answer = await GetAsync($"{Objects}/{Uri.EscapeDataString(key)}?alt=media{condition}", key, headers => Media(headers, offset, length), ct);
        if (answer.IsSuccessStatusCode)
        {
            return new CloudReadStream(await answer.Content.ReadAsStreamAsync(ct), answer, e => CloudFailures.Of(bucket, key, 0, null, e));
        }

        using (answer)
        {
            return answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? Stream.Null : throw Failure(answer, key);
        }
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string key, Stream content, CancellationToken ct)
    {
        var parts = new UploadParts(content);
        var part = await parts.NextAsync(ct);
        var target = $"upload/storage/v1/b/{Uri.EscapeDataString(bucket)}/o?name={Uri.EscapeDataString(key)}&uploadType=";
        if (parts.IsLast && part.Length > 0)
        {
            using var whole = await SendAsync(HttpMethod.Post, new(api, target + "media"), () => Body(part, null), key, NoHeaders, ct);
            Check(whole, key);
            return;
        }

        using var begun = await SendAsync(HttpMethod.Post, new(api, target + "resumable"), () => Body(default, null), key, NoHeaders, ct);
        Check(begun, key);
        var session = begun.Headers.Location ?? throw CloudFailures.Of(bucket, key, 0, "no upload session", null);
        for (var position = 0L; ; part = await parts.NextAsync(ct))
        {
            var end = position + part.Length;
            var total = parts.IsLast ? end.ToString(CultureInfo.InvariantCulture) : "*";
            var place = part.Length == 0 ? "*" : string.Create(CultureInfo.InvariantCulture, $"{position}-{end - 1}");
            using var answer = await SendPartAsync(session, part, $"bytes {place}/{total}", key, ct);
            var isContinued = answer.StatusCode == HttpStatusCode.PermanentRedirect && answer.Headers.TryGetValues("Range", out var kept) && kept.First() == $"bytes=0-{end - 1}";
            if (!isContinued)
            {
                Check(answer, key);
            }

            if (parts.IsLast)
            {
                return;
            }

            position = end;
        }
    }

    private Task<HttpResponseMessage> SendPartAsync(Uri session, ReadOnlyMemory<byte> part, string range, string key, CancellationToken ct) =>
        SendAsync(HttpMethod.Put, session, () => Body(part, range), key, NoHeaders, ct);

    private string Objects => $"storage/v1/b/{Uri.EscapeDataString(bucket)}/o";

    private static ByteArrayContent Body(ReadOnlyMemory<byte> part, string? range)
    {
        var body = new ByteArrayContent(part.ToArray());
        body.Headers.ContentType = new("application/octet-stream");
        if (range is not null)
        {
            body.Headers.TryAddWithoutValidation("Content-Range", range);
        }

        return body;
    }

    private static void NoHeaders(HttpRequestHeaders headers)
    {
    }

    /// <summary>An object as it is stored, or a part of it: what is stored compressed comes so, in the length that was listed.</summary>
    private static void Media(HttpRequestHeaders headers, long offset, long? length)
    {
        headers.AcceptEncoding.Add(new("gzip"));
        headers.Range = offset == 0 && length is null ? null : new RangeHeaderValue(offset, offset + length - 1);
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? key, Action<HttpRequestHeaders> headers, CancellationToken ct) =>
        SendAsync(HttpMethod.Get, new(api, path), () => null, key, headers, ct);

    /// <summary>
    /// A call, tried again where the service is busy or the connection breaks: each may be repeated, uploads too, since whole objects replace each other and the service skips
    /// the bytes of an upload that it has already. A server that closes kept connections early may break several in a row: each try may get another of them.
    /// </summary>
    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, Uri url, Func<HttpContent?> body, string? key, Action<HttpRequestHeaders> headers, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var answer = await SendOnceAsync(method, url, body(), headers, ct);
                if (attempt == StoreRetry.Attempts || (int)answer.StatusCode is not (408 or 429 or >= 500))
                {
                    return answer;
                }

                answer.Dispose();
            }
            catch (Exception e) when (CloudFailures.IsOfTheConnection(e))
            {
                if (attempt == StoreRetry.Attempts || e is OutboundException { Failure: OutboundFailure.Refused or OutboundFailure.TimedOut })
                {
                    throw CloudFailures.Of(bucket, key, 0, null, e);
                }
            }

            await StoreRetry.WaitAsync(attempt, time, ct);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri url, HttpContent? body, Action<HttpRequestHeaders> headers, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, url) { Content = body };
        headers(request.Headers);

        // Only the API itself may see the token, wherever it sends an upload to.
        if (Uri.Compare(api, url, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0 && await token(ct) is { } bearer)
        {
            request.Headers.Authorization = new("Bearer", bearer);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, string? key, JsonTypeInfo<T> json, CancellationToken ct)
    {
        Check(answer, key);
        try
        {
            return await JsonSerializer.DeserializeAsync(await answer.Content.ReadAsStreamAsync(ct), json, ct) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or FormatException || CloudFailures.IsOfTheConnection(e))
        {
            throw CloudFailures.Of(bucket, key, 0, null, e);
        }
    }

    private void Check(HttpResponseMessage answer, string? key)
    {
        if (!answer.IsSuccessStatusCode)
        {
            throw Failure(answer, key);
        }
    }

    private CloudStorageException Failure(HttpResponseMessage answer, string? key) => CloudFailures.Of(bucket, key, (int)answer.StatusCode, answer.ReasonPhrase, null);
}
