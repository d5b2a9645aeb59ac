namespace CvatServerless.Domain.Annotations.Log;

/// <summary>The bytes of an operation.</summary>
internal static class OperationCodec
{
    /// <summary>Grows when the layout changes; older versions stay readable.</summary>
    public const byte Version = 1;

    public static void Write(BinaryOutput output, AnnotationOperation operation)
    {
        output.Byte(Version);
        output.Unsigned((ulong)operation.Revision);
        output.Signed(operation.At.ToUnixTimeMilliseconds());
        output.Signed(operation.UserId);
        output.Byte((byte)operation.Kind);
        output.Byte((byte)(operation.ClearsAll ? 1 : 0));
        output.Text(operation.OnceKey);
        WriteIds(output, operation.Removed.Tags);
        WriteIds(output, operation.Removed.Shapes);
        WriteIds(output, operation.Removed.Tracks);
        WriteIds(output, operation.Removed.Intervals);
        new ObjectWriter(output).Write(operation.Put);
    }

    public static AnnotationOperation Read(ReadOnlySpan<byte> data, TextPool texts)
    {
        var input = new BinaryInput(data);
        var version = input.Byte();
        if (version != Version)
        {
            throw new InvalidDataException($"The annotation log has a record of version {version}; this release reads up to {Version}.");
        }

        return new AnnotationOperation
        {
            Revision = (long)input.Unsigned(),
            At = DateTimeOffset.FromUnixTimeMilliseconds(input.Signed()),
            UserId = input.Int(),
            Kind = (OperationKind)input.Byte(),
            ClearsAll = input.Byte() != 0,
            OnceKey = input.Text(),
            Removed = new AnnotationIdSet
            {
                Tags = ReadIds(ref input),
                Shapes = ReadIds(ref input),
                Tracks = ReadIds(ref input),
                Intervals = ReadIds(ref input),
            },
            Put = new ObjectReader(texts).Data(ref input),
        };
    }

    private static void WriteIds(BinaryOutput output, IReadOnlyList<long> ids)
    {
        output.Unsigned((ulong)ids.Count);
        var last = 0L;
        foreach (var id in ids)
        {
            output.Signed(id - last);
            last = id;
        }
    }

    private static long[] ReadIds(ref BinaryInput input)
    {
        var count = input.Count();
        var ids = count == 0 ? [] : new long[count];
        var last = 0L;
        for (var index = 0; index < count; index++)
        {
            ids[index] = last += input.Signed();
        }

        return ids;
    }
}
