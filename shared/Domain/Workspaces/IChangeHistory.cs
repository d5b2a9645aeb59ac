namespace CvatServerless.Domain.Workspaces;

/// <summary>The change log read backwards: the newest first, as far as the caller goes on reading.</summary>
public interface IChangeHistory
{
    /// <summary>How long after its position's time a change may still appear in the log: who follows the log looks back that far.</summary>
    TimeSpan Overlap { get; }

    /// <summary>Whether other processes write too, of whose changes <see cref="WorkspaceSignals"/> says nothing.</summary>
    bool HasOtherWriters { get; }

    /// <summary>
    /// The changes of one entity. Each change names the one before, so this costs one point read a change, however long the log is. Only an entity that is gone
    /// (or whose rows were written before changes named each other) is searched for, from the end of the log to its last change.
    /// </summary>
    /// <param name="workspace">Where it lives.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="key">Its key.</param>
    /// <param name="before">A position from which on nothing is wanted; null: from the newest.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<ChangeEntry> OfEntityAsync(WorkspaceId workspace, string kind, string key, string? before, CancellationToken ct);

    /// <summary>All changes of a workspace; reads stretches of the log whose length follows its density, in bounded memory.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="before">A position from which on nothing is wanted; null: from the newest.</param>
    /// <param name="from">Nothing earlier is wanted.</param>
    /// <param name="ct">Cancels.</param>
    IAsyncEnumerable<ChangeEntry> BackwardsAsync(WorkspaceId workspace, string? before, DateTimeOffset from, CancellationToken ct);

    /// <summary>A position before which everything was written earlier than <paramref name="moment"/>.</summary>
    string PositionAt(DateTimeOffset moment);

    /// <summary>The position right before another one: what follows it begins with that one.</summary>
    string PositionBefore(string position);

    /// <summary>Whether a text is a position.</summary>
    bool IsPosition(string text);
}
