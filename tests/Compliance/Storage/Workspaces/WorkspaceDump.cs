using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Workspaces;
using Shouldly;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

/// <summary>A workspace as text, from the projection, from the rows, and from the log: three ways that must agree.</summary>
internal static class WorkspaceDump
{
    /// <summary>What the projection says: one line per entity, with its children and dates.</summary>
    public static Task<string> OfProjectionAsync(IWorkspaces workspaces, WorkspaceId workspace, bool withDates, CancellationToken ct) =>
        workspaces.ReadAsync(
            workspace,
            view =>
            {
                var lines = new List<string>();
                Add<Project>(view, lines, withDates);
                Add<AnnotationTask>(view, lines, withDates);
                Add<Job>(view, lines, withDates);
                Add<Label>(view, lines, withDates);
                Add<WorkRequest>(view, lines, withDates);
                CheckChildren(view);
                return Text(lines);
            },
            ct);

    /// <summary>What the rows say.</summary>
    public static async Task<string> OfRowsAsync(ITableStore tables, WorkspaceId workspace, CancellationToken ct)
    {
        var lines = new List<string>();
        await foreach (var row in RowsAsync(tables, workspace, ct))
        {
            if (!row.Row.StartsWith(ChangeRow.Prefix, StringComparison.Ordinal))
            {
                lines.Add($"{row.Row} {Encoding.UTF8.GetString(EntityRow.Read(row).Document.Span)}");
            }
        }

        return Text(lines);
    }

    /// <summary>What the log says: every entry must fit what was before it, from nothing to the end.</summary>
    public static async Task<string> OfLogAsync(IWorkspaces workspaces, WorkspaceId workspace, CancellationToken ct)
    {
        var state = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var last = "";
        await foreach (var entry in workspaces.ChangesAsync(workspace, null, ct))
        {
            string.CompareOrdinal(last, entry.Position).ShouldBeLessThan(0);
            last = entry.Position;
            foreach (var change in entry.Entities)
            {
                Replay(state, change);
            }
        }

        return Text([.. state.Select(pair => $"{pair.Key} {pair.Value.GetRawText()}")]);
    }

    private static void Replay(Dictionary<string, JsonElement> state, ChangedEntity change)
    {
        var key = $"{change.Kind}:{change.Key}";
        state.ContainsKey(key).ShouldBe(change.Change != ChangeKind.Created, $"{change.Change} of {key}");
        if (change.Change == ChangeKind.Created)
        {
            change.Before.ShouldBeNull();
            state.Add(key, change.After!.Value);
        }
        else if (change.Change == ChangeKind.Deleted)
        {
            change.After.ShouldBeNull();
            change.Before!.Value.GetRawText().ShouldBe(state[key].GetRawText());
            state.Remove(key);
        }
        else
        {
            CheckBefore(state[key], change);
            state[key] = change.After!.Value;
        }
    }

    /// <summary>Exactly the fields that differ, with their old values.</summary>
    private static void CheckBefore(JsonElement old, ChangedEntity change)
    {
        var before = Fields(change.Before!.Value);
        var (from, to) = (Fields(old), Fields(change.After!.Value));
        var expected = from.Keys.Union(to.Keys).Where(name => from.GetValueOrDefault(name) != to.GetValueOrDefault(name)).ToDictionary(name => name, name => from.GetValueOrDefault(name, "null"));
        before.OrderBy(pair => pair.Key).ShouldBe(expected.OrderBy(pair => pair.Key));
    }

    private static Dictionary<string, string> Fields(JsonElement document) => document.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetRawText());

    private static void Add<T>(IWorkspaceView view, List<string> lines, bool withDates)
        where T : class, IWorkspaceEntity<T>
    {
        foreach (var entity in view.All<T>())
        {
            view.Find<T>(entity.Key).ShouldBeSameAs(entity);
            var date = withDates ? $" {view.LastChanged(T.Kind, entity.Key):O}" : "";
            lines.Add($"{T.Kind}:{entity.Key} {JsonSerializer.Serialize(entity, T.Json)}{date}");
        }
    }

    private static void CheckChildren(IWorkspaceView view)
    {
        foreach (var task in view.All<AnnotationTask>())
        {
            var expected = view.All<Job>().Where(job => job.TaskId == task.Id).Select(job => job.Key).Order(StringComparer.Ordinal);
            view.Children<Job>(AnnotationTask.Kind, task.Key).Select(job => job.Key).ShouldBe(expected);
        }

        foreach (var project in view.All<Project>())
        {
            var tasks = view.All<AnnotationTask>().Where(task => task.ProjectId == project.Id).Select(task => task.Key).Order(StringComparer.Ordinal);
            view.Children<AnnotationTask>(Project.Kind, project.Key).Select(task => task.Key).ShouldBe(tasks);
            var jobs = view.All<Job>().Where(job => job.ProjectId == project.Id).Select(job => job.Key).Order(StringComparer.Ordinal);
            view.Children<Job>(Project.Kind, project.Key).Select(job => job.Key).ShouldBe(jobs);
        }
    }

    private static string Text(List<string> lines) => string.Join('\n', lines.Order(StringComparer.Ordinal));

    private static async IAsyncEnumerable<TableRow> RowsAsync(
        ITableStore tables, WorkspaceId workspace, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        string? continuation = null;
        do
        {
            var page = await tables.QueryAsync(WorkspaceRows.Table, workspace.Partition, default, 1000, continuation, ct);
            continuation = page.Continuation;
            foreach (var row in page.Rows)
            {
                yield return row;
            }
        }
        while (continuation is not null);
    }
}
