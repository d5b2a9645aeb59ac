using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Webhooks;

/// <summary>
/// The table <c>webhooks</c>, a partition per webhook: <c>state</c>, <c>secret</c> and <c>delivery-{n}</c>, where n falls as ids rise, so that the newest come first.
/// </summary>
internal sealed class WebhookStore(ITableStore tables, TimeProvider time) : IWebhookStore
{
    private const string Table = "webhooks";
    private const string State = "state";
    private const string Secret = "secret";
    private const string DeliveryPrefix = "delivery-";
    private const int PageRows = 100;

    /// <inheritdoc/>
    public async Task<string?> SecretAsync(int webhookId, CancellationToken ct) => await FindAsync(webhookId, Secret, ct) is { } row ? Encoding.UTF8.GetString(row.Body.Span) : null;

    /// <inheritdoc/>
    public async Task SetSecretAsync(int webhookId, string? secret, CancellationToken ct)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            await SubmitAsync(webhookId, [new UpsertRow(Secret, Encoding.UTF8.GetBytes(secret))], ct);
        }
        else if (await FindAsync(webhookId, Secret, ct) is not null)
        {
            await SubmitAsync(webhookId, [new DeleteRow(Secret, "*")], ct);
        }
    }

    /// <inheritdoc/>
    public async Task<(WebhookState State, string ETag)?> StateAsync(int webhookId, CancellationToken ct) =>
        await FindAsync(webhookId, State, ct) is { } row ? (JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.WebhookState)!, row.ETag) : null;

    /// <inheritdoc/>
    public async Task<string> SaveAsync(int webhookId, WebhookState state, string? etag, WebhookDelivery? delivery, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(state, DomainJson.Default.WebhookState);
        List<TableWrite> writes = [etag is null ? new InsertRow(State, body) : new ReplaceRow(State, body, etag)];
        if (delivery is not null)
        {
            writes.Add(new InsertRow(RowOf(delivery.Id), JsonSerializer.SerializeToUtf8Bytes(delivery, DomainJson.Default.WebhookDelivery)));
        }

        return (await SubmitAsync(webhookId, writes, ct))[0]!;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WebhookDelivery> DeliveriesAsync(int webhookId, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in RowsAsync(webhookId, RowRange.Prefix(DeliveryPrefix), ct))
        {
            yield return Read(row);
        }
    }

    /// <inheritdoc/>
    public async Task<WebhookDelivery?> DeliveryAsync(int webhookId, int id, CancellationToken ct) => await FindAsync(webhookId, RowOf(id), ct) is { } row ? Read(row) : null;

    /// <inheritdoc/>
    public async Task RemoveAsync(int webhookId, CancellationToken ct)
    {
        var batch = new List<TableWrite>();
        await foreach (var row in RowsAsync(webhookId, default, ct))
        {
            batch.Add(new DeleteRow(row.Row, "*"));
            if (batch.Count == PageRows)
            {
                await SubmitAsync(webhookId, batch, ct);
                batch = [];
            }
        }

        if (batch.Count > 0)
        {
            await SubmitAsync(webhookId, batch, ct);
        }
    }

    private static WebhookDelivery Read(TableRow row) => JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.WebhookDelivery)!;

    private static string RowOf(int id) => DeliveryPrefix + (int.MaxValue - id).ToString("D10", CultureInfo.InvariantCulture);

    private Task<TableRow?> FindAsync(int webhookId, string row, CancellationToken ct) =>
        StoreRetry.RunAsync(token => tables.FindAsync(Table, EntityKey.Of(webhookId), row, token), time, ct);

    private Task<IReadOnlyList<string?>> SubmitAsync(int webhookId, IReadOnlyList<TableWrite> writes, CancellationToken ct) =>
        StoreRetry.RunAsync(token => tables.SubmitAsync(Table, EntityKey.Of(webhookId), writes, token), time, ct);

    private async IAsyncEnumerable<TableRow> RowsAsync(int webhookId, RowRange range, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, EntityKey.Of(webhookId), range, PageRows, from, token), time, ct);
            foreach (var row in page.Rows)
            {
                yield return row;
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }
}
