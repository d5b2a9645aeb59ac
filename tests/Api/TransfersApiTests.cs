using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Moves to another workspace, held after every step.</summary>
public sealed class TransfersApiTests(ApiFixture api)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private IWorkspaces Workspaces => api.Services.GetRequiredService<IWorkspaces>();

    [Fact]
    public async Task Task_OnItsWay_IsReadAfterEveryStepAndChangedByNobody()
    {
        var (owner, stranger) = (await api.NewUserAsync("mover"), await api.NewUserAsync("stranger"));
        var organization = await owner.FoundAsync();
        var task = await owner.TaskAsync("travels", "car", "bus");
        var jobs = await api.JobsAsync(owner, task, 3);
        var issue = (await owner.PostAsync("/api/issues", new { job = jobs[0], frame = 0, position = new[] { 1.0, 2.0 }, message = "look" })).Id;
        var label = int.Parse((await owner.GetAsync($"/api/labels?task_id={task}")).Results("id")[0]);
        var transfer = await FreezeAsync(owner, organization.Id, task);

        string[] paths = [$"/api/tasks/{task}", $"/api/jobs/{jobs[0]}", $"/api/jobs/{jobs[2]}/annotations", $"/api/tasks/{task}/annotations", $"/api/issues/{issue}", $"/api/labels/{label}", $"/api/audit?resource=job&id={jobs[1]}"];
        await ShouldBeReadAsync(owner, paths);
        foreach (var answer in await WritesAsync(owner, task, jobs[0], issue, label, organization.Id))
        {
            (answer.Status, answer.Text).ShouldBe((409, """{"detail":"It is being moved to another workspace and can't be changed until it is there. Please try again in a moment.","rq_id":""}"""));
        }

        (await stranger.PatchAsync($"/api/tasks/{task}", new { name = "x" })).Status.ShouldBe(403);
        (await owner.GetAsync($"/api/tasks?org=&name=travels")).Results("id").ShouldBe([$"{task}"]);

        while (!await StepAsync(transfer, limit: 1))
        {
            await ShouldBeReadAsync(owner, paths);
        }

        await ShouldBeReadAsync(owner, paths);
        (await owner.GetAsync($"/api/tasks/{task}"))["organization_id"].GetInt32().ShouldBe(organization.Id);
        (await owner.GetAsync($"/api/tasks?org=&name=travels")).Results("id").ShouldBeEmpty();
        (await owner.GetAsync($"/api/jobs?org_id={organization.Id}&task_id={task}")).Results("id").Order().ShouldBe(jobs.Select(id => $"{id}").Order());
        (await owner.PatchAsync($"/api/tasks/{task}", new { name = "arrived" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Project_WithASkeleton_TakesItsPointsAlong()
    {
        var owner = await api.NewUserAsync("mover");
        var organization = await owner.FoundAsync();
        const string Svg = """<circle r="0.75" cx="10" cy="10" data-type="element node" data-element-id="1" data-node-id="1" data-label-name="nose"></circle>""";
        var project = (await owner.PostAsync("/api/projects", new { name = "p", labels = new[] { new { name = "face", type = "skeleton", svg = Svg, sublabels = new[] { new { name = "nose", type = "points" } } } } })).Id;
        var label = (await owner.GetAsync($"/api/labels?project_id={project}"))["results"][0];
        var point = label.GetProperty("sublabels")[0].GetProperty("id").GetInt32();

        (await owner.PatchAsync($"/api/projects/{project}", new { organization_id = organization.Id })).Status.ShouldBe(200);

        (await owner.GetAsync($"/api/labels/{point}"))["name"].GetString().ShouldBe("nose");
    }

    [Fact]
    public async Task Task_WrittenByWhoBeganBefore_ArrivesAsWritten()
    {
        var owner = await api.NewUserAsync("mover");
        var organization = await owner.FoundAsync();
        var task = await owner.TaskAsync();
        var jobs = await api.JobsAsync(owner, task, 2);
        var issue = (await owner.PostAsync("/api/issues", new { job = jobs[0], frame = 0, position = new[] { 1.0, 2.0 }, message = "look" })).Id;
        var transfer = await FreezeAsync(owner, organization.Id, task);
        (await StepAsync(transfer, limit: 2)).ShouldBeFalse();

        await Workspaces.UpdateAsync<Issue>(transfer.From, EntityKey.Of(issue), owner.Id, read => read with { Resolved = true }, Ct);
        var late = new Issue { Id = issue + 1_000_000, JobId = jobs[1], Frame = 3, Position = [1, 2], OwnerId = owner.Id, CreatedDate = default, UpdatedDate = default };
        await api.Services.GetRequiredService<ILocators>().AddAsync(transfer.From, Issue.Kind, [late.Key], Ct);
        while (await Workspaces.ReadAsync(transfer.From, view => view.Task(task) is not null, Ct))
        {
            (await StepAsync(transfer, limit: 2)).ShouldBeFalse();
        }

        await Workspaces.CommitAsync(transfer.From, new ChangeSet(owner.Id).Create(late), Ct);
        (await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { state = "completed" })).Status.ShouldBe(200);
        while (!await StepAsync(transfer, limit: 2))
        {
        }

        (await owner.GetAsync($"/api/issues/{issue}"))["resolved"].GetBoolean().ShouldBeTrue();
        (await owner.GetAsync($"/api/issues?org_id={organization.Id}&task_id={task}")).Results("id").Order().ShouldBe(new[] { $"{issue}", $"{late.Id}" }.Order());
        (await owner.GetAsync($"/api/jobs/{jobs[0]}"))["state"].GetString().ShouldBe("completed");
        (await Workspaces.ReadAsync(transfer.From, view => view.All<Issue>().Count, Ct)).ShouldBe(0);
    }

    [Fact]
    public async Task Project_MovedThereAndBack_KeepsItsHistoryOverAllPages()
    {
        var owner = await api.NewUserAsync("mover");
        var organization = await owner.FoundAsync();
        var project = await owner.ProjectAsync("0", "car");
        var label = int.Parse((await owner.GetAsync($"/api/labels?project_id={project}")).Results("id")[0]);
        await owner.PatchAsync($"/api/projects/{project}", new { name = "1" });
        await owner.PatchAsync($"/api/labels/{label}", new { name = "bus" });
        (await owner.PatchAsync($"/api/projects/{project}", new { organization_id = organization.Id })).Status.ShouldBe(200);
        await owner.PatchAsync($"/api/projects/{project}", new { name = "2" });
        (await owner.PatchAsync($"/api/projects/{project}", new { organization_id = (int?)null })).Status.ShouldBe(200);

        // A change of a label is one of its project as well.
        (string, int?)[] expected = [("create", null), ("update", organization.Id), ("create", organization.Id), ("update", null), ("update", null), ("create", null)];
        foreach (var size in new[] { 1, 2, 50 })
        {
            (await HistoryAsync(owner, $"/api/audit?resource=project&id={project}&page_size={size}")).ShouldBe(expected);
        }

        (await HistoryAsync(owner, $"/api/audit?resource=label&id={label}")).ShouldBe([("create", null), ("create", organization.Id), ("update", null), ("create", null)]);
        (await HistoryAsync(owner, $"/api/audit?resource=project&org_id={organization.Id}")).ShouldBe([("delete", organization.Id), ("update", organization.Id), ("create", organization.Id)]);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("x.user-1")]
    [InlineData("0.nothing")]
    [InlineData("..")]
    public async Task audit_list_BadCursor_Is400(string cursor) =>
        (await api.Admin.GetAsync($"/api/audit?cursor={cursor}")).Text.ShouldBe("""{"cursor":["Invalid cursor."]}""");

    private static async Task ShouldBeReadAsync(Caller caller, string[] paths)
    {
        foreach (var path in paths)
        {
            (await caller.GetAsync(path)).Status.ShouldBe(200, path);
        }
    }

    private static async Task<Answer[]> WritesAsync(Caller owner, int task, int job, int issue, int label, int organization) =>
    [
        await owner.PatchAsync($"/api/tasks/{task}", new { name = "x" }),
        await owner.PatchAsync($"/api/tasks/{task}", new { organization_id = organization }),
        await owner.DeleteAsync($"/api/tasks/{task}"),
        await owner.PatchAsync($"/api/jobs/{job}", new { state = "completed" }),
        await owner.PutAsync($"/api/jobs/{job}/annotations", new { tags = Array.Empty<object>() }),
        await owner.PatchAsync($"/api/tasks/{task}/annotations?action=create", new { tags = Array.Empty<object>() }),
        await owner.PostAsync($"/api/tasks/{task}/dataset/export?format=COCO%201.0&save_images=false", null),
        await owner.PostAsync("/api/issues", new { job, frame = 0, position = new[] { 1.0, 2.0 }, message = "look" }),
        await owner.PostAsync("/api/comments", new { issue, message = "x" }),
        await owner.PatchAsync($"/api/issues/{issue}", new { resolved = true }),
        await owner.PatchAsync($"/api/labels/{label}", new { name = "x" }),
        await owner.PostAsync("/api/guides", new { task_id = task, markdown = "x" }),
    ];

    private static async Task<List<(string Action, int? Organization)>> HistoryAsync(Caller caller, string path)
    {
        var found = new List<(string, int?)>();
        for (string? next = caller.Origin + path; next is not null;)
        {
            var page = await caller.GetAsync(next[caller.Origin.Length..]);
            page.Status.ShouldBe(200, page.Text);
            found.AddRange(page["results"].EnumerateArray().Select(entry => (
                entry.GetProperty("action").GetString()!,
                entry.GetProperty("organization").ValueKind == System.Text.Json.JsonValueKind.Null ? (int?)null : entry.GetProperty("organization").GetInt32())));
            next = page["next"].GetString();
        }

        return found;
    }

    private async Task<EntityTransfer> FreezeAsync(Caller owner, int organization, int task)
    {
        var (from, to, key) = (WorkspaceId.Personal(owner.Id), WorkspaceId.Organization(organization), EntityKey.Of(task));
        await Workspaces.UpdateAsync<AnnotationTask>(from, key, owner.Id, read => read with { MovesTo = to.Partition }, Ct);
        return new(from, to, AnnotationTask.Kind, key, owner.Id, (await Workspaces.FindAsync<AnnotationTask>(from, key, Ct))!.Position!);
    }

    private Task<bool> StepAsync(EntityTransfer transfer, int limit) => api.Services.GetRequiredService<TransferEntities>().RunAsync(
        transfer, entity => entity is AnnotationTask task ? task with { MovesTo = null, IsDeleted = false } : entity, limit, Ct);
}
