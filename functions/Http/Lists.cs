using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
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
    private readonly ListCache _cache = new();

    /// <summary>
    /// The workspaces that a list of this actor looks through: the organization that is named, or all where they have something, organizations only as long as they
    /// are members.
    /// </summary>
    internal async Task<IReadOnlyList<WorkspaceId>> WorkspacesAsync(Actor actor, WorkspaceScope scope, CancellationToken ct)
    {
        if (scope.OrganizationId is { } organization)
        {
            return [WorkspaceId.Organization(organization)];
        }

        var all = actor.IsAdmin
            ? await locators.AllAsync(ct)
            : [WorkspaceId.Personal(actor.UserId), .. await locators.GuestOfAsync(actor.UserId, ct)];
        var included = new List<WorkspaceId>();
        foreach (var workspace in all.Distinct().Where(scope.Includes))
        {
            if (actor.IsAdmin || !workspace.IsOrganization || await RoleAsync(actor, workspace, ct) != OrganizationRole.None)
            {
                included.Add(workspace);
            }
        }

        return included;
    }

    /// <summary>
    /// The organizations in which the actor, in the group <c>worker</c>, may have jobs without being a member (crowdsourcing); none where the request names a workspace.
    /// </summary>
    internal async Task<IReadOnlyList<WorkspaceId>> GuestWorkspacesAsync(Actor actor, WorkspaceScope scope, CancellationToken ct)
    {
        var found = new List<WorkspaceId>();
        if (Privilege.Rank(actor) == Privilege.Worker && scope == WorkspaceScope.Everything)
        {
            foreach (var workspace in (await locators.GuestOfAsync(actor.UserId, ct)).Where(workspace => workspace.IsOrganization))
            {
                if (await workspaces.ReadAsync(workspace, view => Members.Of(workspace, view).IsGuest(actor), ct))
                {
                    found.Add(workspace);
                }
            }
        }

        return found;
    }

    /// <summary>What the actor is in an organization.</summary>
    private Task<OrganizationRole> RoleAsync(Actor actor, WorkspaceId workspace, CancellationToken ct) =>
        workspaces.ReadAsync(workspace, view => Members.Of(workspace, view).RoleOf(actor), ct);

    /// <summary>Runs a query on rows that are collected anew each time.</summary>
    internal Task<Page<TRead>> RunAsync<TRow, TRead>(
        IReadOnlyList<WorkspaceId> over, ListQuery<TRow> query, Action<WorkspaceId, IWorkspaceView, RowCollector<TRow>> offer, Func<IWorkspaceView, TRow, TRead> map, CancellationToken ct)
        where TRow : IListRow => RunAsync(over, query, offer, map, null, ct);

    /// <summary>Runs a query.</summary>
    /// <param name="over">The workspaces.</param>
    /// <param name="query">Condition (what the actor may see included), order and page.</param>
    /// <param name="offer">Gives a workspace's rows to the collector.</param>
    /// <param name="map">Makes the wire record of a row on the page.</param>
    /// <param name="source">What the rows are made of; null: they are collected anew each time.</param>
    /// <param name="ct">Cancels.</param>
    internal async Task<Page<TRead>> RunAsync<TRow, TRead>(
        IReadOnlyList<WorkspaceId> over,
        ListQuery<TRow> query,
        Action<WorkspaceId, IWorkspaceView, RowCollector<TRow>> offer,
        Func<IWorkspaceView, TRow, TRead> map,
        ListSource? source,
        CancellationToken ct)
        where TRow : IListRow
    {
        var rows = source is null ? await CollectAsync(over, query, offer, null, ct) : await RecallAsync(over, query, offer, source, ct);
        IReadOnlyList<TRow> page;
        lock (rows)
        {
            page = query.PageOf(rows);
        }

        var reads = new TRead[page.Count];
        foreach (var group in Enumerable.Range(0, page.Count).GroupBy(i => page[i].Workspace))
        {
            await workspaces.ReadAsync(group.Key, view => Map(view, group), ct);
        }

        return new(rows.Count, reads, query.Page, query.PageSize);

        int Map(IWorkspaceView view, IEnumerable<int> indexes)
        {
            foreach (var i in indexes)
            {
                reads[i] = map(view, page[i]);
            }

            return 0;
        }
    }

    private async Task<RowCollector<TRow>> CollectAsync<TRow>(
        IReadOnlyList<WorkspaceId> over, ListQuery<TRow> query, Action<WorkspaceId, IWorkspaceView, RowCollector<TRow>> offer, Action<IWorkspaceView>? alongside, CancellationToken ct)
    {
        var rows = query.Collector();
        foreach (var workspace in over)
        {
            await workspaces.ReadAsync(workspace, view => Offer(workspace, view), ct);
        }

        return rows;

        int Offer(WorkspaceId workspace, IWorkspaceView view)
        {
            offer(workspace, view, rows);
            alongside?.Invoke(view);
            return rows.Count;
        }
    }

    private async Task<RowCollector<TRow>> RecallAsync<TRow>(
        IReadOnlyList<WorkspaceId> over, ListQuery<TRow> query, Action<WorkspaceId, IWorkspaceView, RowCollector<TRow>> offer, ListSource source, CancellationToken ct)
    {
        var key = string.Join('\n', [typeof(TRow).Name, .. over.Select(workspace => workspace.Partition), query.Key]);
        var versions = new List<ListVersions>(over.Count);
        foreach (var workspace in over)
        {
            versions.Add(await workspaces.ReadAsync(workspace, source.Versions, ct));
        }

        if (_cache.Find(key, versions, source.Beside) is RowCollector<TRow> known)
        {
            return known;
        }

        versions.Clear();
        var rows = await CollectAsync(over, query, offer, view => versions.Add(source.Versions(view)), ct);
        _cache.Keep(key, versions, source.Beside, rows, rows.Count);
        return rows;
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
