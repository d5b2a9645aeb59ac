using System.Text.Json;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Webhooks;

/// <summary>
/// In which projects issues and comments lie: they name their job or issue alone, which may be gone by the time that a webhook hears of them; then its last document in
/// the change log tells.
/// </summary>
public sealed class TalkProjects(IWorkspaces workspaces, IChangeHistory history)
{
    /// <summary>The projects of a change's issues and comments, by <c>{kind} {key}</c>.</summary>
    internal async Task<IReadOnlyDictionary<string, int?>> ProjectsAsync(WorkspaceId workspace, ChangeEntry entry, CancellationToken ct)
    {
        var projects = new Dictionary<string, int?>(StringComparer.Ordinal);
        foreach (var entity in entry.Entities.Where(entity => entity.Kind is "issue" or "comment"))
        {
            var document = (entity.After ?? entity.Before)!.Value;
            var issue = entity.Kind == Issue.Kind ? document.Deserialize(Issue.Json) : await FindAsync<Issue>(workspace, EntityKey.Of(document.Deserialize(Comment.Json)!.IssueId), ct);
            var job = issue is null ? null : await FindAsync<Job>(workspace, EntityKey.Of(issue.JobId), ct);
            projects[$"{entity.Kind} {entity.Key}"] = job?.ProjectId;
        }

        return projects;
    }

    private async Task<T?> FindAsync<T>(WorkspaceId workspace, string key, CancellationToken ct)
        where T : class, IWorkspaceEntity<T>
    {
        if (await workspaces.ReadAsync(workspace, view => view.Find<T>(key), ct) is { } found)
        {
            return found;
        }

        await foreach (var entry in history.OfEntityAsync(workspace, T.Kind, key, null, ct))
        {
            var entity = entry.Entities.First(entity => entity.Kind == T.Kind && entity.Key == key);
            return (entity.After ?? entity.Before)!.Value.Deserialize(T.Json);
        }

        return null;
    }
}
