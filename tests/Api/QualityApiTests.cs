using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class QualityApiTests(ApiFixture api)
{
    [Fact]
    public async Task quality_settings_Task_HasThemFromTheBeginningAndKeepsChanges()
    {
        var owner = await api.NewUserAsync("measurer");
        var task = await owner.TaskAsync();

        var listed = await owner.GetAsync($"/api/quality/settings?task_id={task}");
        var id = listed["results"][0].GetProperty("id").GetInt32();
        var changed = await owner.PatchAsync($"/api/quality/settings/{id}", new { iou_threshold = 0.6, target_metric = "precision", inherit = false, max_validations_per_job = 3 });
        var again = await owner.PatchAsync($"/api/quality/settings/{id}", new { compare_groups = false });
        var read = await owner.GetAsync($"/api/quality/settings/{id}");

        listed["results"][0].GetProperty("iou_threshold").GetDouble().ShouldBe(0.4);
        changed.Status.ShouldBe(200);
        (again["iou_threshold"].GetDouble(), again["compare_groups"].GetBoolean()).ShouldBe((0.6, false));
        (read["target_metric"].GetString(), read["inherit"].GetBoolean(), read["max_validations_per_job"].GetInt32()).ShouldBe(("precision", false, 3));
        read["task_id"].GetInt32().ShouldBe(task);
        read["requirements"].GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task quality_settings_Change_LeavesTheTasksDateAlone()
    {
        var owner = await api.NewUserAsync("careful");
        var task = await owner.TaskAsync();
        var before = (await owner.GetAsync($"/api/tasks/{task}"))["updated_date"].GetString();

        await owner.PatchAsync($"/api/quality/settings/{task * 2}", new { iou_threshold = 0.5 });

        (await owner.GetAsync($"/api/tasks/{task}"))["updated_date"].GetString().ShouldBe(before);
    }

    [Fact]
    public async Task quality_list_settings_Filters_AndShowsOnlyWhatOneSees()
    {
        var owner = await api.NewUserAsync("lister");
        var stranger = await api.NewUserAsync("stranger");
        var (project, task) = (await owner.ProjectAsync(), await owner.TaskAsync());

        var all = await owner.GetAsync("/api/quality/settings");
        var projects = await owner.GetAsync("/api/quality/settings?parent_type=project");
        var filtered = await owner.GetAsync($$"""/api/quality/settings?filter={"==":[{"var":"task_id"},{{task}}]}""");

        all.Results("task_id").Order().ShouldBe(new[] { "", $"{task}" }.Order());
        projects.Results("project_id").ShouldBe([$"{project}"]);
        filtered["count"].GetInt32().ShouldBe(1);
        (await stranger.GetAsync("/api/quality/settings"))["count"].GetInt32().ShouldBe(0);
        (await stranger.GetAsync($"/api/quality/settings/{task * 2}")).Status.ShouldBe(403);
        (await stranger.PatchAsync($"/api/quality/settings/{(project * 2) + 1}", new { inherit = false })).Status.ShouldBe(403);
        (await owner.GetAsync("/api/quality/settings/1999999998")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"iou_threshold":2}""", "iou_threshold")]
    [InlineData("""{"target_metric":"luck"}""", "target_metric")]
    [InlineData("""{"max_validations_per_job":-1}""", "max_validations_per_job")]
    [InlineData("""{"compare_groups":"x"}""", "compare_groups")]
    public async Task quality_partial_update_settings_BadField_IsNamed(string body, string field)
    {
        var task = await api.Admin.TaskAsync();

        var answer = await api.Admin.PatchAsync($"/api/quality/settings/{task * 2}", body);

        answer.Status.ShouldBe(400);
        answer[field].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task quality_settings_DeletedTask_AreGone()
    {
        var owner = await api.NewUserAsync("remover");
        var task = await owner.TaskAsync();
        await owner.PatchAsync($"/api/quality/settings/{task * 2}", new { inherit = false });
        await owner.PatchAsync($"/api/consensus/settings/{task}", new { iou_threshold = 0.9 });

        await owner.DeleteAsync($"/api/tasks/{task}");

        (await owner.GetAsync($"/api/quality/settings/{task * 2}")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/consensus/settings/{task}")).Status.ShouldBe(404);
        (await owner.GetAsync("/api/quality/settings"))["count"].GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task consensus_settings_Task_AreKept()
    {
        var owner = await api.NewUserAsync("merger");
        var task = await owner.TaskAsync();

        var changed = await owner.PatchAsync($"/api/consensus/settings/{task}", new { iou_threshold = 0.75 });

        changed["iou_threshold"].GetDouble().ShouldBe(0.75);
        (await owner.GetAsync($"/api/consensus/settings?task_id={task}"))["results"][0].GetProperty("iou_threshold").GetDouble().ShouldBe(0.75);
    }

    [Theory]
    [InlineData("/api/quality/reports?task_id=1&target=job&sort=-created_date")]
    [InlineData("/api/quality/conflicts?report_id=1")]
    [InlineData("/api/quality/job_validations?job_id=1")]
    public async Task quality_lists_NothingMeasured_AreEmpty(string path) => (await api.Admin.GetAsync(path))["count"].GetInt32().ShouldBe(0);

    [Theory]
    [InlineData("/api/quality/reports?target=x", 400)]
    [InlineData("/api/quality/reports?page=2", 404)]
    [InlineData("/api/quality/reports/1", 404)]
    [InlineData("/api/quality/reports/1/data", 404)]
    [InlineData("/api/quality/job_validations/1", 404)]
    [InlineData("/api/analytics/reports?task_id=1", 404)]
    [InlineData("/api/limits", 404)]
    [InlineData("/api/usage", 404)]
    [InlineData("/api/user-agreements", 404)]
    [InlineData("/api/auth/social", 404)]
    public async Task Operations_OfOtherServers_AreAbsent(string path, int status) => (await api.Admin.GetAsync(path)).Status.ShouldBe(status);

    [Fact]
    public async Task growth_Flags_AreOnesOwn()
    {
        var (one, other) = (await api.NewUserAsync("grower"), await api.NewUserAsync("neighbour"));

        var listed = await one.GetAsync("/api/growth");
        var changed = await one.PatchAsync($"/api/growth/{one.Id}", new { github_prompt_shown = true });

        listed.Results("id").ShouldBe([$"{one.Id}"]);
        listed["results"][0].GetProperty("owner").GetProperty("username").GetString().ShouldBe(one.Username);
        changed["github_prompt_shown"].GetBoolean().ShouldBeTrue();
        (await one.GetAsync($"/api/growth/{one.Id}"))["github_prompt_shown"].GetBoolean().ShouldBeTrue();
        (await other.GetAsync($"/api/growth/{one.Id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task server_retrieve_health_NamesItsParts()
    {
        var answer = await api.Anonymous.GetAsync("/api/server/health/?format=json");

        answer.Body.EnumerateObject().ShouldAllBe(part => part.Value.GetString() == "working");
        answer["Tables"].GetString().ShouldBe("working");
    }

    [Fact]
    public async Task auth_create_access_tokens_FiftyOne_IsOneTooMany()
    {
        var user = await api.NewUserAsync("hoarder");
        var last = 0;
        for (var i = 0; i < 50; i++)
        {
            last = (await user.PostAsync("/api/auth/access_tokens", new { name = "same name" })).Id;
        }

        var tooMany = await user.PostAsync("/api/auth/access_tokens", new { name = "one more" });
        await user.DeleteAsync($"/api/auth/access_tokens/{last}");

        tooMany.Text.ShouldBe("""["You have reached the maximum allowed number of Personal Access Tokens for a user"]""");
        (await user.PostAsync("/api/auth/access_tokens", new { name = "one more" })).Status.ShouldBe(201);
    }
}
