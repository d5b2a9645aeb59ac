using CvatServerless.Domain;

namespace CvatServerless.Media.Archives;

/// <summary>Takes entries out of an archive one after the other, holds them to the limits, and keeps the wanted ones.</summary>
internal sealed class UnpackTarget(string archiveName, ArchiveLimits limits, long archiveBytes, Func<string, bool> wants, ZipStoreWriter zip)
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly long _allowed = Math.Min(limits.MaxTotalBytes, Math.Max(limits.RatioFreeBytes, archiveBytes * limits.MaxRatio));
    private int _entries;
    private long _promised;

    /// <summary>A decompressed stream that ends in an error where it gets longer than this archive may be.</summary>
    public Stream Bound(Stream content) => new AllowanceStream(content, _allowed, TooMuch);

    /// <summary>Takes the next entry.</summary>
    /// <exception cref="MediaException">It breaks a limit, or its name is unsafe.</exception>
    public async Task AddAsync(string name, long sizeBytes, Func<Stream> open, CancellationToken ct)
    {
        if (++_entries > limits.MaxEntries)
        {
            throw Bad($"holds more than {limits.MaxEntries} entries");
        }

        _promised += Math.Max(sizeBytes, 0);
        if (_promised > _allowed)
        {
            throw TooMuch();
        }

        var safe = EntryNames.Normalize(name, out var complaint) ?? throw new MediaException(archiveName, complaint!);
        if (EntryNames.IsIgnored(safe) || !wants(safe))
        {
            return;
        }

        if (sizeBytes > limits.MaxEntryBytes)
        {
            throw Bad($"has an entry of more than {limits.MaxEntryBytes} bytes: '{safe}'");
        }

        if (!_names.Add(safe))
        {
            throw Bad($"has two entries of the same name: '{safe}'");
        }

        await using var content = new AllowanceStream(open(), sizeBytes, () => Bad($"has an entry that is larger than it says: '{safe}'"));
        await zip.WriteStoredAsync(safe, content, ct);
        if (content.Total != sizeBytes)
        {
            throw Bad($"has an entry that is smaller than it says: '{safe}'");
        }
    }

    /// <summary>Completes the zip.</summary>
    public Task FinishAsync(CancellationToken ct) => zip.FinishAsync(ct);

    /// <summary>A complaint about the archive.</summary>
    public MediaException Bad(string reason) => new(archiveName, reason);

    private MediaException TooMuch() => Bad($"unpacks to more than {_allowed} bytes, which is beyond what an archive of its size may hold");

    /// <summary>Counts what is read and complains beyond an allowance.</summary>
    private sealed class AllowanceStream(Stream content, long allowed, Func<MediaException> complaint) : ReadOnlyStream
    {
        public long Total { get; private set; }

        public override long Length => throw new NotSupportedException();

        public override int Read(Span<byte> buffer) => Count(content.Read(buffer));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Count(await content.ReadAsync(buffer, cancellationToken));

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                content.Dispose();
            }

            base.Dispose(disposing);
        }

        private int Count(int count)
        {
            Total += count;
            return Total > allowed ? throw complaint() : count;
        }
    }
}
