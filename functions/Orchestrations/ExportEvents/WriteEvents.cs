using System.Globalization;
using System.Text.Json;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Events;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Orchestrations.ExportDataset;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.ExportEvents;

/// <summary>Streams the events of some workspaces into one CSV file, workspace by workspace, clients' and the server's merged by time.</summary>
public sealed class WriteEvents(
    EventLog log, ServerEvents server, EventService events, IAccounts accounts, ILocators locators, IBlobStore blobs, WorkRequests requests, CloudFiles files, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "WriteEvents";

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } read)
        {
            return;
        }

        await requests.BeginAsync(item, "Gathering the events", ct);
        var filter = await FilterAsync(read.Value.InputBlob!, ct);
        var over = filter.Workspaces?.Select(WorkspaceId.Parse).ToList() ?? [.. await locators.AllAsync(ct)];
        var directory = new UserDirectory(await accounts.AllAsync(ct), read.Value.BaseUrl);
        var result = $"{ExportBlobs.Folder(item.InstanceId)}events.csv";
        await blobs.WriteAsync(result, (stream, token) => WriteAsync(stream, over, filter, directory, token), BlobCondition.None, ct);
        var stamp = time.GetUtcNow().UtcDateTime.ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);
        await files.FinishAsync(item, read.Value, result, read.Value.ResultFileName ?? $"events_{stamp}.csv", ct);
        if (CloudFiles.IsDelivered(await requests.FindAnyAsync(item, ct)))
        {
            await blobs.DeleteFolderAsync(ExportBlobs.Folder(item.InstanceId), ct);
        }
    }

    private async Task<EventFilter> FilterAsync(string blob, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(blob, 0, null, ct);
        return await JsonSerializer.DeserializeAsync(stream, EventJson.Default.EventFilter, ct) ?? throw new InvalidDataException("The filter is empty.");
    }

    private async Task WriteAsync(Stream stream, List<WorkspaceId> over, EventFilter filter, UserDirectory directory, CancellationToken ct)
    {
        await using var csv = new EventCsv(stream);
        await csv.HeaderAsync();
        foreach (var workspace in over)
        {
            var slug = await events.SlugAsync(workspace, ct);
            var merged = Merge(log.ReadAsync(workspace, filter, ct), server.ReadAsync(workspace, slug, directory, filter, ct), ct);
            await foreach (var record in merged)
            {
                await csv.WriteAsync(record);
            }
        }
    }

    /// <summary>Two streams that are in order, more or less, as one.</summary>
    private static async IAsyncEnumerable<EventRecord> Merge(
        IAsyncEnumerable<EventRecord> one, IAsyncEnumerable<EventRecord> other, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var left = one.GetAsyncEnumerator(ct);
        await using var right = other.GetAsyncEnumerator(ct);
        var (hasLeft, hasRight) = (await left.MoveNextAsync(), await right.MoveNextAsync());
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || left.Current.Timestamp <= right.Current.Timestamp))
            {
                yield return left.Current;
                hasLeft = await left.MoveNextAsync();
            }
            else
            {
                yield return right.Current;
                hasRight = await right.MoveNextAsync();
            }
        }
    }
}
