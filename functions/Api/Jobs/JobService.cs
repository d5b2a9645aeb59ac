using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Jobs;

/// <summary>Jobs.</summary>
public sealed class JobService(
    IWorkspaces workspaces, Lists lists, JobRows jobs, Access access, Assignments assignments, UserService users, GroundTruthJobs groundTruth, TimeProvider time)
{
    /// <summary>A page of the jobs that the actor may see.</summary>
    internal async Task<Page<JobRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(JobFields.All).And(JobPolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        var asGuest = await lists.GuestWorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(
            [.. over, .. asGuest],
            query,
            Offer,
            (view, row) => JobMapping.ToRead(row.Workspace, view, row.Job, row.Task, directory, actor),
            new(view => JobRows.Versions(view) with { Fourth = view.Version<Membership>() }, directory.All),
            ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<JobRow> rows)
        {
            var all = jobs.Of(workspace, view, directory);
            rows.OfferAll(asGuest.Contains(workspace) ? [.. all.Where(row => row.AssigneeId == actor.UserId)] : all);
        }
    }

    /// <summary>One job.</summary>
    internal async Task<JobRead> ReadAsync(HttpRequest req, int id, CancellationToken ct) =>
        await MapAsync(req, await access.JobAsync(req.Actor(), id, JobPolicy.View, ct), ct);

    /// <summary>Makes a ground-truth job.</summary>
    internal async Task<JobRead> CreateAsync(HttpRequest req, CancellationToken ct) => await MapAsync(req, await groundTruth.CreateAsync(req, ct), ct);

    /// <summary>Changes assignee, stage or state; a stage without a state starts anew.</summary>
    internal async Task<JobRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var actor = req.Actor();
        var found = await access.JobAsync(actor, id, null, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        Authorize(actor, found, fields);
        var assignee = fields.Int("assignee", min: 0);
        var stage = fields.Choice("stage", Choices.Stages);
        var state = fields.Choice("state", Choices.States);
        fields.Errors.ThrowIfAny();
        await assignments.CheckAsync(actor, found.Workspace, assignee.Value, ct);
        await assignments.AdmitAsync(found.Workspace, assignee.Value, ct);
        var now = time.GetUtcNow();
        var job = await workspaces.UpdateAsync<Job>(found.Workspace, found.Job.Key, actor.UserId, Changed, ct) ?? throw CvatException.NotFound();
        return await MapAsync(req, found with { Job = job }, ct);

        Job Changed(Job old)
        {
            var newAssignee = assignee.Or(old.AssigneeId);
            var newStage = stage.Or(old.Stage)!;
            return old with
            {
                AssigneeId = newAssignee,
                AssigneeUpdatedDate = newAssignee == old.AssigneeId ? old.AssigneeUpdatedDate : now,
                Stage = newStage,
                State = state.IsSet ? state.Value! : newStage == old.Stage ? old.State : "new",
                UpdatedDate = now,
            };
        }
    }

    /// <summary>Deletes a ground-truth job.</summary>
    /// <exception cref="CvatException">400: it is of another type.</exception>
    internal async Task DeleteAsync(Actor actor, int id, CancellationToken ct)
    {
        var found = await access.JobAsync(actor, id, JobPolicy.Delete, ct);
        if (found.Job.Type != Job.GroundTruth)
        {
            throw CvatException.Rule("Only ground truth jobs can be removed");
        }

        if (found.Task.Validation is { IsPool: true })
        {
            throw CvatException.Rule("GT jobs cannot be removed when task validation mode is gt_pool");
        }

        await groundTruth.DeleteAsync(found, actor.UserId, ct);
    }

    private static void Authorize(Actor actor, FoundJob found, FieldReader fields)
    {
        foreach (var name in fields.Names.DefaultIfEmpty(""))
        {
            var action = name switch
            {
                "assignee" => JobPolicy.UpdateAssignee,
                "stage" => JobPolicy.UpdateStage,
                _ => JobPolicy.UpdateState,
            };
            JobPolicy.Table.Check(actor, action, found.Facts);
        }
    }

    private async Task<JobRead> MapAsync(HttpRequest req, FoundJob found, CancellationToken ct)
    {
        var directory = await users.DirectoryAsync(req, ct);
        return await workspaces.ReadAsync(
            found.Workspace, view => JobMapping.ToRead(found.Workspace, view, view.Find<Job>(found.Job.Key) ?? found.Job, found.Task, directory, req.Actor()), ct);
    }
}
