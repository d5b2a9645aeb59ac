namespace CvatServerless.Domain.Annotations.Log;

/// <summary>
/// A state written whole, so that opening a job reads the snapshot and the log's tail instead of all its history. Same framing and object encoding as
/// the log, in parts of a few thousand objects; an end frame tells a whole snapshot from a cut one.
/// </summary>
public static class AnnotationSnapshot
{
    private const int ObjectsPerPart = 2000;

    /// <summary>Writes the state.</summary>
    public static async Task WriteAsync(Stream stream, AnnotationState state, CancellationToken ct)
    {
        var output = new BinaryOutput(64 * 1024);
        output.Byte(OperationCodec.Version);
        output.Unsigned((ulong)state.Revision);
        output.Signed(state.LastChangedAt.ToUnixTimeMilliseconds());
        output.Unsigned((ulong)state.OnceKeys.Count);
        foreach (var key in state.OnceKeys.Order(StringComparer.Ordinal))
        {
            output.Text(key);
        }

        await stream.WriteAsync(LogFrames.Frame(FrameType.SnapshotStart, output.Written.Span), ct).ConfigureAwait(false);
        foreach (var part in Parts(state.Current()))
        {
            output.Clear();
            new ObjectWriter(output).Write(part);
            foreach (var frame in LogFrames.Cut(output.Written))
            {
                await stream.WriteAsync(frame, ct).ConfigureAwait(false);
            }
        }

        await stream.WriteAsync(LogFrames.Frame(FrameType.SnapshotEnd, []), ct).ConfigureAwait(false);
    }

    /// <summary>Reads a state.</summary>
    /// <exception cref="InvalidDataException">It is not whole.</exception>
    public static async Task<AnnotationState> ReadAsync(Stream stream, CancellationToken ct)
    {
        var frames = new LogFrameReader(stream);
        var texts = new TextPool();
        var parts = new BinaryOutput(0);
        var state = new AnnotationState();
        if (await frames.ReadAsync(ct).ConfigureAwait(false) is not (FrameType.SnapshotStart, var head))
        {
            throw new InvalidDataException("The annotation snapshot does not begin with its head.");
        }

        ReadHead(state, head.Span);
        while (await frames.ReadAsync(ct).ConfigureAwait(false) is var (type, payload))
        {
            if (type == FrameType.SnapshotEnd)
            {
                return state;
            }

            parts.Bytes(payload.Span);
            if (type is FrameType.Whole or FrameType.Last)
            {
                var input = new BinaryInput(parts.Written.Span);
                state.Put(new ObjectReader(texts).Data(ref input));
                parts.Clear();
            }
        }

        throw new InvalidDataException("The annotation snapshot is cut off.");
    }

    private static void ReadHead(AnnotationState state, ReadOnlySpan<byte> head)
    {
        var input = new BinaryInput(head);
        var version = input.Byte();
        if (version != OperationCodec.Version)
        {
            throw new InvalidDataException($"The annotation snapshot has version {version}; this release reads up to {OperationCodec.Version}.");
        }

        var revision = (long)input.Unsigned();
        var at = DateTimeOffset.FromUnixTimeMilliseconds(input.Signed());
        var keys = new string[input.Count()];
        for (var index = 0; index < keys.Length; index++)
        {
            keys[index] = input.Text();
        }

        state.Restore(revision, at, keys);
    }

    private static IEnumerable<LabeledData> Parts(LabeledData data)
    {
        foreach (var tags in data.Tags.Chunk(ObjectsPerPart))
        {
            yield return new LabeledData { Tags = tags };
        }

        foreach (var shapes in data.Shapes.Chunk(ObjectsPerPart))
        {
            yield return new LabeledData { Shapes = shapes };
        }

        foreach (var tracks in data.Tracks.Chunk(ObjectsPerPart))
        {
            yield return new LabeledData { Tracks = tracks };
        }

        foreach (var intervals in data.Intervals.Chunk(ObjectsPerPart))
        {
            yield return new LabeledData { Intervals = intervals };
        }
    }
}
