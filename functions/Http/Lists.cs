using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Http;

/// <summary>A row of a list: it knows its workspace.</summary>
internal interface IListRow
{
    /// <summary>Where the entity lives.</summary>
    WorkspaceId Workspace { get; }
}

/// <summary>Lists over all workspaces in which an actor may have something.</summary>
public sealed class Lists(IWorkspaces workspaces, ILocators locators)
{
    /// <summary>The workspaces that a list of this actor looks through.</summary>
    internal async Task<IReadOnlyList<WorkspaceId>> WorkspacesAsync(Actor actor, WorkspaceScope scope, CancellationToken ct)
    {
        var all = actor.IsAdmin
            ? await locators.AllAsync(ct)
            : [WorkspaceId.Personal(actor.UserId), .. await locators.GuestOfAsync(actor.UserId, ct)];
        return [.. all.Distinct().Where(scope.Includes)];
    }

    /// <summary>Runs a query.</summary>
    /// <param name="over">The workspaces.</param>
    /// <param name="query">Condition (what the actor may see included), order and page.</param>
    /// <param name="offer">Gives a workspace's rows to the collector.</param>
    /// <param name="map">Makes the wire record of a row on the page.</param>
    /// <param name="ct">Cancels.</param>
    internal async Task<Page<TRead>> RunAsync<TRow, TRead>(
        IReadOnlyList<WorkspaceId> over, ListQuery<TRow> query, Action<WorkspaceId, IWorkspaceView, RowCollector<TRow>> offer, Func<IWorkspaceView, TRow, TRead> map, CancellationToken ct)
        where TRow : IListRow
    {
        var rows = query.Collector();
        foreach (var workspace in over)
        {
            await workspaces.ReadAsync(workspace, view => Offer(workspace, view), ct);
        }

        var page = query.PageOf(rows);
        var reads = new TRead[page.Count];
        foreach (var group in Enumerable.Range(0, page.Count).GroupBy(i => page[i].Workspace))
        {
            await workspaces.ReadAsync(group.Key, view => Map(view, group), ct);
        }

        return new(rows.Count, reads, query.Page, query.PageSize);

        int Offer(WorkspaceId workspace, IWorkspaceView view)
        {
            offer(workspace, view, rows);
            return rows.Count;
        }

        int Map(IWorkspaceView view, IEnumerable<int> indexes)
        {
            foreach (var i in indexes)
            {
                reads[i] = map(view, page[i]);
            }

            return 0;
        }
    }
}

/// <summary>What the fields of a list's rows look up in a workspace while it is read.</summary>
internal sealed class RowContext(WorkspaceId workspace, IWorkspaceView view, UserDirectory users)
{
    /// <summary>The workspace.</summary>
    public WorkspaceId Workspace => workspace;

    /// <summary>Valid only while the workspace is read: for fields, not for mapping.</summary>
    public IWorkspaceView View => view;

    /// <summary>The accounts.</summary>
    public UserDirectory Users => users;
}
