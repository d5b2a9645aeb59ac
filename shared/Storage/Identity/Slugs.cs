using System.Text;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Identity;

/// <summary>Slugs as rows of the partition <c>slug</c> in the table <c>organizations</c>: an insertion decides who has one.</summary>
internal sealed class Slugs(ITableStore tables, TimeProvider time) : ISlugs
{
    private const string Table = "organizations";
    private const string Partition = "slug";

    /// <inheritdoc/>
    public async Task<WorkspaceId?> FindAsync(string slug, CancellationToken ct) => await RowAsync(slug, ct) is { } row ? WorkspaceOf(row) : null;

    /// <inheritdoc/>
    public async Task<bool> ClaimAsync(string slug, WorkspaceId workspace, CancellationToken ct)
    {
        try
        {
            var row = new InsertRow(slug, Encoding.UTF8.GetBytes(workspace.Partition));
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, [row], token), time, ct);
            return true;
        }
        catch (StoreConflictException)
        {
            // Perhaps it was this very call, whose answer got lost.
            return await FindAsync(slug, ct) == workspace;
        }
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string slug, WorkspaceId workspace, CancellationToken ct)
    {
        if (await RowAsync(slug, ct) is not { } row || WorkspaceOf(row) != workspace)
        {
            return;
        }

        try
        {
            await StoreRetry.RunAsync(token => tables.SubmitAsync(Table, Partition, [new DeleteRow(slug, row.ETag)], token), time, ct);
        }
        catch (StoreConflictException)
        {
            // It is gone already.
        }
    }

    private static WorkspaceId WorkspaceOf(TableRow row) => WorkspaceId.Parse(Encoding.UTF8.GetString(row.Body.Span));

    private Task<TableRow?> RowAsync(string slug, CancellationToken ct) => StoreRetry.RunAsync(token => tables.FindAsync(Table, Partition, slug, token), time, ct);
}
