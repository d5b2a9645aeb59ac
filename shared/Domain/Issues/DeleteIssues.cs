using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Issues;

/// <summary>Deletes issues with their comments.</summary>
public sealed class DeleteIssues(IWorkspaces workspaces)
{
    /// <summary>
    /// Deletes one: comments that one transaction does not take go before, so that what a crash leaves is an issue that can be deleted again; all others go with it.
    /// </summary>
    public async Task RunAsync(WorkspaceId workspace, Issue issue, int? actorId, CancellationToken ct)
    {
        var surplus = (await CommentKeysAsync(workspace, issue.Key, ct)).Skip(ChangeSet.MaxEntities - 1);
        await workspaces.DeleteAllAsync<Comment>(workspace, actorId, surplus, ct);
        await ConflictRetry.RunAsync(async () =>
        {
            if (await workspaces.FindAsync<Issue>(workspace, issue.Key, ct) is not { } read)
            {
                return false;
            }

            var changes = new ChangeSet(actorId).Delete(read);
            foreach (var key in (await CommentKeysAsync(workspace, issue.Key, ct)).Take(ChangeSet.MaxEntities - 1))
            {
                if (await workspaces.FindAsync<Comment>(workspace, key, ct) is { } comment)
                {
                    changes.Delete(comment);
                }
            }

            await workspaces.CommitAsync(workspace, changes, ct);
            return true;
        });
    }

    /// <summary>Deletes those of jobs; safe to repeat.</summary>
    public async Task OfJobsAsync(WorkspaceId workspace, IEnumerable<string> jobKeys, int? actorId, CancellationToken ct)
    {
        var issues = await workspaces.ReadAsync(
            workspace, view => jobKeys.SelectMany(key => view.Children<Issue>(Job.Kind, key)).Select(issue => issue.Key).ToList(), ct);
        var comments = await workspaces.ReadAsync(
            workspace, view => issues.SelectMany(key => view.Children<Comment>(Issue.Kind, key)).Select(comment => comment.Key).ToList(), ct);
        await workspaces.DeleteAllAsync<Comment>(workspace, actorId, comments, ct);
        await workspaces.DeleteAllAsync<Issue>(workspace, actorId, issues, ct);
    }

    private Task<List<string>> CommentKeysAsync(WorkspaceId workspace, string issueKey, CancellationToken ct) =>
        workspaces.ReadAsync(workspace, view => view.Children<Comment>(Issue.Kind, issueKey).Select(comment => comment.Key).ToList(), ct);
}
