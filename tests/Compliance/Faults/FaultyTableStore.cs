using CvatServerless.Domain.Ports;

namespace CvatServerless.Tests.Compliance.Faults;

/// <summary>
/// A table store that fails now and then, by a seed: unavailable before the call, unavailable after it has taken effect, and a conflict that has none.
/// Pages are cut short and sometimes empty, as the service may do.
/// </summary>
internal sealed class FaultyTableStore(ITableStore inner, int seed, int failuresPerHundred) : ITableStore
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <summary>How many faults were injected.</summary>
    public int Faults { get; private set; }

    public async Task<TableRow?> FindAsync(string table, string partition, string row, CancellationToken ct)
    {
        FailPerhaps("before a read");
        return await inner.FindAsync(table, partition, row, ct);
    }

    public async Task<TablePage> QueryAsync(string table, string partition, RowRange range, int pageSize, string? continuation, CancellationToken ct)
    {
        FailPerhaps("before a query");
        return await inner.QueryAsync(table, partition, range, Roll(4) == 0 ? Math.Min(pageSize, 3) : pageSize, continuation, ct);
    }

    public async Task<IReadOnlyList<string?>> SubmitAsync(
        string table, string partition, IReadOnlyList<TableWrite> writes, Durability durability, CancellationToken ct)
    {
        FailPerhaps("before a write");
        if (Roll(100) < failuresPerHundred)
        {
            Faults++;
            throw new StoreConflictException("injected");
        }

        var etags = await inner.SubmitAsync(table, partition, writes, durability, ct);
        FailPerhaps("after a write");
        return etags;
    }

    private int Roll(int sides)
    {
        lock (_lock)
        {
            return _random.Next(sides);
        }
    }

    private void FailPerhaps(string when)
    {
        if (Roll(100) < failuresPerHundred)
        {
            Faults++;
            throw new StoreUnavailableException($"injected {when}");
        }
    }
}
