using CvatServerless.Domain.Ports;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Api.Server;

/// <summary>
/// Whether what the server stands on answers. Anybody may ask as often as they like, so an answer holds for a second; what is wrong stands in the log alone.
/// </summary>
public sealed class Health(ITableStore tables, IBlobStore blobs, TimeProvider time, ILogger<Health> log)
{
    /// <summary>The contract's word.</summary>
    public const string Working = "working";

    private const string Failing = "unavailable";
    private static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private volatile Checked? _last;

    /// <summary>The state of each part.</summary>
    internal async Task<Dictionary<string, string>> CheckAsync(CancellationToken ct)
    {
        if (_last is { } last && time.GetElapsedTime(last.At) < Validity)
        {
            return last.States;
        }

        var at = time.GetTimestamp();
        var states = new Dictionary<string, string>
        {
            ["Server"] = Working,
            ["Tables"] = await StateAsync("Tables", async token => await tables.FindAsync("users", "id", "version", token), ct),
            ["Blobs"] = await StateAsync("Blobs", async token => await blobs.FindAsync("health/none", token), ct),
        };
        _last = new(at, states);
        return states;
    }

    private async Task<string> StateAsync(string part, Func<CancellationToken, Task> probe, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, ct);
        try
        {
            await probe(both.Token);
            return Working;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            log.LogError(e, "{Part} don't answer.", part);
            return Failing;
        }
    }

    private sealed record Checked(long At, Dictionary<string, string> States);
}
