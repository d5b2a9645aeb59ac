using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Orchestrations;

namespace CvatServerless.Functions.Api.Events;

/// <summary>
/// Events as lines of append-only blobs, <c>events/{workspace}/{day}/{writer}.jsonl</c>: every process writes its own, so that writers never meet. The day is the
/// event's own, within what a client may reasonably have kept to itself.
/// </summary>
public sealed class EventLog(IBlobStore blobs, TimeProvider time)
{
    /// <summary>Where they lie.</summary>
    private const string Folder = "events/";

    /// <summary>Bytes of one append, below the store's limit.</summary>
    private const int MaxAppend = 3 << 20;

    /// <summary>Appends to one blob, below the store's limit of 50,000.</summary>
    private const int MaxAppends = 40_000;

    private const int MaxFiles = 2_000;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(31);
    private readonly ConcurrentDictionary<string, WriterFile> _files = new(StringComparer.Ordinal);

    /// <summary>Stores events; durable when it returns.</summary>
    internal async Task AppendAsync(WorkspaceId workspace, IEnumerable<EventRecord> events, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var day in events.GroupBy(record => Day(record.Timestamp < now - MaxDelay ? now - MaxDelay : record.Timestamp > now ? now : record.Timestamp)))
        {
            if (_files.Count > MaxFiles)
            {
                _files.Clear(); // whoever comes next begins another blob
            }

            var file = _files.GetOrAdd($"{Folder}{workspace.Partition}/{day.Key}/", prefix => new(prefix));
            await file.Gate.WaitAsync(ct);
            try
            {
                foreach (var lines in Lines(day))
                {
                    await AppendAsync(file, lines, ct);
                }
            }
            finally
            {
                file.Gate.Release();
            }
        }
    }

    /// <summary>The events of a workspace's days in order of day and arrival, one line in memory at a time.</summary>
    internal async IAsyncEnumerable<EventRecord> ReadAsync(WorkspaceId workspace, EventFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var prefix = $"{Folder}{workspace.Partition}/";
        var (first, last) = (Day(filter.From), Day(filter.To));
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            var day = blob.Name[prefix.Length..blob.Name.LastIndexOf('/')];
            if (string.CompareOrdinal(day, first) < 0 || string.CompareOrdinal(day, last) > 0)
            {
                continue;
            }

            await foreach (var record in blobs.ReadAsync(blob.Name, EventJson.Default.EventRecord, ct))
            {
                if (filter.Includes(record))
                {
                    yield return record;
                }
            }
        }
    }

    private static string Day(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(IEnumerable<EventRecord> events)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var record in events)
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(record, EventJson.Default.EventRecord);
            if (buffer.WrittenCount > 0 && buffer.WrittenCount + line.Length + 1 > MaxAppend)
            {
                yield return buffer.WrittenMemory.ToArray();
                buffer.ResetWrittenCount();
            }

            buffer.Write(line);
            buffer.Write("\n"u8);
        }

        yield return buffer.WrittenMemory;
    }

    private async Task AppendAsync(WriterFile file, ReadOnlyMemory<byte> lines, CancellationToken ct)
    {
        if (file.Name is null || file.Appends >= MaxAppends)
        {
            file.Begin();
        }

        var name = file.Name!;
        file.Name = null; // an attempt whose outcome is unknown is followed by another blob
        file.Length = await blobs.AppendAsync(name, lines, file.Length, ct);
        file.Name = name;
        file.Appends++;
    }

    private sealed class WriterFile(string prefix)
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public string? Name { get; set; }

        public long Length { get; set; }

        public int Appends { get; set; }

        public void Begin() => (Name, Length, Appends) = ($"{prefix}{Guid.CreateVersion7():N}.jsonl", 0, 0);
    }
}
