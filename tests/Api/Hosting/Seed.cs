using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using Microsoft.Extensions.DependencyInjection;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>Puts what only background work makes straight into the store.</summary>
public static class Seed
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 10, 0, 0, TimeSpan.Zero);

    /// <summary>Gives a task data and jobs of ten frames each; returns the jobs' ids.</summary>
    public static async Task<IReadOnlyList<int>> JobsAsync(this ApiFixture api, Caller owner, int taskId, int count, int? organizationId = null)
    {
        var workspaces = api.Services.GetRequiredService<IWorkspaces>();
        var workspace = organizationId is { } id ? WorkspaceId.Organization(id) : WorkspaceId.Personal(owner.Id);
        var first = await api.Services.GetRequiredService<ISequences>().NextAsync(Job.Kind, count, default);
        var jobs = Enumerable.Range(0, count).Select(i => new Job
        {
            Id = first + i,
            TaskId = taskId,
            StartFrame = i * 10,
            StopFrame = (i * 10) + 9,
            CreatedDate = Now,
            UpdatedDate = Now.AddMinutes(i),
        }).ToList();
        await api.Services.GetRequiredService<ILocators>().AddAsync(workspace, Job.Kind, [.. jobs.Select(job => job.Key)], default);
        var read = (await workspaces.FindAsync<AnnotationTask>(workspace, EntityKey.Of(taskId), default))!;
        var data = new TaskData
        {
            DataId = $"seed-{taskId}",
            Size = count * 10,
            Mode = "annotation",
            ChunkSize = 10,
            ImageQuality = 70,
            StartFrame = 0,
            StopFrame = (count * 10) - 1,
            ChunksUpdatedDate = Now,
        };
        var changes = new ChangeSet(owner.Id).Update(read, read.Value with { Data = data, SegmentSize = 10, Overlap = 0 });
        jobs.ForEach(job => changes.Create(job));
        await workspaces.CommitAsync(workspace, changes, default);
        return [.. jobs.Select(job => job.Id)];
    }

    /// <summary>Adds a request about a task.</summary>
    public static async Task<string> RequestAsync(this ApiFixture api, Caller owner, int taskId, string action, string status)
    {
        var workspace = WorkspaceId.Personal(owner.Id);
        var request = new WorkRequest
        {
            Id = $"action={action}&target=task&target_id={taskId}&user_id={owner.Id}",
            InstanceId = $"instance-{action}-{taskId}",
            Orchestrator = "nothing",
            Action = action,
            Target = "task",
            Subresource = action == "create" ? null : "dataset",
            TaskId = taskId,
            OwnerId = owner.Id,
            Status = status,
            Progress = status == "queued" ? null : 0.5,
            CreatedDate = TimeProvider.System.GetUtcNow(), // young, so that the sweep leaves it alone
        };
        await api.Services.GetRequiredService<ILocators>().AddAsync(workspace, WorkRequest.Kind, [request.Key], default);
        await api.Services.GetRequiredService<IWorkspaces>().CommitAsync(workspace, new ChangeSet(owner.Id).Create(request), default);
        return request.Id;
    }

    /// <summary>A task with labels of its own.</summary>
    public static async Task<int> TaskAsync(this Caller owner, string name = "task", params string[] labels) =>
        (await owner.PostAsync("/api/tasks", new { name, labels = (labels.Length == 0 ? ["car"] : labels).Select(label => new { name = label }) })).Id;

    /// <summary>A project with labels.</summary>
    public static async Task<int> ProjectAsync(this Caller owner, string name = "project", params string[] labels) =>
        (await owner.PostAsync("/api/projects", new { name, labels = labels.Select(label => new { name = label }) })).Id;
}
