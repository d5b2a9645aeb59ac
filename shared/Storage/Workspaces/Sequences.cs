using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>Counters as rows <c>next</c> of the table <c>sequences</c>, moved by compare-and-swap; calls of one process for one name queue up here instead of colliding there.</summary>
internal sealed class Sequences(ITableStore tables, TimeProvider time) : ISequences
{
    private const string Table = "sequences";
    private const string Row = "next";
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<int> NextAsync(string name, int count, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var gate = _gates.GetOrAdd(name, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            return await ReserveAsync(name, count, ct);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<int> ReserveAsync(string name, int count, CancellationToken ct)
    {
        var failures = 0;
        while (true)
        {
            try
            {
                var row = await tables.FindAsync(Table, name, Row, ct);
                var first = row is null ? 1 : int.Parse(row.Body.Span, NumberStyles.None, CultureInfo.InvariantCulture);
                var next = Encoding.ASCII.GetBytes(checked(first + count).ToString(CultureInfo.InvariantCulture));
                TableWrite write = row is null ? new InsertRow(Row, next) : new ReplaceRow(Row, next, row.ETag);
                // Whoever uses the ids commits them to the same store in full, which makes this durable too: an id that nobody saw may be given again.
                await tables.SubmitAsync(Table, name, [write], Durability.Process, ct);
                return first;
            }
            catch (StoreConflictException)
            {
                // Another process was faster: somebody has made progress, so this ends. An unknown success of our own costs a gap, never a repetition.
                failures = 0;
            }
            catch (StoreUnavailableException) when (++failures < StoreRetry.Attempts)
            {
                await StoreRetry.WaitAsync(failures, time, ct);
            }
        }
    }
}
