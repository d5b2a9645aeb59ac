using System.Runtime.CompilerServices;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Storage.Workspaces;

/// <summary>Reads the rows of a workspace's partition.</summary>
internal sealed class WorkspaceRows(ITableStore tables, TimeProvider time)
{
    /// <summary>The table.</summary>
    public const string Table = "workspaces";

    private const int PageRows = 1000;

    /// <summary>Every row of a range, page by page.</summary>
    public async IAsyncEnumerable<IReadOnlyList<TableRow>> PagesAsync(WorkspaceId workspace, RowRange range, [EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var from = continuation;
            var page = await StoreRetry.RunAsync(token => tables.QueryAsync(Table, workspace.Partition, range, PageRows, from, token), time, ct);
            continuation = page.Continuation;
            yield return page.Rows;
        }
        while (continuation is not null);
    }
}
