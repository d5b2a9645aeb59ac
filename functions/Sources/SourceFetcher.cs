using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;

namespace CvatServerless.Functions.Sources;

/// <summary>How long one stretch of fetching lasts.</summary>
/// <param name="Usual">Ends where it can be continued: others want to work too.</param>
/// <param name="Last">Ends where it can't be continued: shortly before the activity would be ended.</param>
internal readonly record struct FetchStretch(CancellationToken Usual, CancellationToken Last);

/// <summary>
/// Brings files from elsewhere into blobs, piece by piece: each piece is stored for good, so that after a kill, a broken connection or the end of a stretch it goes on
/// from there.
/// </summary>
public sealed class SourceFetcher(IBlobStore blobs, IOutboundHttp http, MediaPlaces places, ServerOptions options, TimeProvider time)
{
    private const int PieceBytes = 4 << 20;
    private const int MaxFailures = 4;

    /// <summary>Goes on with a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="storageId">The task's cloud storage.</param>
    /// <param name="tell">Is told the title and how many bytes of how many are here, piece by piece.</param>
    /// <param name="stretch">When the stretch ends; what has come is kept.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">It can't be had; the message names it and says why.</exception>
    internal async Task<WorkOutcome> FetchAsync(MediaFile file, int? storageId, Func<string, long, long?, Task> tell, FetchStretch stretch, CancellationToken ct)
    {
        var blob = file.Place.Path;
        var here = await blobs.FindAsync(blob, ct);
        var state = await blobs.ReadStateAsync(blob, ct) ?? (here is null ? await BeginAsync(blob, ct) : null);
        if (state is null or { IsComplete: true })
        {
            return WorkOutcome.Done;
        }

        if (state.NotBefore is { } date && date - time.GetUtcNow() is var rest && rest > TimeSpan.Zero)
        {
            return new(false, (int)Math.Ceiling(rest.TotalSeconds));
        }

        IFetchOrigin origin = file.Url is { } url
            ? new UrlOrigin(http, url, options.RemoteFileMebibytes * (1L << 20))
            : new PlaceOrigin(places, file.CopyOf!, storageId, file.LengthBytes);
        if (time.GetUtcNow() - state.Started > TimeSpan.FromMinutes(options.RemoteFileMinutes))
        {
            throw Failed(origin, $"it took more than {options.RemoteFileMinutes} minutes");
        }

        var maxBytes = options.RemoteFileMebibytes * (1L << 20);
        var listed = file.CopyOf is null ? maxBytes : file.LengthBytes;
        var copy = new Copy(blobs, blob, origin, state, Math.Min(listed, maxBytes)) { LengthBytes = here?.LengthBytes ?? 0 };
        var failure = await RunAsync(copy, tell, stretch, ct);
        return await NoteAsync(copy, failure, ct);
    }

    private static CvatException Failed(IFetchOrigin origin, string reason) => CvatException.Rule($"Failed to download {origin.Title}: {reason.TrimEnd('.')}.");

    private async Task<FetchState> BeginAsync(string blob, CancellationToken ct)
    {
        var state = new FetchState(time.GetUtcNow());
        await blobs.WriteStateAsync(blob, state, ct);
        return state;
    }

    /// <summary>Copies until the end, the end of the stretch or a failure, which is returned.</summary>
    private static async Task<FetchException?> RunAsync(Copy copy, Func<string, long, long?, Task> tell, FetchStretch stretch, CancellationToken ct)
    {
        try
        {
            await using var body = await copy.Origin.OpenAsync(copy.LengthBytes, copy.State, stretch.Last);
            await copy.AdoptAsync(body, ct);
            var buffer = new byte[PieceBytes];
            while (!copy.IsComplete)
            {
                await tell(copy.Origin.Title, copy.LengthBytes, copy.State.LengthBytes);
                await copy.PieceAsync(body.Content, buffer, body.CanContinue ? stretch.Usual : stretch.Last, ct);
            }

            return copy.State.LengthBytes is { } length && copy.LengthBytes != length
                ? new FetchException($"the connection ended after {copy.LengthBytes} of {length} bytes", isFinal: false)
                : null;
        }
        catch (FetchException e)
        {
            return e;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return stretch.Last.IsCancellationRequested
                ? new FetchException("the server does not say that it can continue a download, and this one takes too long to be done in one go", isFinal: true)
                : null;
        }
        catch (Exception e) when (copy.Origin.Describe(e) is { } known)
        {
            return known;
        }
    }

    private async Task<WorkOutcome> NoteAsync(Copy copy, FetchException? failure, CancellationToken ct)
    {
        var isNew = copy.LengthBytes > copy.State.FarthestBytes;
        var failures = failure is null ? 0 : isNew ? 1 : copy.State.Failures + 1;
        var isComplete = failure is null && copy.IsComplete;
        var wait = failure is null ? 0 : 1 << (failures - 1);
        if (isComplete && copy.LengthBytes > 0)
        {
            await blobs.DeleteAsync(SourceBlobs.State(copy.Blob), ct);
            return WorkOutcome.Done;
        }

        await blobs.WriteStateAsync(
            copy.Blob,
            copy.State with
            {
                FarthestBytes = Math.Max(copy.LengthBytes, copy.State.FarthestBytes),
                Failures = failures,
                IsComplete = isComplete,
                NotBefore = wait > 0 ? time.GetUtcNow().AddSeconds(wait) : null,
            },
            ct);
        if (failure is not null && (failure.IsFinal || failures > MaxFailures))
        {
            throw Failed(copy.Origin, failure.Message);
        }

        return new(isComplete, wait);
    }

    /// <summary>One file on its way.</summary>
    private sealed class Copy(IBlobStore blobs, string blob, IFetchOrigin origin, FetchState state, long maxBytes)
    {
        public string Blob => blob;

        public IFetchOrigin Origin => origin;

        public FetchState State { get; private set; } = state;

        public long LengthBytes { get; set; }

        public bool IsComplete { get; private set; }

        /// <summary>Makes what is here fit to what comes: another version begins anew.</summary>
        public async Task AdoptAsync(FetchBody body, CancellationToken ct)
        {
            if (body.LengthBytes > maxBytes)
            {
                throw TooLong();
            }

            if (body.Offset != LengthBytes)
            {
                await blobs.DeleteAsync(blob, ct);
                LengthBytes = 0;
            }

            if (State.Validator != body.Validator || State.LengthBytes != body.LengthBytes)
            {
                State = State with { Validator = body.Validator, LengthBytes = body.LengthBytes };
                await blobs.WriteStateAsync(blob, State, ct);
            }
        }

        private FetchException TooLong() => new($"it has more than {maxBytes} bytes, which is more than was listed or than the server takes", isFinal: true);

        /// <summary>Stores the next piece; also what has come of one that breaks off.</summary>
        public async Task PieceAsync(Stream content, byte[] buffer, CancellationToken stretch, CancellationToken ct)
        {
            var filled = 0;
            try
            {
                int count;
                while (filled < buffer.Length && (count = await content.ReadAsync(buffer.AsMemory(filled), stretch)) > 0)
                {
                    filled += count;
                    if (LengthBytes + filled > maxBytes)
                    {
                        throw TooLong();
                    }
                }

                IsComplete = filled < buffer.Length;
            }
            finally
            {
                if (filled > 0)
                {
                    LengthBytes = await blobs.AppendAsync(blob, buffer.AsMemory(0, filled), LengthBytes, ct);
                }
            }
        }
    }
}
