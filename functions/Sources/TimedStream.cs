using CvatServerless.Domain;

namespace CvatServerless.Functions.Sources;

/// <summary>A stream that must have been read to its end within a time, counted from its opening.</summary>
internal sealed class TimedStream(Stream inner, TimeSpan patience, TimeProvider time, Func<Exception> tooSlow) : ForeignStream(inner)
{
    private readonly CancellationTokenSource _deadline = new(patience, time);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_deadline.Token, cancellationToken);
        try
        {
            return await Content.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw tooSlow();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _deadline.Dispose();
        }

        base.Dispose(disposing);
    }
}
