using System.Text;

namespace CvatServerless.Functions.Api.Live;

/// <summary>The text of a stream of server-sent events.</summary>
internal sealed class LiveWriter(Stream output)
{
    /// <summary>The first lines, sent at once: how soon to come back, and from where if nothing happens until then.</summary>
    public async Task OpenAsync(bool isReset, string position, CancellationToken ct)
    {
        await WriteAsync($"retry: 2000\nid: {position}\nevent: {(isReset ? "reset" : "open")}\ndata: {{}}\n\n", ct);
        await FlushAsync(ct);
    }

    /// <summary>One event.</summary>
    public async Task EventAsync(LiveEvent live, CancellationToken ct)
    {
        await WriteAsync($"id: {live.Id}\nevent: change\ndata: ", ct);
        await output.WriteAsync(live.Data, ct); // JSON without line feeds
        await WriteAsync("\n\n", ct);
    }

    /// <summary>A line that clients pass over; no empty line behind it, which would end an event.</summary>
    public ValueTask KeepAliveAsync(CancellationToken ct) => WriteAsync(": keep-alive\n", ct);

    /// <summary>Sends what was written.</summary>
    public Task FlushAsync(CancellationToken ct) => output.FlushAsync(ct);

    private ValueTask WriteAsync(string text, CancellationToken ct) => output.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
}
