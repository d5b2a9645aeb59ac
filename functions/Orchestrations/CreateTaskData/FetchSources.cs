using System.Collections.Concurrent;
using System.Globalization;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Sources;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Brings the files of a task here, several side by side, for a while; the orchestration calls again until all are here.</summary>
public sealed class FetchSources(IBlobStore blobs, WorkRequests requests, OutsideTurn turns, SourceFetcher fetcher, TimeProvider time)
{
    /// <summary>The function's name.</summary>
    public const string Name = "FetchSources";

    private const int Parallel = 6;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Last = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(1);

    /// <summary>Runs the step; safe to repeat.</summary>
    [Function(Name)]
    public async Task<WorkOutcome> Run([ActivityTrigger] WorkItem item, CancellationToken ct)
    {
        if (await requests.FindAsync(item, ct) is not { } request)
        {
            return WorkOutcome.Done;
        }

        using var turn = turns.TryTake();
        if (turn is null)
        {
            return OutsideTurn.Taken;
        }

        var parameters = await blobs.ReadParametersAsync(request.Value.InputBlob!, ct);
        var files = (await blobs.ReadListAsync(item.InstanceId, ct) ?? []).Where(file => file is { IsFetched: true, IsHere: false });
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var outcomes = await FetchAsync(item, files, parameters.CloudStorageId, cancelled, ct);
        return cancelled.IsCancellationRequested || outcomes.All(outcome => outcome.IsDone)
            ? WorkOutcome.Done
            : turn.More(outcomes.Where(outcome => !outcome.IsDone).Min(outcome => outcome.WaitSeconds));
    }

    private async Task<IReadOnlyCollection<WorkOutcome>> FetchAsync(
        WorkItem item, IEnumerable<MediaFile> files, int? storageId, CancellationTokenSource cancelled, CancellationToken ct)
    {
        using var usual = new CancellationTokenSource(Usual, time);
        using var last = new CancellationTokenSource(Last, time);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(usual.Token, cancelled.Token);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(last.Token, cancelled.Token);
        await using var teller = new Teller(requests, item, time, cancelled);
        var outcomes = new ConcurrentBag<WorkOutcome>();
        await System.Threading.Tasks.Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = ct }, async (file, token) =>
            outcomes.Add(soon.IsCancellationRequested ? WorkOutcome.More : await fetcher.FetchAsync(file, storageId, teller.TellAsync, new(soon.Token, late.Token), token)));
        return outcomes;
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
