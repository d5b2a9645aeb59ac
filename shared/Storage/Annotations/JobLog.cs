using System.Globalization;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.Annotations;

/// <summary>One job's log as far as this process has read it. Used by one caller at a time (<see cref="Gate"/>).</summary>
internal sealed class JobLog(int jobId, IBlobStore blobs, TimeProvider time)
{
    /// <summary>Operations in a generation before it is sealed: far below the 50,000 appends of a blob.</summary>
    private const int MaxOperations = 10_000;

    /// <summary>Bytes of a generation that are worth compacting, at least.</summary>
    private const long MinCompactBytes = 1 << 20;

    private const string SealPrefix = "sealed:";

    private readonly string _folder = JobLogs.Folder(jobId);
    private int _generation = -1;
    private long _length;
    private long _operationsLength;
    private long _snapshotBytes;
    private int _operations;
    private bool _isTorn;
    private JobAnnotations? _current;

    /// <summary>The job.</summary>
    public int JobId => jobId;

    /// <summary>Lets one caller at a time in.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>What the log says so far.</summary>
    public AnnotationState State { get; private set; } = new();

    /// <summary>Objects in memory.</summary>
    public int ObjectCount => State.Count;

    /// <summary>The state as lists; made once per revision.</summary>
    public JobAnnotations Current() => _current ??= new(State.Current(), State.Revision, State.LastChangedAt);

    /// <summary>Reads what others have appended.</summary>
    public async Task CatchUpAsync(CancellationToken ct)
    {
        if (_generation < 0)
        {
            await LoadAsync(ct);
        }

        while (true)
        {
            var found = await blobs.FindAsync(Log(_generation), ct);
            if (found?.LengthBytes > _length)
            {
                await ReadTailAsync(found.LengthBytes, ct);
            }

            if (!State.HasApplied(Seal(_generation)))
            {
                return;
            }

            await BeginGenerationAsync(_generation + 1, ct);
        }
    }

    /// <summary>Appends an operation whose revision is the next one.</summary>
    /// <exception cref="StoreConflictException">The log is longer than this process knows.</exception>
    public async Task<AnnotationOperation> AppendAsync(AnnotationOperation operation, CancellationToken ct)
    {
        var length = _length;
        foreach (var piece in AnnotationLog.Encode(operation))
        {
            length = await blobs.AppendAsync(Log(_generation), piece, length, ct);
        }

        (_length, _operationsLength) = (length, length);
        Apply(operation);
        return operation;
    }

    /// <summary>Begins a new generation where this one is long (or damaged at its end, which a conditional append can't mend).</summary>
    public async Task RollOverAsync(CancellationToken ct)
    {
        if (_isTorn)
        {
            await BeginGenerationAsync(_generation + 1, ct);
            return;
        }

        if (_operations < MaxOperations && (_length < MinCompactBytes || _length < 4 * _snapshotBytes))
        {
            return;
        }

        try
        {
            await AppendAsync(
                new() { Revision = State.Revision + 1, At = time.GetUtcNow(), Kind = OperationKind.Restore, OnceKey = Seal(_generation) },
                ct);
        }
        catch (StoreConflictException)
        {
            // Somebody appended: the caller meets the same conflict, reads on and comes back.
            return;
        }

        await BeginGenerationAsync(_generation + 1, ct);
    }

    private static string Number(int generation) => generation.ToString("D6", CultureInfo.InvariantCulture);

    private static string Seal(int generation) => SealPrefix + Number(generation);

    private string Log(int generation) => $"{_folder}log-{Number(generation)}";

    private string Snapshot(int generation) => $"{_folder}snapshot-{Number(generation)}";

    private async Task LoadAsync(CancellationToken ct)
    {
        var prefix = $"{_folder}snapshot-";
        string? newest = null;
        await foreach (var blob in blobs.ListAsync(prefix, ct))
        {
            newest = blob.Name;
            _snapshotBytes = blob.LengthBytes;
        }

        State = new();
        if (newest is not null)
        {
            await using var stream = await blobs.OpenReadAsync(newest, 0, null, ct);
            State = await AnnotationSnapshot.ReadAsync(stream, ct);
        }

        (_length, _operationsLength, _operations, _isTorn, _current) = (0, 0, 0, false, null);
        _generation = newest is null ? 0 : int.Parse(newest.AsSpan(prefix.Length), CultureInfo.InvariantCulture);
    }

    /// <summary>Reads from the last whole operation on: what follows it may be pieces of a long one that is still being appended.</summary>
    private async Task ReadTailAsync(long length, CancellationToken ct)
    {
        await using var tail = await blobs.OpenReadAsync(Log(_generation), _operationsLength, length - _operationsLength, ct);
        var revision = State.Revision;
        var end = await AnnotationLog.ReplayAsync(tail, State, ct);
        _length = length;
        _operationsLength += end.ValidLength;
        _operations += (int)(State.Revision - revision);
        _isTorn = end.IsTorn;
        _current = null;
    }

    /// <summary>Writes the snapshot that a generation begins with (once: its content is the same whoever writes it) and goes on there.</summary>
    private async Task BeginGenerationAsync(int generation, CancellationToken ct)
    {
        try
        {
            var written = await blobs.WriteAsync(
                Snapshot(generation),
                (stream, token) => AnnotationSnapshot.WriteAsync(stream, State, token),
                BlobCondition.Absent,
                ct);
            _snapshotBytes = written.LengthBytes;
        }
        catch (StoreConflictException)
        {
            // Another process began it.
        }

        (_generation, _length, _operationsLength, _operations, _isTorn) = (generation, 0, 0, 0, false);
    }

    private void Apply(AnnotationOperation operation)
    {
        State.Apply(operation);
        _operations++;
        _current = null;
    }
}
