using CvatServerless.Domain;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>The body of a download: its failures are the port's, and disposing of it ends the exchange.</summary>
internal sealed class CloudReadStream(Stream inner, IDisposable? owner, Func<Exception, CloudStorageException> failure) : ForeignStream(inner)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await Content.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is not (OperationCanceledException or CloudStorageException))
        {
            throw failure(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
        {
            owner?.Dispose();
        }
    }
}
