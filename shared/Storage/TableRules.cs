using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage;

/// <summary>The service's limits, checked by both adapters before anything is sent. Breaking one is a defect of the caller.</summary>
internal static class TableRules
{
    private const int MaxKeyLength = 512;

    /// <summary>Checks the keys of a read.</summary>
    /// <exception cref="ArgumentException">A key has a character or length that the service refuses.</exception>
    public static void Check(string table, string partition)
    {
        ArgumentException.ThrowIfNullOrEmpty(table);
        CheckKey(partition);
    }

    /// <summary>Checks one key.</summary>
    /// <exception cref="ArgumentException">It has a character or length that the service refuses.</exception>
    public static void CheckKey(string key)
    {
        if (key.Length > MaxKeyLength)
        {
            throw new ArgumentException($"A key of {key.Length} characters is longer than {MaxKeyLength}.", nameof(key));
        }

        foreach (var c in key)
        {
            if (c is '/' or '\\' or '#' or '?' || char.IsControl(c))
            {
                throw new ArgumentException($"The key '{key}' holds a character that a key may not hold.", nameof(key));
            }
        }
    }

    /// <summary>Checks a batch.</summary>
    /// <exception cref="ArgumentException">It is empty, too large, names a row twice, or holds a row that is too large.</exception>
    public static void Check(string table, string partition, IReadOnlyList<TableWrite> writes)
    {
        Check(table, partition);
        if (writes.Count is 0 or > TableLimits.BatchRows)
        {
            throw new ArgumentException($"A batch has 1 to {TableLimits.BatchRows} rows, not {writes.Count}.", nameof(writes));
        }

        var seen = new HashSet<string>(writes.Count, StringComparer.Ordinal);
        long total = 0;
        foreach (var write in writes)
        {
            CheckKey(write.Row);
            if (!seen.Add(write.Row))
            {
                throw new ArgumentException($"The row '{write.Row}' is in the batch twice.", nameof(writes));
            }

            var length = BodyOf(write).Length;
            if (length > TableLimits.BodyBytes)
            {
                throw new ArgumentException($"The row '{write.Row}' has {length} bytes, more than {TableLimits.BodyBytes}.", nameof(writes));
            }

            total += length;
        }

        if (total > TableLimits.BatchBytes)
        {
            throw new ArgumentException($"The batch has {total} bytes, more than {TableLimits.BatchBytes}.", nameof(writes));
        }
    }

    /// <summary>The body of a write; empty for a deletion.</summary>
    public static ReadOnlyMemory<byte> BodyOf(TableWrite write) => write switch
    {
        InsertRow insert => insert.Body,
        ReplaceRow replace => replace.Body,
        UpsertRow upsert => upsert.Body,
        _ => default,
    };
}
