using System.Globalization;
using System.Text.Json;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Hosting;

namespace CvatServerless.Functions.Api.Live;

/// <summary>
/// Tells browsers of changes, as a stream of server-sent events or in answers to polls. At least once: what was written shortly before the position that a client
/// resumes from may be told again under the same id. Positions are times, so one is good for all workspaces.
/// </summary>
public sealed class LiveService(
    IWorkspaces workspaces, IChangeHistory history, WorkspaceSignals signals, LiveEvents events, Lists lists, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>The stream ends before platforms end it (230 seconds at the most patient); the client comes back with the last id.</summary>
    internal static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(200);

    /// <summary>How often a silent stream says that it is alive.</summary>
    internal static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>How often the log is asked for changes of other processes.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    /// <summary>Commits that follow each other are told together.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Who was away for longer loads anew instead of being told everything.</summary>
    private static readonly TimeSpan MaxAbsence = TimeSpan.FromHours(1);

    private const int MaxEntries = 500;

    /// <summary>A stream, or what happened since a position where the query has <c>since</c>.</summary>
    internal async Task<IActionResult> ReadAsync(HttpRequest req, CancellationToken ct)
    {
        req.ForbidCaching();
        var tails = await TailsAsync(req, ct);
        return req.Query.TryGetValue("since", out var since)
            ? await PollAsync(req, tails, since.ToString(), ct)
            : new LiveResult((http, token) => StreamAsync(http, tails, token), lifetime.ApplicationStopping);
    }

    private async Task<List<LiveTail>> TailsAsync(HttpRequest req, CancellationToken ct)
    {
        var (actor, scope) = (req.Actor(), req.Scope());

        // An administrator's everything would be every workspace there is.
        IReadOnlyList<WorkspaceId> over = actor.IsAdmin && scope.OrganizationId is null
            ? [WorkspaceId.Personal(actor.UserId)]
            : await lists.WorkspacesAsync(actor, scope, ct);
        return [.. over.Select(workspace => new LiveTail(workspaces, history, time, workspace))];
    }

    private async Task<IActionResult> PollAsync(HttpRequest req, List<LiveTail> tails, string since, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var (start, isReset) = since.Length == 0 ? (null, false) : Resume(since);
        var told = new List<LiveEvent>();
        var wasCut = false;
        foreach (var tail in start is null ? [] : tails)
        {
            tail.StartAt(start!.Value);
            var entries = await tail.ReadAsync(MaxEntries, ct);
            wasCut |= entries.Count >= MaxEntries;
            told.AddRange(await events.OfAsync(req.Actor(), tail.Workspace, entries, ct));
        }

        // Where there was more than fits, a client does best to load anew; it is told so instead of getting an endless tail.
        return Answer(wasCut ? [] : told, history.PositionAt(now), isReset || wasCut);
    }

    private static WireResult Answer(List<LiveEvent> told, string next, bool isReset)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Wire.WriterOptions);
        json.WriteStartObject();
        json.WriteBoolean("reset", isReset);
        json.WriteString("next", next);
        json.WriteStartArray("events");
        foreach (var live in told.OrderBy(live => live.Id, StringComparer.Ordinal))
        {
            json.WriteRawValue(live.Data.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return new WireResult(StatusCodes.Status200OK, buffer.WrittenMemory);
    }

    private (DateTimeOffset? Start, bool IsReset) Resume(string position)
    {
        if (!history.IsPosition(position))
        {
            throw CvatException.Field("since", "Invalid position.");
        }

        var at = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(position.AsSpan(0, position.IndexOf('-', StringComparison.Ordinal)), CultureInfo.InvariantCulture));
        return time.GetUtcNow() - at <= MaxAbsence ? (at, false) : (null, true);
    }

    private async Task StreamAsync(HttpContext http, List<LiveTail> tails, CancellationToken ct)
    {
        var ends = time.GetUtcNow() + MaxDuration;
        var lastId = http.Request.Headers["Last-Event-ID"].ToString();
        var (start, isReset) = history.IsPosition(lastId) ? Resume(lastId) : (null, lastId.Length > 0);
        foreach (var tail in tails)
        {
            await (start is { } at ? StartAsync(tail, at) : tail.StartNowAsync(ct));
        }

        var output = new LiveWriter(http.Response.Body);
        await output.OpenAsync(isReset, history.PositionAt(time.GetUtcNow()), ct);
        var spoken = time.GetUtcNow();
        while (time.GetUtcNow() < ends)
        {
            // Asked for before looking: a commit in between ends the wait at once.
            var woken = tails.Select(tail => signals.NextAsync(tail.Workspace)).ToList();
            foreach (var tail in tails)
            {
                foreach (var live in await events.OfAsync(http.Request.Actor(), tail.Workspace, await tail.ReadAsync(MaxEntries, ct), ct))
                {
                    await output.EventAsync(live, ct);
                    spoken = time.GetUtcNow();
                }
            }

            if (time.GetUtcNow() - spoken >= KeepAlive)
            {
                await output.KeepAliveAsync(ct);
                spoken = time.GetUtcNow();
            }

            await output.FlushAsync(ct);
            await WaitAsync(woken, ct);
        }
    }

    private static Task StartAsync(LiveTail tail, DateTimeOffset at)
    {
        tail.StartAt(at);
        return Task.CompletedTask;
    }

    private async Task WaitAsync(List<Task> woken, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var first = await Task.WhenAny([.. woken, Task.Delay(history.HasOtherWriters ? Poll : KeepAlive, time, over.Token)]);
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
        if (woken.Contains(first))
        {
            await Task.Delay(Pause, time, ct);
        }
    }
}

/// <summary>An answer that is written as it happens: no buffering, no compression, whatever lies between.</summary>
internal sealed class LiveResult(Func<HttpContext, CancellationToken, Task> write, CancellationToken stopping) : IActionResult
{
    /// <inheritdoc/>
    public async Task ExecuteResultAsync(ActionContext context)
    {
        var http = context.HttpContext;
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping);
        try
        {
            await write(http, ends.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && ends.IsCancellationRequested)
        {
            // The client went away, or the server stops: this is how most streams end.
        }
    }
}
