using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Identity;

/// <summary>The table <c>signins</c>, one partition: row = hash of the key, because a key holds an address. A loss of power may forget the latest.</summary>
internal sealed class SignInFailureRows(ITableStore tables, TimeProvider time) : ISignInFailures
{
    private const string Table = "signins";
    private const string Partition = "failures";
    private const int PageRows = 1000;

    /// <inheritdoc/>
    public Task<SignInFailures?> UpdateAsync(string key, Func<SignInFailures?, SignInFailures?> change, CancellationToken ct)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        return ConflictRetry.RunAsync(async () =>
        {
            var row = await StoreRetry.RunAsync(token => tables.FindAsync(Table, Partition, name, token), time, ct);
            var known = row is null ? null : JsonSerializer.Deserialize(row.Body.Span, DomainJson.Default.SignInFailures);
            var changed = change(known);
            if (ReferenceEquals(changed, known))
            {
                return known;
            }

            TableWrite write = (row, changed) switch
            {
                (null, { } first) => new InsertRow(name, Write(first)),
                ({ } read, { } next) => new ReplaceRow(name, Write(next), read.ETag),
                var (read, _) => new DeleteRow(name, read!.ETag),
            };
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, [write], Durability.Process, token), time, ct);
            return changed;
        });
    }

    /// <inheritdoc/>
    public async Task PurgeAsync(DateTimeOffset before, CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, Partition, default, PageRows, from, token), time, ct);
            foreach (var batch in page.Rows.Where(row => row.Timestamp < before).Chunk(TableLimits.BatchRows))
            {
                await DeleteAsync(batch, ct);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private static byte[] Write(SignInFailures failures) => JsonSerializer.SerializeToUtf8Bytes(failures, DomainJson.Default.SignInFailures);

    private async Task DeleteAsync(TableRow[] rows, CancellationToken ct)
    {
        try
        {
            var deletions = Array.ConvertAll<TableRow, TableWrite>(rows, row => new DeleteRow(row.Row, row.ETag));
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, deletions, Durability.Process, token), time, ct);
        }
        catch (StoreConflictException) when (rows.Length > 1)
        {
            foreach (var row in rows)
            {
                await DeleteAsync([row], ct);
            }
        }
        catch (StoreConflictException)
        {
            // It has just failed once more.
        }
    }
}
