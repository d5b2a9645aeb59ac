using System.Runtime.InteropServices;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>
/// Cuts a stream of unknown length into the parts of an upload. Parts are small at first and grow, so that neither the memory nor the 10,000 parts that providers allow run
/// out: about half a terabyte.
/// </summary>
internal sealed class UploadParts(Stream content)
{
    private const int FirstBytes = 8 << 20;
    private const int LaterBytes = 64 << 20;
    private const int FirstParts = 1000;
    private byte[] _buffer = new byte[FirstBytes];
    private int _count;

    /// <summary>Whether the part that was read last is the last one.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The next part; the memory is good until the next call. Shorter than others, or empty, only at the end.</summary>
    public async Task<ReadOnlyMemory<byte>> NextAsync(CancellationToken ct)
    {
        if (_count++ == FirstParts)
        {
            _buffer = new byte[LaterBytes];
        }

        var read = await content.ReadAtLeastAsync(_buffer, _buffer.Length, throwOnEndOfStream: false, ct);
        IsLast = read < _buffer.Length;
        return _buffer.AsMemory(0, read);
    }

    /// <summary>A part as a stream over the same memory.</summary>
    public static MemoryStream Body(ReadOnlyMemory<byte> part) =>
        MemoryMarshal.TryGetArray(part, out var array) ? new(array.Array!, array.Offset, array.Count, writable: false) : new(part.ToArray());
}
