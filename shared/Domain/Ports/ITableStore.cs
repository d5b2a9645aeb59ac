namespace CvatServerless.Domain.Ports;

/// <summary>
/// Azure Table Storage as far as this product uses it: rows addressed by partition and row key, ordered by row key (ordinal), changed in batches of one
/// partition that are carried out whole or not at all. Both adapters hold to the service's limits: ≤ <see cref="TableLimits.BatchRows"/> rows and
/// ≤ 4 MiB a batch, ≤ <see cref="TableLimits.BodyBytes"/> a row, keys of ≤ 512 characters without <c>/ \ # ?</c> and control characters.
/// </summary>
public interface ITableStore
{
    /// <summary>One row, or null.</summary>
    Task<TableRow?> FindAsync(string table, string partition, string row, CancellationToken ct);

    /// <summary>
    /// Rows of one partition with <paramref name="range"/>.From ≤ key &lt; <paramref name="range"/>.To in key order. A page may be short or empty and still
    /// have a continuation; only a null continuation ends the listing.
    /// </summary>
    Task<TablePage> QueryAsync(string table, string partition, RowRange range, int pageSize, string? continuation, CancellationToken ct);

    /// <summary>Carries out every write or none, and everybody sees it when it returns. Returns the new ETags (null for deletions) in order.</summary>
    /// <exception cref="StoreConflictException">A row exists already (insert), is gone, or has another ETag.</exception>
    Task<IReadOnlyList<string?>> SubmitAsync(string table, string partition, IReadOnlyList<TableWrite> writes, Durability durability, CancellationToken ct);
}

/// <summary>What a commit outlives when it returns.</summary>
public enum Durability
{
    /// <summary>Everything, a loss of power too.</summary>
    Full,

    /// <summary>
    /// The death of the process, and a loss of power once a later commit is <see cref="Full"/>. For what can be told again from something that is durable already. A
    /// service that knows only full durability gives that.
    /// </summary>
    Process,
}

/// <summary>Everyday calls.</summary>
public static class TableStoreExtensions
{
    /// <summary>A batch that is durable when this returns.</summary>
    /// <exception cref="StoreConflictException">As <see cref="ITableStore.SubmitAsync"/>.</exception>
    public static Task<IReadOnlyList<string?>> SubmitAsync(
        this ITableStore tables, string table, string partition, IReadOnlyList<TableWrite> writes, CancellationToken ct) =>
        tables.SubmitAsync(table, partition, writes, Durability.Full, ct);
}

/// <summary>A stored row; <see cref="Body"/> is an opaque document (UTF-8 JSON in this product).</summary>
public sealed record TableRow(string Row, ReadOnlyMemory<byte> Body, string ETag, DateTimeOffset Timestamp);

/// <summary>A stretch of a listing.</summary>
public sealed record TablePage(IReadOnlyList<TableRow> Rows, string? Continuation);

/// <summary>Row keys from <paramref name="From"/> (inclusive) to <paramref name="To"/> (exclusive), ordinal; null is open.</summary>
public readonly record struct RowRange(string? From, string? To)
{
    /// <summary>Every row whose key begins with <paramref name="prefix"/>.</summary>
    public static RowRange Prefix(string prefix) => new(prefix, prefix[..^1] + (char)(prefix[^1] + 1));
}

/// <summary>One write of a batch.</summary>
public abstract record TableWrite(string Row);

/// <summary>Adds a row that must not exist.</summary>
public sealed record InsertRow(string Row, ReadOnlyMemory<byte> Body) : TableWrite(Row);

/// <summary>Replaces a row that must have this ETag.</summary>
public sealed record ReplaceRow(string Row, ReadOnlyMemory<byte> Body, string ETag) : TableWrite(Row);

/// <summary>Adds or replaces, whatever is there.</summary>
public sealed record UpsertRow(string Row, ReadOnlyMemory<byte> Body) : TableWrite(Row);

/// <summary>Removes a row that must have this ETag (<c>*</c>: any, but it must exist).</summary>
public sealed record DeleteRow(string Row, string ETag) : TableWrite(Row);

/// <summary>Limits of the service that callers plan with.</summary>
public static class TableLimits
{
    /// <summary>Rows in one batch.</summary>
    public const int BatchRows = 100;

    /// <summary>Bytes of one row's body: 15 binary properties of 64 KiB, below the 1 MiB of an entity.</summary>
    public const int BodyBytes = 15 * 64 * 1024;

    /// <summary>Bytes of all bodies in one batch, below the service's 4 MiB with room for the envelope (base64 included).</summary>
    public const int BatchBytes = 2_800_000;
}
