namespace CvatServerless.Domain.Ports;

/// <summary>
/// The one way out over HTTP to places that users name: webhook targets, files by URL, custom endpoints. Every address is checked on the socket that is opened
/// (<see cref="Outbound.AddressRules"/>), redirects included; no proxy, no cookies.
/// </summary>
public interface IOutboundHttp
{
    /// <summary>Sends a request and returns when the headers of the answer are there; its body is read as a stream.</summary>
    /// <exception cref="OutboundException">There is no answer, and why.</exception>
    Task<OutboundResponse> SendAsync(OutboundRequest request, CancellationToken ct);
}

/// <summary>A request to somewhere else.</summary>
public sealed record OutboundRequest(string Method, Uri Url)
{
    /// <summary>Headers, such as <c>Range</c>; <c>Authorization</c> and the like are dropped where a redirect leads to another origin.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The exact bytes of the body; null: none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Until the headers of the answer are there, redirects included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest pause while the body comes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Redirects that are followed (GET and HEAD only), 0–5; with 0 the redirect itself is the answer.</summary>
    public int MaxRedirects { get; init; }

    /// <summary>Bytes of the answer's body; reading more fails. Must be told: nothing is read without a bound.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>Whether the server's certificate must be valid.</summary>
    public bool VerifyTls { get; init; } = true;
}

/// <summary>The answer; disposing it ends the exchange.</summary>
public sealed class OutboundResponse(int status, Uri url, IReadOnlyDictionary<string, string> headers, long? contentLength, Stream body, IDisposable owner) : IAsyncDisposable
{
    /// <summary>The HTTP status.</summary>
    public int Status => status;

    /// <summary>Where it came from, after redirects.</summary>
    public Uri Url => url;

    /// <summary>Headers of the answer and of its body by name, case-insensitive; several values are joined by a comma.</summary>
    public IReadOnlyDictionary<string, string> Headers => headers;

    /// <summary>Bytes of the body where the server told.</summary>
    public long? ContentLength => contentLength;

    /// <summary>The body as it comes; throws <see cref="OutboundException"/> where it is too long or stalls.</summary>
    public Stream Body => body;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        owner.Dispose();
    }
}

/// <summary>Why there is no answer.</summary>
public enum OutboundFailure
{
    /// <summary>The URL or the address behind it is not one that the server connects to.</summary>
    Refused,

    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>It took too long.</summary>
    TimedOut,

    /// <summary>More bytes than wanted.</summary>
    TooLarge,

    /// <summary>More redirects than wanted, or one that leads nowhere.</summary>
    BadRedirect,
}

/// <summary>An outgoing request failed. The message may be shown to users: it names no address that a name resolved to.</summary>
public sealed class OutboundException(OutboundFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public OutboundFailure Failure => failure;
}
