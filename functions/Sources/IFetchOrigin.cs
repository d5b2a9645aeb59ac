namespace CvatServerless.Functions.Sources;

/// <summary>Where a file is fetched from, however far it is here.</summary>
internal interface IFetchOrigin
{
    /// <summary>What it is called in messages: the URL, or the path.</summary>
    string Title { get; }

    /// <summary>Opens it from <paramref name="offset"/> on, or from its start where the version that <paramref name="state"/> tells of can't be continued.</summary>
    /// <exception cref="FetchException">It can't be had, and whether another try may help.</exception>
    Task<FetchBody> OpenAsync(long offset, FetchState state, CancellationToken ct);

    /// <summary>What a failure while the body is read means; null: nothing that is known here.</summary>
    FetchException? Describe(Exception e);
}

/// <summary>The bytes of a file from <paramref name="Offset"/> on.</summary>
/// <param name="Content">They.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="LengthBytes">Of the whole file, where it is known.</param>
/// <param name="Validator">See <see cref="FetchState.Validator"/>.</param>
/// <param name="CanContinue">Whether the origin says that it continues what breaks off; others are only tried.</param>
/// <param name="Owner">To be disposed of after them.</param>
internal sealed record FetchBody(Stream Content, long Offset, long? LengthBytes, string? Validator, bool CanContinue, IAsyncDisposable? Owner = null) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Content.DisposeAsync();
        if (Owner is not null)
        {
            await Owner.DisposeAsync();
        }
    }
}

/// <summary>A file can't be fetched.</summary>
/// <param name="reason">A clause that follows the name and a colon.</param>
/// <param name="isFinal">Whether another try would be of no use.</param>
/// <param name="cause">What happened.</param>
internal sealed class FetchException(string reason, bool isFinal, Exception? cause = null) : Exception(reason, cause)
{
    /// <summary>Whether another try would be of no use.</summary>
    public bool IsFinal => isFinal;
}
