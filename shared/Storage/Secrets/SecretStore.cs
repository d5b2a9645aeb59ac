using System.Security.Cryptography;
using System.Text;
using CvatServerless.Domain.Ports;
using Microsoft.AspNetCore.DataProtection;

namespace CvatServerless.Storage.Secrets;

/// <summary>
/// The table <c>secrets</c>, a partition per owner, a row per name. Each value is encrypted for its place alone (the purpose names owner and row), so that a row that is
/// copied elsewhere can't be read there. The keys lie apart from the table (Decision 0014).
/// </summary>
internal sealed class SecretStore(ITableStore tables, IDataProtectionProvider protection, TimeProvider time) : ISecretStore
{
    private const string Table = "secrets";
    private const int MaxBytes = 64 * 1024;
    private const int PageSize = 100;

    /// <inheritdoc/>
    public async Task<string?> FindAsync(string owner, string name, CancellationToken ct)
    {
        if (await StoreRetry.RunAsync(token => tables.FindAsync(Table, owner, name, token), time, ct) is not { } row)
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Protector(owner, name).Unprotect(row.Body.ToArray()));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task SetAsync(string owner, string name, string secret, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaxBytes, nameof(secret));
        return SubmitAsync(owner, [new UpsertRow(name, Protector(owner, name).Protect(bytes))], ct);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string owner, string name, CancellationToken ct)
    {
        if (await StoreRetry.RunAsync(token => tables.FindAsync(Table, owner, name, token), time, ct) is not null)
        {
            await SubmitAsync(owner, [new DeleteRow(name, "*")], ct);
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAllAsync(string owner, CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, owner, default, PageSize, from, token), time, ct);
            if (page.Rows.Count > 0)
            {
                await SubmitAsync(owner, [.. page.Rows.Select(row => new DeleteRow(row.Row, "*"))], ct);
            }

            continuation = page.Continuation;
        }
        while (continuation is not null);
    }

    private IDataProtector Protector(string owner, string name) => protection.CreateProtector("secrets", owner, name);

    private Task<IReadOnlyList<string?>> SubmitAsync(string owner, IReadOnlyList<TableWrite> writes, CancellationToken ct) =>
        StoreRetry.RunAsync(token => tables.SubmitAsync(Table, owner, writes, token), time, ct);
}
