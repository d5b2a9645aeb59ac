namespace CvatServerless.Domain.Annotations.Log;

/// <summary>
/// The pure part of a job's operation log. The blob <c>jobs/{id}/annotations/log…</c> is the frames of all operations one after the other; the caller
/// appends them under the condition that the log still has the length it knows, and on a conflict reads the tail, takes the next revision and tries again.
/// </summary>
public static class AnnotationLog
{
    /// <summary>The bytes to append, in order: one piece up to 4 MiB, several beyond. The operation counts when the last piece is there.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Encode(AnnotationOperation operation)
    {
        var output = new BinaryOutput(256 + (operation.Put.Count * 48));
        OperationCodec.Write(output, operation);
        return LogFrames.Cut(output.Written);
    }

    /// <summary>Applies every whole operation of a log, or of a tail of it that begins at a frame, to a state.</summary>
    /// <exception cref="InvalidDataException">A record is whole but can't be understood.</exception>
    public static async Task<LogEnd> ReplayAsync(Stream log, AnnotationState state, CancellationToken ct)
    {
        var reader = new AnnotationLogReader(log);
        while (await reader.ReadAsync(ct).ConfigureAwait(false) is { } operation)
        {
            state.Apply(operation);
        }

        return new LogEnd(reader.ValidLength, reader.IsTorn);
    }
}

/// <summary>Where reading a log ended.</summary>
/// <param name="ValidLength">
/// Bytes from where reading began to the end of the last whole operation; the next reading begins there. Whole pieces of an operation that somebody is still
/// appending may follow.
/// </param>
/// <param name="IsTorn">
/// Whether bytes follow that are no frame. An append blob can't be cut: go on in a new generation that begins with a snapshot.
/// </param>
public readonly record struct LogEnd(long ValidLength, bool IsTorn);

/// <summary>Reads the operations of a log one by one, for history and differences.</summary>
public sealed class AnnotationLogReader(Stream log)
{
    private readonly LogFrameReader _frames = new(log);
    private readonly TextPool _texts = new();
    private readonly BinaryOutput _parts = new(0);
    private bool _inParts;

    /// <summary>Bytes up to the end of the last whole operation.</summary>
    public long ValidLength { get; private set; }

    /// <summary>Whether reading ended at bytes that are no frame.</summary>
    public bool IsTorn => _frames.IsTorn;

    /// <summary>The next operation, or null at the end.</summary>
    public async ValueTask<AnnotationOperation?> ReadAsync(CancellationToken ct)
    {
        while (await _frames.ReadAsync(ct).ConfigureAwait(false) is var (type, payload))
        {
            if (type is FrameType.Whole or FrameType.First)
            {
                _parts.Clear();
                _inParts = type == FrameType.First;
            }

            if (type == FrameType.Whole)
            {
                ValidLength = _frames.ValidLength;
                return OperationCodec.Read(payload.Span, _texts);
            }

            if (!_inParts)
            {
                continue;
            }

            _parts.Bytes(payload.Span);
            if (type == FrameType.Last)
            {
                _inParts = false;
                ValidLength = _frames.ValidLength;
                return OperationCodec.Read(_parts.Written.Span, _texts);
            }
        }

        return null;
    }
}
