using System.Net;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Outbound;

/// <summary>
/// The outbound client (see <see cref="IOutboundHttp"/>). <see cref="Handler"/> is for the vendors' storage SDKs, whose endpoints users choose: what they send goes
/// through the same sockets.
/// </summary>
public sealed class OutboundHttp : IOutboundHttp, IDisposable
{
    private const int MaxRedirects = 5;

    /// <summary>Names of headers that only the first origin may see.</summary>
    private static readonly string[] Private = ["Authorization", "Cookie", "Proxy-Authorization"];

    private readonly GuardedConnector _connector;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _verified;
    private readonly HttpMessageInvoker _unverified;

    /// <summary>A client that may also go to <paramref name="allowed"/>.</summary>
    public OutboundHttp(IReadOnlyList<IPNetwork> allowed, TimeProvider time)
        : this(allowed, time, Dns.GetHostAddressesAsync)
    {
    }

    internal OutboundHttp(IReadOnlyList<IPNetwork> allowed, TimeProvider time, HostLookup lookup)
    {
        _connector = new GuardedConnector(allowed, lookup);
        _time = time;
        Handler = NewHandler(verify: true);
        _verified = new HttpMessageInvoker(Handler, disposeHandler: true);
        _unverified = new HttpMessageInvoker(NewHandler(verify: false), disposeHandler: true);
    }

    /// <summary>The guarded handler; it follows no redirects. Disposed with this client, not by its users.</summary>
    public HttpMessageHandler Handler { get; }

    /// <inheritdoc/>
    public async Task<OutboundResponse> SendAsync(OutboundRequest request, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(request.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            return await FollowAsync(request, either.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, $"{request.Url.Host} did not answer within {request.Timeout.TotalSeconds:0} s.", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, $"{request.Url.Host} did not accept a connection in time.", e);
        }
        catch (HttpRequestException e)
        {
            throw Known(e) ?? new OutboundException(OutboundFailure.Unreachable, $"The connection to {request.Url.Host} failed.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _verified.Dispose();
        _unverified.Dispose();
    }

    private static OutboundException? Known(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is OutboundException known)
            {
                return known;
            }
        }

        return null;
    }

    private static void CheckUrl(Uri url)
    {
        if (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0 || url.Host.Length == 0)
        {
            throw new OutboundException(OutboundFailure.Refused, "Only http and https URLs without credentials are called.");
        }
    }

    private static Uri? RedirectOf(HttpResponseMessage response, Uri from)
    {
        if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || !response.Headers.TryGetValues("Location", out var values))
        {
            return null;
        }

        return Uri.TryCreate(from, values.First(), out var next)
            ? next
            : throw new OutboundException(OutboundFailure.BadRedirect, $"{from.Host} redirects to something that is no URL.");
    }

    private static HttpRequestMessage Message(OutboundRequest request, Uri url)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
        }

        var isSameOrigin = Uri.Compare(request.Url, url, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
        foreach (var (name, value) in request.Headers)
        {
            if ((isSameOrigin || !Private.Contains(name, StringComparer.OrdinalIgnoreCase)) && !message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    private async Task<OutboundResponse> FollowAsync(OutboundRequest request, CancellationToken ct)
    {
        var url = request.Url;
        var left = request.Body is null ? Math.Min(request.MaxRedirects, MaxRedirects) : 0;
        while (true)
        {
            CheckUrl(url);
            using var message = Message(request, url);
            var response = await (request.VerifyTls ? _verified : _unverified).SendAsync(message, ct);
            if (request.MaxRedirects == 0 || RedirectOf(response, url) is not { } next)
            {
                return await AnswerAsync(request, response, url, ct);
            }

            response.Dispose();
            if (left-- == 0)
            {
                throw new OutboundException(OutboundFailure.BadRedirect, $"{request.Url.Host} redirects too often.");
            }

            url = next;
        }
    }

    private async Task<OutboundResponse> AnswerAsync(OutboundRequest request, HttpResponseMessage response, Uri url, CancellationToken ct)
    {
        var length = response.Content.Headers.ContentLength;
        if (length > request.MaxBytes && request.Method != "HEAD")
        {
            response.Dispose();
            throw new OutboundException(OutboundFailure.TooLarge, $"{url.Host} answers with more than {request.MaxBytes} bytes.");
        }

        var headers = response.Headers.Concat(response.Content.Headers)
            .GroupBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.SelectMany(header => header.Value)), StringComparer.OrdinalIgnoreCase);
        var body = new BoundedBody(await response.Content.ReadAsStreamAsync(ct), url.Host, request.MaxBytes, request.IdleTimeout, _time);
        return new OutboundResponse((int)response.StatusCode, url, headers, length, body, response);
    }

    private SocketsHttpHandler NewHandler(bool verify)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = _connector.ConnectAsync,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            MaxResponseHeadersLength = 64,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = null,
        };
        if (!verify)
        {
            // The owner of a webhook said so (enable_ssl=false): for receivers with certificates of their own.
#pragma warning disable CA5359
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        return handler;
    }
}
