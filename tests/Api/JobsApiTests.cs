using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class JobsApiTests(ApiFixture api)
{
    [Fact]
    public async Task jobs_retrieve_Owner_SeesTheTasksFields()
    {
        var (owner, task, jobs) = await TaskWithJobsAsync(2);

        var answer = await owner.GetAsync($"/api/jobs/{jobs[1]}");

        answer["task_id"].GetInt32().ShouldBe(task);
        (answer["start_frame"].GetInt32(), answer["stop_frame"].GetInt32(), answer["frame_count"].GetInt32()).ShouldBe((10, 19, 10));
        (answer["stage"].GetString(), answer["state"].GetString(), answer["status"].GetString()).ShouldBe(("annotation", "new", "annotation"));
        answer["data_chunk_size"].GetInt32().ShouldBe(10);
    }

    [Fact]
    public async Task jobs_retrieve_Stranger_Is403()
    {
        var (_, _, jobs) = await TaskWithJobsAsync(1);
        var stranger = await api.NewUserAsync("stranger");

        (await stranger.GetAsync($"/api/jobs/{jobs[0]}")).Status.ShouldBe(403);
        (await stranger.PatchAsync($"/api/jobs/{jobs[0]}", new { state = "completed" })).Status.ShouldBe(403);
        (await stranger.GetAsync("/api/jobs/987654")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task jobs_partial_update_Assignee_MayOnlySetTheState()
    {
        var (_, task, jobs) = await TaskWithJobsAsync(2);
        var worker = await api.NewUserAsync("worker");
        (await api.Admin.PatchAsync($"/api/jobs/{jobs[0]}", new { assignee = worker.Id }))["assignee"].GetProperty("username").GetString().ShouldBe(worker.Username);

        (await worker.GetAsync("/api/jobs")).Results("id").ShouldBe([$"{jobs[0]}"]);
        (await worker.PatchAsync($"/api/jobs/{jobs[0]}", new { state = "in progress" }))["state"].GetString().ShouldBe("in progress");
        (await worker.PatchAsync($"/api/jobs/{jobs[0]}", new { stage = "validation" })).Status.ShouldBe(403);
        (await worker.GetAsync($"/api/tasks/{task}")).Status.ShouldBe(403);
        (await worker.GetAsync($"/api/labels?job_id={jobs[0]}")).Results("name").ShouldBe(["car"]);
        (await worker.GetAsync($"/api/labels?task_id={task}")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task jobs_partial_update_StageAlone_StartsAnew()
    {
        var (owner, _, jobs) = await TaskWithJobsAsync(1);
        await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { state = "completed" });

        var staged = await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { stage = "acceptance" });
        var done = await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { stage = "acceptance", state = "completed" });

        staged["state"].GetString().ShouldBe("new");
        done["status"].GetString().ShouldBe("completed");
        (await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { state = "done" })).Text.ShouldBe("""{"state":["\"done\" is not a valid choice."]}""");
    }

    [Fact]
    public async Task jobs_list_FilterSortPage_Work()
    {
        var (owner, task, jobs) = await TaskWithJobsAsync(5);
        await owner.PatchAsync($"/api/jobs/{jobs[2]}", new { state = "in progress" });

        (await owner.GetAsync("/api/jobs")).Results("id").ShouldBe(jobs.Reverse().Select(id => $"{id}"));
        (await owner.GetAsync("/api/jobs?sort=id&page_size=2&page=2")).Results("id").ShouldBe([$"{jobs[2]}", $"{jobs[3]}"]);
        (await owner.GetAsync("/api/jobs?state=in progress")).Results("id").ShouldBe([$"{jobs[2]}"]);
        (await owner.GetAsync($"/api/jobs?task_id={task}&search=jobs"))["count"].GetInt32().ShouldBe(5);
        (await owner.GetAsync($$$"""/api/jobs?filter={"and":[{"in":[{"var":"id"},[{{{jobs[0]}}},{{{jobs[4]}}}]]},{"!":{"var":"project_id"}}]}&sort=id""")).Results("id")
            .ShouldBe([$"{jobs[0]}", $"{jobs[4]}"]);
        (await owner.GetAsync("/api/jobs?sort=-updated_date&page_size=1")).Results("id").ShouldBe([$"{jobs[2]}"]);
        (await owner.GetAsync("/api/jobs?stage=nonsense")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task jobs_destroy_Annotation_Is400()
    {
        var (owner, _, jobs) = await TaskWithJobsAsync(1);

        (await owner.DeleteAsync($"/api/jobs/{jobs[0]}")).Status.ShouldBe(400);
    }

    private async Task<(Caller Owner, int Task, IReadOnlyList<int> Jobs)> TaskWithJobsAsync(int count)
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync("task with jobs");
        return (owner, task, await api.JobsAsync(owner, task, count));
    }
}
