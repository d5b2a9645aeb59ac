using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain;

/// <summary>Every kind of entity that lives in a workspace, with the parents that its changes move.</summary>
public static class DomainKinds
{
    /// <summary>The list.</summary>
    public static readonly EntityKinds All = new(
    [
        EntityKind.Of<Project>(_ => []),
        EntityKind.Of<AnnotationTask>(task => ParentsOf(task.ProjectId, null)),
        EntityKind.Of<Job>(job => ParentsOf(job.ProjectId, job.TaskId), read: JobReader.Read),
        EntityKind.Of<Label>(label => ParentsOf(label.ProjectId, label.TaskId)),
        EntityKind.Of<Issue>(issue => [(Job.Kind, EntityKey.Of(issue.JobId))]) with { MovesParents = false },
        EntityKind.Of<Comment>(comment => [(Issue.Kind, EntityKey.Of(comment.IssueId))]) with { MovesParents = false },
        EntityKind.Of<Guide>(guide => ParentsOf(guide.ProjectId, guide.TaskId)),
        EntityKind.Of<Asset>(asset => [(Guide.Kind, EntityKey.Of(asset.GuideId))]) with { MovesParents = false },
        EntityKind.Of<Organization>(_ => []),
        EntityKind.Of<Membership>(membership => [(Membership.IdKind, EntityKey.Of(membership.Id))]) with { MovesParents = false },
        EntityKind.Of<Invitation>(_ => []),
        EntityKind.Of<QualitySettings>(settings => ParentsOf(settings.ProjectId, settings.TaskId)) with { MovesParents = false },
        EntityKind.Of<QualityRequirement>(requirement => ParentsOf(requirement.ProjectId, requirement.TaskId)) with { MovesParents = false },
        EntityKind.Of<ConsensusSettings>(settings => ParentsOf(null, settings.TaskId)) with { MovesParents = false },
        EntityKind.Of<FormerMember>(_ => []),
        EntityKind.Of<Webhook>(webhook => ParentsOf(webhook.ProjectId, null)) with { MovesParents = false },
        EntityKind.Of<AccountRecord>(_ => []),
        EntityKind.Of<OrganizationRecord>(_ => []),
        EntityKind.Of<CloudStorage>(_ => []),
        EntityKind.Of<WorkRequest>(_ => [], isTouched: true),
    ]);

    private static IEnumerable<(string Kind, string Key)> ParentsOf(int? projectId, int? taskId)
    {
        if (taskId is { } task)
        {
            yield return (AnnotationTask.Kind, EntityKey.Of(task));
        }

        if (projectId is { } project)
        {
            yield return (Project.Kind, EntityKey.Of(project));
        }
    }
}
