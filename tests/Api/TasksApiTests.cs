using System.Text.Json;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class TasksApiTests(ApiFixture api)
{
    [Fact]
    public async Task tasks_create_WithLabels_HasNoDataKeysYet()
    {
        var user = await api.NewUserAsync("owner");

        var answer = await user.PostAsync("/api/tasks", new { name = "street", labels = new[] { new { name = "car" } }, segment_size = 10, overlap = 2, subset = "train" });

        answer.Status.ShouldBe(201);
        answer["status"].GetString().ShouldBe("annotation");
        (answer["mode"].GetString(), answer["dimension"].GetString(), answer["media_type"].GetString()).ShouldBe(("", "2d", "image"));
        (answer["segment_size"].GetInt32(), answer["overlap"].GetInt32(), answer["subset"].GetString()).ShouldBe((10, 2, "train"));
        foreach (var name in new[] { "size", "image_quality", "data", "data_chunk_size" })
        {
            answer.Body.TryGetProperty(name, out _).ShouldBeFalse(name);
        }
    }

    [Theory]
    [InlineData("""{"name":"x"}""", """["Label set or project_id must be present"]""")]
    [InlineData("""{"labels":[{"name":"a"}]}""", """{"name":["This field is required."]}""")]
    [InlineData("""{"name":"x","project_id":999999}""", """["Project matching query does not exist."]""")]
    [InlineData("""{"name":"x","labels":[{"name":"a"}],"segment_size":-1}""", """{"segment_size":["Ensure this value is greater than or equal to 0."]}""")]
    [InlineData("""{"name":"x","labels":[{"name":"a"}],"overlap":"two"}""", """{"overlap":["A valid integer is required."]}""")]
    [InlineData("""{"name":"x","labels":[{"name":"a","type":"sphere"}]}""", """{"labels":[{"type":["\"sphere\" is not a valid choice."]}]}""")]
    [InlineData("""{"name":"x","labels":[{}, {"name":"b","attributes":[{"name":"n","mutable":false,"input_type":"slider","values":[]}]}]}""",
        """{"labels":[{"name":["This field is required."]},{"attributes":[{"input_type":["\"slider\" is not a valid choice."]}]}]}""")]
    public async Task tasks_create_BadBody_SaysWhatIsWrong(string body, string expected)
    {
        var answer = await api.Admin.PostAsync("/api/tasks", body);

        (answer.Status, answer.Text).ShouldBe((400, expected));
    }

    [Fact]
    public async Task tasks_create_InProject_TakesItsLabels()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var project = await owner.ProjectAsync("p", "car");

        var answer = await owner.PostAsync("/api/tasks", new { name = "t", project_id = project, subset = "val" });

        answer["project_name"].GetString().ShouldBe("p");
        (await owner.GetAsync($"/api/labels?task_id={answer.Id}")).Results("name").ShouldBe(["car"]);
        (await owner.GetAsync($"/api/projects/{project}"))["task_subsets"][0].GetString().ShouldBe("val");
        (await owner.PostAsync("/api/tasks", new { name = "t", project_id = project, labels = new[] { new { name = "x" } } })).Body[0].GetString()
            .ShouldBe("Project must have only one of Label set or project_id");
        (await stranger.PostAsync("/api/tasks", new { name = "t", project_id = project })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task tasks_retrieve_Stranger_Is403()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await owner.TaskAsync();

        (await stranger.GetAsync($"/api/tasks/{id}")).Status.ShouldBe(403);
        (await stranger.PatchAsync($"/api/tasks/{id}", new { name = "mine" })).Status.ShouldBe(403);
        (await stranger.DeleteAsync($"/api/tasks/{id}")).Status.ShouldBe(403);
        (await api.Anonymous.GetAsync($"/api/tasks/{id}")).Status.ShouldBe(401);
        (await owner.GetAsync("/api/tasks/987654")).Text.ShouldBe("""{"detail":"No Task matches the given query."}""");
        (await stranger.GetAsync("/api/tasks"))["count"].GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task tasks_retrieve_WithJobs_SumsThemUp()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync();
        var jobs = await api.JobsAsync(owner, id, 2);
        await owner.PatchAsync($"/api/jobs/{jobs[0]}", new { stage = "acceptance", state = "completed" });
        await owner.PatchAsync($"/api/jobs/{jobs[1]}", new { stage = "validation" });

        var answer = await owner.GetAsync($"/api/tasks/{id}");

        answer["status"].GetString().ShouldBe("validation");
        answer["size"].GetInt32().ShouldBe(20);
        answer["jobs"].GetProperty("count").GetInt32().ShouldBe(2);
        answer["jobs"].GetProperty("completed").GetInt32().ShouldBe(1);
        answer["jobs"].GetProperty("validation").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task tasks_partial_update_Labels_AddChangeDelete()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync("t", "car", "dog");
        var labels = (await owner.GetAsync($"/api/labels?task_id={id}"))["results"].EnumerateArray().Select(label => label.GetProperty("id").GetInt32()).ToList();
        var before = (await owner.GetAsync($"/api/tasks/{id}"))["updated_date"].GetDateTimeOffset();

        var answer = await owner.PatchAsync($"/api/tasks/{id}", new
        {
            labels = new object[] { new { id = labels[0], name = "auto", color = "#00FF00" }, new { id = labels[1], deleted = true }, new { name = "cat" } },
        });

        answer.Status.ShouldBe(200);
        answer["updated_date"].GetDateTimeOffset().ShouldBeGreaterThan(before);
        var list = await owner.GetAsync($"/api/labels?task_id={id}");
        list.Results("name").ShouldBe(["auto", "cat"]);
        list.Results("color")[0].ShouldBe("#00ff00");
        (await owner.PatchAsync($"/api/tasks/{id}", new { labels = new[] { new { id = 999999, name = "x" } } })).Text
            .ShouldBe("""{"detail":"Not found label with id #999999 to change"}""");
    }

    [Fact]
    public async Task tasks_partial_update_IntoProject_NeedsItsLabels()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("p", "car");
        var fits = await owner.TaskAsync("fits", "car");
        var other = await owner.TaskAsync("other", "dog");

        (await owner.PatchAsync($"/api/tasks/{other}", new { project_id = project })).Body[0].GetString()
            .ShouldBe("All task or project label names must be mapped to the target project");
        (await owner.PatchAsync($"/api/tasks/{fits}", new { project_id = project }))["project_id"].GetInt32().ShouldBe(project);
        (await owner.GetAsync($"/api/labels?project_id={project}"))["count"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task tasks_list_FilterSortSearchPage_Work()
    {
        var user = await api.NewUserAsync("lister");
        foreach (var i in Enumerable.Range(0, 12))
        {
            await user.TaskAsync($"task {i:D2}");
        }

        var first = await user.GetAsync("/api/tasks?page=1");
        (first["count"].GetInt32(), first.Results("name").Count).ShouldBe((12, 10));
        first["next"].GetString().ShouldBe($"{api.Origin}/api/tasks?page=2");
        (await user.GetAsync("/api/tasks?page_size=all&sort=name")).Results("name")[0].ShouldBe("task 00");
        (await user.GetAsync("/api/tasks?search=task,03")).Results("name").ShouldBe(["task 03"]);
        (await user.GetAsync($$"""/api/tasks?filter={"and":[{"==":[{"var":"owner"},"{{user.Username}}"]},{"<=":["2026-01-01",{"var":"created_date"},"2999-01-01"]}]}"""))["count"].GetInt32().ShouldBe(12);
        (await user.GetAsync("""/api/tasks?filter={"!":{"var":"assignee"}}"""))["count"].GetInt32().ShouldBe(12);
        (await user.GetAsync("/api/tasks?project_id=x")).Text.ShouldBe("""{"project_id":["Enter a number."]}""");
        (await user.GetAsync("/api/tasks?sort=nothing&unknown=1")).Status.ShouldBe(200);
        (await user.GetAsync("/api/tasks?page=abc")).Status.ShouldBe(404);
        (await user.GetAsync("/api/tasks?page_size=abc")).Results("name").Count.ShouldBe(10);
    }

    [Fact]
    public async Task tasks_destroy_Owner_TakesEverythingAlong()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync();
        var jobs = await api.JobsAsync(owner, id, 3);
        var request = await api.RequestAsync(owner, id, "create", "started");

        (await owner.DeleteAsync($"/api/tasks/{id}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/tasks/{id}")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/jobs/{jobs[0]}")).Status.ShouldBe(404);
        (await owner.GetAsync("/api/jobs"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync("/api/labels"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync($"/api/requests/{Uri.EscapeDataString(request)}")).Status.ShouldBe(404);
        (await owner.DeleteAsync($"/api/tasks/{id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task tasks_retrieve_status_FollowsTheRequest()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync();
        await api.RequestAsync(owner, id, "create", "started");

        (await owner.GetAsync($"/api/tasks/{id}/status"))["state"].GetString().ShouldBe("Started");
    }

    [Fact]
    public async Task tasks_partial_update_Organization_IsRefused()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync();

        (await owner.PatchAsync($"/api/tasks/{id}", new { organization_id = 1_000_000 })).Body[0].GetString().ShouldBe("Invalid organization id");
        (await owner.PatchAsync($"/api/tasks/{id}", new { organization_id = 1_000_000, name = "x" }))["non_field_errors"][0].GetString()
            .ShouldBe("Fields {'name'} cannot be updated when transferring to another workspace");
        (await owner.PatchAsync($"/api/tasks/{id}", new { organization_id = (int?)null })).Body.ValueKind.ShouldBe(JsonValueKind.Object);
    }
}
