using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Outbound;

/// <summary>
/// HTTP for the vendors' storage SDKs, whose endpoints users choose: through the guarded sockets, with a limit on the time until the answer begins, on its pauses, and
/// on the size and time of what is read into memory.
/// </summary>
internal sealed class StorageHttp : DelegatingHandler
{
    private const int MaxBufferedBytes = 32 << 20;
    private const int SlowestUploadBytesPerSecond = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);
    private readonly bool _streams;
    private readonly TimeProvider _time;

    private StorageHttp(HttpMessageHandler inner, bool streams, TimeProvider time)
        : base(inner) => (_streams, _time) = (streams, time);

    /// <summary>A client.</summary>
    /// <param name="outbound">Whose sockets it uses.</param>
    /// <param name="streams">Bodies of successful answers come as they arrive; otherwise every body is in memory before it is handed on, for SDKs that read them synchronously.</param>
    /// <param name="time">Clock of the limits.</param>
    public static HttpClient Client(OutboundHttp outbound, bool streams, TimeProvider time) =>
        new(new StorageHttp(outbound.Handler, streams, time), disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var host = request.RequestUri?.Host ?? "";
        if (request.RequestUri is not { Scheme: "http" or "https", UserInfo.Length: 0 })
        {
            throw new OutboundException(OutboundFailure.Refused, "Only http and https URLs without credentials are called.");
        }

        var response = await AnswerAsync(request, host, cancellationToken);
        if (request.Method != HttpMethod.Head)
        {
            var isStream = _streams && response.IsSuccessStatusCode;
            var body = new BoundedBody(await response.Content.ReadAsStreamAsync(cancellationToken), host, isStream ? long.MaxValue : MaxBufferedBytes, Idle, _time);
            var content = isStream ? new StreamContent(body) : await BufferAsync(body, host, cancellationToken);
            foreach (var (name, values) in response.Content.Headers)
            {
                content.Headers.TryAddWithoutValidation(name, values);
            }

            response.Content = content;
        }

        return response;
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, string host, CancellationToken ct)
    {
        var uploading = TimeSpan.FromSeconds((request.Content?.Headers.ContentLength ?? 0) / SlowestUploadBytesPerSecond);
        using var timeout = new CancellationTokenSource(Patience + uploading, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new OutboundException(OutboundFailure.TimedOut, $"{host} did not answer in time.", e);
        }
        catch (HttpRequestException e) when (e.InnerException is OutboundException { Failure: OutboundFailure.Refused } refused)
        {
            throw refused;
        }
    }

    private async Task<HttpContent> BufferAsync(Stream body, string host, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        await using (body)
        {
            var bytes = new MemoryStream();
            try
            {
                await body.CopyToAsync(bytes, either.Token);
            }
            catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
            {
                throw new OutboundException(OutboundFailure.TimedOut, $"{host} did not end its answer within {Patience.TotalSeconds:0} s.", e);
            }

            bytes.Position = 0;
            return new StreamContent(bytes);
        }
    }
}
