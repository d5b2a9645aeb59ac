using System.Text.Json;
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

    [Fact]
    public async Task quality_requirements_Tree_InheritsFromParentAndSettings()
    {
        var owner = await api.NewUserAsync("demander");
        var settings = await owner.TaskAsync() * 2;
        await owner.PatchAsync($"/api/quality/settings/{settings}", new { iou_threshold = 0.55, target_metric = "precision" });

        var root = await owner.PostAsync("/api/quality/settings/requirements", new { settings_id = settings, name = "boxes", annotation_type = "rectangle", match_groups = false });
        var child = await owner.PostAsync(
            "/api/quality/settings/requirements",
            new { settings_id = settings, name = "cars", parent_requirement = root["id"].GetInt32(), required_score = 0.9, metric = "recall", filter = """{"==":[{"var":"label"},"car"]}""" });

        child.Status.ShouldBe(201);
        (root["is_base"].GetBoolean(), child["is_base"].GetBoolean()).ShouldBe((true, false));
        child["annotation_type"].ValueKind.ShouldBe(JsonValueKind.Null);
        var effective = child["effective"];
        (effective.GetProperty("annotation_type").GetString(), effective.GetProperty("metric").GetString()).ShouldBe(("rectangle", "recall"));
        (effective.GetProperty("iou_threshold").GetDouble(), effective.GetProperty("required_score").GetDouble()).ShouldBe((0.55, 0.9));
        effective.GetProperty("match_groups").GetBoolean().ShouldBeFalse();
        (await owner.GetAsync($"/api/quality/settings/{settings}"))["requirements"].EnumerateArray().Select(item => item.GetProperty("name").GetString()).ShouldBe(["boxes", "cars"]);
        (await owner.GetAsync($"/api/quality/settings/requirements?settings_id={settings}&sort=-name")).Results("name").ShouldBe(["cars", "boxes"]);
    }

    [Fact]
    public async Task quality_requirements_Bulk_MakesTreesWholeOrNotAtAll()
    {
        var owner = await api.NewUserAsync("bulk");
        var settings = (await owner.ProjectAsync() * 2) + 1;
        var tree = new { name = "all", annotation_type = "polygon", children = new object[] { new { name = "one" }, new { name = "two", children = new object[] { new { name = "deep", enabled = false } } } } };

        var made = await owner.PostAsync("/api/quality/settings/requirements/bulk", new { settings_id = settings, requirements = new object[] { tree } });
        var refused = await owner.PostAsync(
            "/api/quality/settings/requirements/bulk", new { settings_id = settings, requirements = new object[] { new { name = "fine", annotation_type = "mask" }, new { name = "no type" } } });

        made.Status.ShouldBe(201);
        made.Body.EnumerateArray().Select(item => item.GetProperty("name").GetString()).ShouldBe(["all", "one", "two", "deep"]);
        var ids = made.Body.EnumerateArray().Select(item => item.GetProperty("id").GetInt32()).ToList();
        made.Body.EnumerateArray().Select(item => item.GetProperty("parent_requirement")).Skip(1).Select(parent => parent.GetInt32()).ShouldBe([ids[0], ids[0], ids[2]]);
        (refused.Status, refused["annotation_type"].GetArrayLength()).ShouldBe((400, 1));
        (await owner.GetAsync("/api/quality/settings/requirements"))["count"].GetInt32().ShouldBe(4);
    }

    [Fact]
    public async Task quality_requirements_ChangeAndDelete_KeepTheTreeWhole()
    {
        var owner = await api.NewUserAsync("pruner");
        var settings = await owner.TaskAsync() * 2;
        var made = await owner.PostAsync(
            "/api/quality/settings/requirements/bulk",
            new { settings_id = settings, requirements = new object[] { new { name = "top", annotation_type = "tag", children = new object[] { new { name = "leaf" } } } } });
        var (top, leaf) = (made.Body[0].GetProperty("id").GetInt32(), made.Body[1].GetProperty("id").GetInt32());

        var cycle = await owner.PatchAsync($"/api/quality/settings/requirements/{top}", new { parent_requirement = leaf });
        var renamed = await owner.PatchAsync($"/api/quality/settings/requirements/{leaf}", new { name = "twig", iou_threshold = 0.3, attribute_comparison = new { @default = new { enabled = true, comparator = "levenshtein", threshold = 0.8 }, rules = Array.Empty<object>() } });
        var open = await owner.PatchAsync($"/api/quality/settings/requirements/{leaf}", """{"iou_threshold":null}""");
        var nameless = await owner.PutAsync($"/api/quality/settings/requirements/{leaf}", new { sort_order = 2 });
        var deleted = await owner.DeleteAsync($"/api/quality/settings/requirements/{top}");

        (cycle.Status, cycle["parent_requirement"].GetArrayLength()).ShouldBe((400, 1));
        (renamed["name"].GetString(), renamed["attribute_comparison"].GetProperty("default").GetProperty("comparator").GetString()).ShouldBe(("twig", "levenshtein"));
        (open["iou_threshold"].ValueKind, open["effective"].GetProperty("iou_threshold").GetDouble()).ShouldBe((JsonValueKind.Null, 0.4));
        (nameless.Status, nameless["name"].GetArrayLength()).ShouldBe((400, 1));
        deleted.Status.ShouldBe(204);
        (await owner.GetAsync($"/api/quality/settings/requirements/{leaf}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task quality_requirements_Strangers_AreRefusedAndSeeNone()
    {
        var (owner, stranger) = (await api.NewUserAsync("keeper"), await api.NewUserAsync("guest"));
        var task = await owner.TaskAsync();
        var body = new { settings_id = task * 2, name = "mine", annotation_type = "mask" };
        var id = (await owner.PostAsync("/api/quality/settings/requirements", body))["id"].GetInt32();

        (await stranger.PostAsync("/api/quality/settings/requirements", body)).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/quality/settings/requirements/{id}")).Status.ShouldBe(403);
        (await stranger.DeleteAsync($"/api/quality/settings/requirements/{id}")).Status.ShouldBe(403);
        (await stranger.GetAsync("/api/quality/settings/requirements"))["count"].GetInt32().ShouldBe(0);
        (await owner.PostAsync("/api/quality/settings/requirements", body with { settings_id = 1_999_999_998 })).Status.ShouldBe(400);
        await owner.DeleteAsync($"/api/tasks/{task}");
        (await owner.GetAsync($"/api/quality/settings/requirements/{id}")).Status.ShouldBe(404);
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
}
