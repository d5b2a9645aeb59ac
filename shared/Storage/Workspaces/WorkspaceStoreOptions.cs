namespace CvatServerless.Storage.Workspaces;

/// <summary>How workspaces are kept in memory.</summary>
internal sealed record WorkspaceStoreOptions
{
    /// <summary>
    /// Nothing but this instance writes to the store: commits go into the projection directly and the log's tail need not be read.
    /// </summary>
    public bool IsSoleWriter { get; init; }

    /// <summary>How far back the log is read again each time: longer than clocks differ and than a commit can take.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Entities of all workspaces together that stay in memory; beyond it the least recently used workspaces leave.</summary>
    public int MaxEntities { get; init; } = 500_000;

    /// <summary>Changed entities since the last snapshot at which the next one is written, or a quarter of the workspace if that is more.</summary>
    public int SnapshotAfter { get; init; } = 2_000;
}
