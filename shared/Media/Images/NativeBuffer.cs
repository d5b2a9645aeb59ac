using System.Runtime.InteropServices;

namespace CvatServerless.Media.Images;

/// <summary>Unmanaged memory that grows and is reused picture after picture: large arrays on the managed heap cost a page fault per page each time.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private nuint _capacity;

    public byte* Pointer { get; private set; }

    /// <summary>At least this many bytes; what was in them is lost when it has to grow.</summary>
    public byte* Ensure(long bytes)
    {
        if ((nuint)bytes > _capacity)
        {
            Dispose();
            Pointer = (byte*)NativeMemory.Alloc((nuint)bytes);
            _capacity = (nuint)bytes;
        }

        return Pointer;
    }

    /// <summary>Gives memory above <paramref name="bytes"/> back, so that one huge picture does not stay in memory for good.</summary>
    public void Trim(long bytes)
    {
        if (_capacity > (nuint)bytes)
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
        _capacity = 0;
    }
}
