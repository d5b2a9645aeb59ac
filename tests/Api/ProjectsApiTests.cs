using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class ProjectsApiTests(ApiFixture api)
{
    [Fact]
    public async Task projects_create_WithLabels_IsComplete()
    {
        var user = await api.NewUserAsync("owner");

        var answer = await user.PostAsync("/api/projects", new { name = " street ", labels = new[] { new { name = "car" } }, bug_tracker = "http://bugs.test/1" });

        answer.Status.ShouldBe(201);
        answer["name"].GetString().ShouldBe("street");
        answer["owner"].GetProperty("id").GetInt32().ShouldBe(user.Id);
        answer["tasks"].GetProperty("count").GetInt32().ShouldBe(0);
        answer["url"].GetString().ShouldBe($"{api.Origin}/api/projects/{answer.Id}");
        answer["dimension"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Theory]
    [InlineData("{}", """{"name":["This field is required."]}""")]
    [InlineData("""{"name":""}""", """{"name":["This field may not be blank."]}""")]
    [InlineData("""{"name":null}""", """{"name":["This field may not be null."]}""")]
    [InlineData("""{"name":[]}""", """{"name":["Not a valid string."]}""")]
    [InlineData("""{"name":"x","labels":{}}""", """{"labels":["Expected a list of items but got type \"dict\"."]}""")]
    [InlineData("""{"name":"x","labels":[{"name":"a"},{"name":""}]}""", """{"labels":[{},{"name":["This field may not be blank."]}]}""")]
    [InlineData("""{"name":"x","labels":[{"name":"a"},{"name":"a"}]}""", """["All label names must be unique"]""")]
    [InlineData("""{"name":"x","assignee_id":999999}""", """["User matching query does not exist."]""")]
    [InlineData("""{"name":"x","target_storage":{"location":"cloud_storage"}}""", """["Cloud storage was selected as location but its id was not specified"]""")]
    [InlineData("[]", """{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}""")]
    public async Task projects_create_BadBody_SaysWhatIsWrong(string body, string expected)
    {
        var answer = await api.Admin.PostAsync("/api/projects", body);

        (answer.Status, answer.Text).ShouldBe((400, expected));
    }

    [Fact]
    public async Task projects_create_NoJson_Is400Or415()
    {
        (await api.Admin.PostAsync("/api/projects", "{")).Body.GetProperty("detail").GetString().ShouldStartWith("JSON parse error");
        (await api.Admin.PostAsync("/api/projects", "{\"name\":\"\\ud800\"}")).Body.GetProperty("detail").GetString().ShouldStartWith("JSON parse error");
        using var text = new StringContent("name=x", System.Text.Encoding.UTF8, "text/plain");
        (await api.Admin.SendAsync(HttpMethod.Post, "/api/projects", text)).Status.ShouldBe(415);
    }

    [Fact]
    public async Task projects_retrieve_Stranger_Is403AndUnknown404()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await owner.ProjectAsync();

        (await owner.GetAsync($"/api/projects/{id}")).Status.ShouldBe(200);
        (await api.Admin.GetAsync($"/api/projects/{id}")).Status.ShouldBe(200);
        (await stranger.GetAsync($"/api/projects/{id}")).Text.ShouldBe("""{"detail":"You do not have permission to perform this action."}""");
        (await stranger.PatchAsync($"/api/projects/{id}", new { name = "mine" })).Status.ShouldBe(403);
        (await stranger.DeleteAsync($"/api/projects/{id}")).Status.ShouldBe(403);
        (await owner.GetAsync("/api/projects/987654")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task projects_partial_update_Assignee_SeesItAndMayNotGiveItAway()
    {
        var owner = await api.NewUserAsync("owner");
        var assignee = await api.NewUserAsync("assignee");
        var id = await owner.ProjectAsync();
        (await owner.PatchAsync($"/api/projects/{id}", new { assignee_id = assignee.Id })).Status.ShouldBe(403);

        var answer = await api.Admin.PatchAsync($"/api/projects/{id}", new { assignee_id = assignee.Id });

        answer["assignee_updated_date"].GetString().ShouldNotBeNull();
        (await assignee.GetAsync("/api/projects")).Results("id").ShouldContain($"{id}");
        (await assignee.PatchAsync($"/api/projects/{id}", new { name = "renamed" }))["name"].GetString().ShouldBe("renamed");
        (await assignee.PatchAsync($"/api/projects/{id}", new { assignee_id = (int?)null })).Status.ShouldBe(403);
        (await assignee.DeleteAsync($"/api/projects/{id}")).Status.ShouldBe(403);
        (await owner.PatchAsync($"/api/projects/{id}", new { owner_id = assignee.Id })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task projects_list_FilterSortSearchPage_Work()
    {
        var user = await api.NewUserAsync("lister");
        foreach (var name in new[] { "alpha", "Beta", "gamma" })
        {
            await user.ProjectAsync(name);
        }

        (await user.GetAsync("/api/projects")).Results("name").ShouldBe(["gamma", "Beta", "alpha"]);
        (await user.GetAsync("/api/projects?sort=-name")).Results("name").ShouldBe(["gamma", "Beta", "alpha"]);
        (await user.GetAsync("/api/projects?search=BET")).Results("name").ShouldBe(["Beta"]);
        (await user.GetAsync("/api/projects?name=alpha")).Results("name").ShouldBe(["alpha"]);
        (await user.GetAsync($$"""/api/projects?filter={"or":[{"==":[{"var":"name"},"alpha"]},{"in":["amm",{"var":"name"}]}]}&sort=id""")).Results("name").ShouldBe(["alpha", "gamma"]);
        (await user.GetAsync("/api/projects?status=bad")).Text.ShouldBe("""{"status":["Select a valid choice. bad is not one of the available choices."]}""");
        var second = await user.GetAsync("/api/projects?page_size=2&page=2&sort=name");
        second.Results("name").ShouldBe(["gamma"]);
        second["previous"].GetString().ShouldBe($"{api.Origin}/api/projects?page_size=2&sort=name");
        (await user.GetAsync("/api/projects?page=3")).Text.ShouldBe("""{"detail":"Invalid page."}""");
    }

    [Theory]
    [InlineData("{", "filter: Json syntax should be used")]
    [InlineData("{}", "filter shouldn't be empty")]
    [InlineData("""{"==":[{"var":"secret"},1]}""", "filter: 'secret' term is not supported")]
    [InlineData("""{"==":[{"var":"project_owner_id"},1]}""", "filter: 'project_owner_id' term is not supported")]
    public async Task projects_list_BadFilter_Is400List(string filter, string message)
    {
        var answer = await api.Admin.GetAsync("/api/projects?filter=" + Uri.EscapeDataString(filter));

        (answer.Status, answer.Body[0].GetString()).ShouldBe((400, message));
    }

    [Fact]
    public async Task projects_list_UnknownOrganization_Is404()
    {
        (await api.Admin.GetAsync("/api/projects?org=acme")).Text.ShouldBe("""{"detail":"acme organization does not exist."}""");
        (await api.Admin.GetAsync("/api/projects?org=")).Status.ShouldBe(200);
        (await api.Admin.GetAsync("/api/projects?org=&org_id=1")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task projects_destroy_Owner_TakesTasksAlong()
    {
        var user = await api.NewUserAsync("owner");
        var id = await user.ProjectAsync("p", "car");
        var task = await user.PostAsync("/api/tasks", new { name = "t", project_id = id });

        (await user.DeleteAsync($"/api/projects/{id}")).Status.ShouldBe(204);

        (await user.GetAsync($"/api/projects/{id}")).Status.ShouldBe(404);
        (await user.GetAsync($"/api/tasks/{task.Id}")).Status.ShouldBe(404);
        (await user.GetAsync("/api/labels"))["count"].GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task projects_retrieve_preview_WithoutData_Is404()
    {
        var user = await api.NewUserAsync("owner");

        (await user.GetAsync($"/api/projects/{await user.ProjectAsync()}/preview")).Status.ShouldBe(404);
    }
}
