using System.Globalization;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Sources;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>The input of a stretch of fetching.</summary>
/// <param name="Item">The request.</param>
/// <param name="Group">Which group of files.</param>
/// <param name="GroupCount">Of how many.</param>
public sealed record FetchStep(WorkItem Item, int Group, int GroupCount);

/// <summary>Brings the files of one group here for about a minute; the orchestration calls again until all are here.</summary>
public sealed class FetchSources(IBlobStore blobs, WorkRequests requests, SourceFetcher fetcher, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FetchSources";

    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Last = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task<FetchOutcome> Run([ActivityTrigger] FetchStep step, CancellationToken ct)
    {
        if (await requests.FindAsync(step.Item, ct) is not { } request)
        {
            return FetchOutcome.Done;
        }

        var parameters = await blobs.ReadParametersAsync(request.Value.InputBlob!, ct);
        using var usual = new CancellationTokenSource(Usual, time);
        using var last = new CancellationTokenSource(Last, time);
        using var cancelled = new CancellationTokenSource();
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(usual.Token, cancelled.Token, ct);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(last.Token, cancelled.Token, ct);
        await using var teller = new Teller(requests, step.Item, time, cancelled);
        foreach (var file in await FilesAsync(step, ct))
        {
            var outcome = await fetcher.FetchAsync(file, parameters.CloudStorageId, teller.TellAsync, new(soon.Token, late.Token), ct);
            if (cancelled.IsCancellationRequested)
            {
                return FetchOutcome.Done;
            }

            if (!outcome.IsDone || usual.IsCancellationRequested)
            {
                return outcome with { IsDone = false };
            }
        }

        return FetchOutcome.Done;
    }

    private async Task<List<MediaFile>> FilesAsync(FetchStep step, CancellationToken ct)
    {
        var files = await blobs.ReadListAsync(step.Item.InstanceId, ct) ?? [];
        return [.. files.Where(file => file.IsFetched).Where((_, i) => i % step.GroupCount == step.Group)];
    }

    /// <summary>Keeps the request's message up to date, also while nothing comes, and notices that nobody waits for it any more.</summary>
    private sealed class Teller : IAsyncDisposable
    {
        private readonly WorkRequests _requests;
        private readonly WorkItem _item;
        private readonly CancellationTokenSource _cancelled;
        private readonly PeriodicTimer _timer;
        private readonly Task _running;
        private volatile string? _message;
        private string? _written;

        public Teller(WorkRequests requests, WorkItem item, TimeProvider time, CancellationTokenSource cancelled)
        {
            (_requests, _item, _cancelled) = (requests, item, cancelled);
            _timer = new PeriodicTimer(TellEvery, time);
            _running = RunAsync();
        }

        public async Task TellAsync(string title, long bytes, long? length)
        {
            var isFirst = _message is null;
            var of = length is { } all ? $" of {Mebibytes(all)}" : "";
            _message = $"Downloading {title} ({Mebibytes(bytes)}{of} MiB)";
            if (isFirst)
            {
                await WriteAsync(_message);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _timer.Dispose();
            await _running;
        }

        private async Task RunAsync()
        {
            while (await _timer.WaitForNextTickAsync())
            {
                if (_message is { } message)
                {
                    await WriteAsync(message);
                }
            }
        }

        private async Task WriteAsync(string message)
        {
            var isAwaited = message == _written
                ? await _requests.FindAsync(_item, CancellationToken.None) is not null
                : await _requests.AdvanceAsync(_item, 0, message, CancellationToken.None);
            _written = message;
            if (!isAwaited)
            {
                await _cancelled.CancelAsync();
            }
        }

        private static string Mebibytes(long bytes) => (bytes / (double)(1 << 20)).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
