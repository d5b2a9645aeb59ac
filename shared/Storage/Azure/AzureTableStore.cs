using Azure;
using Azure.Data.Tables;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Azure;

/// <summary>Table Storage; a body is cut into binary properties <c>B0</c> … of 64 KiB, which is what one property holds.</summary>
internal sealed class AzureTableStore(AzureClients clients) : ITableStore
{
    private const int PropertyBytes = 64 * 1024;
    private const int MaxPageRows = 1000;
    private readonly Ensured _ensured = new();

    /// <inheritdoc/>
    public async Task<TableRow?> FindAsync(string table, string partition, string row, CancellationToken ct)
    {
        TableRules.Check(table, partition);
        TableRules.CheckKey(row);
        return await RunAsync(
            table,
            partition,
            async client =>
            {
                var found = await client.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: ct);
                return found.HasValue ? ToRow(found.Value!) : null;
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task<TablePage> QueryAsync(string table, string partition, RowRange range, int pageSize, string? continuation, CancellationToken ct)
    {
        TableRules.Check(table, partition);
        ArgumentOutOfRangeException.ThrowIfLessThan(pageSize, 1);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
        filter += range.From is { } from ? " and " + TableClient.CreateQueryFilter($"RowKey ge {from}") : "";
        filter += range.To is { } to ? " and " + TableClient.CreateQueryFilter($"RowKey lt {to}") : "";
        return await RunAsync(
            table,
            partition,
            async client =>
            {
                var size = Math.Min(pageSize, MaxPageRows);
                await foreach (var page in client.QueryAsync<TableEntity>(filter, size, cancellationToken: ct).AsPages(continuation, size))
                {
                    return new TablePage([.. page.Values.Select(ToRow)], page.ContinuationToken);
                }

                return new TablePage([], null);
            },
            ct);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string?>> SubmitAsync(
        string table, string partition, IReadOnlyList<TableWrite> writes, Durability durability, CancellationToken ct)
    {
        TableRules.Check(table, partition, writes);
        var actions = writes.Select(write => ToAction(partition, write)).ToList();
        return await RunAsync(
            table,
            partition,
            async client =>
            {
                try
                {
                    var answers = await client.SubmitTransactionAsync(actions, ct);
                    return (IReadOnlyList<string?>)[.. writes.Select((write, i) => write is DeleteRow ? null : answers.Value[i].Headers.ETag?.ToString())];
                }
                catch (RequestFailedException e) when (e.Status == 404)
                {
                    throw new StoreConflictException($"A row of {table}/{partition} is gone.", e);
                }
            },
            ct);
    }

    private static TableRow ToRow(TableEntity entity)
    {
        var body = new MemoryStream();
        for (var i = 0; entity.TryGetValue($"B{i}", out var part); i++)
        {
            body.Write((part as byte[]) ?? ((BinaryData)part!).ToArray());
        }

        return new TableRow(entity.RowKey, body.ToArray(), entity.ETag.ToString(), entity.Timestamp ?? default);
    }

    private static TableEntity ToEntity(string partition, TableWrite write)
    {
        var entity = new TableEntity(partition, write.Row);
        var body = TableRules.BodyOf(write);
        for (var i = 0; i * PropertyBytes < body.Length; i++)
        {
            entity[$"B{i}"] = body.Slice(i * PropertyBytes, Math.Min(PropertyBytes, body.Length - (i * PropertyBytes))).ToArray();
        }

        return entity;
    }

    private static TableTransactionAction ToAction(string partition, TableWrite write) => write switch
    {
        InsertRow => new(TableTransactionActionType.Add, ToEntity(partition, write)),
        ReplaceRow replace => new(TableTransactionActionType.UpdateReplace, ToEntity(partition, write), new ETag(replace.ETag)),
        UpsertRow => new(TableTransactionActionType.UpsertReplace, ToEntity(partition, write)),
        DeleteRow delete => new(TableTransactionActionType.Delete, ToEntity(partition, write), new ETag(delete.ETag)),
        _ => throw new ArgumentException($"An unknown write {write}.", nameof(write)),
    };

    private Task<T> RunAsync<T>(string table, string partition, Func<TableClient, Task<T>> call, CancellationToken ct) =>
        AzureErrors.RunAsync(
            async () =>
            {
                var client = clients.Tables.GetTableClient(table);
                await _ensured.EnsureAsync(table, () => client.CreateIfNotExistsAsync(CancellationToken.None));
                return await call(client);
            },
            $"{table}/{partition}",
            ct);
}
