using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class AuditApiTests(ApiFixture api)
{
    [Fact]
    public async Task audit_list_OneObject_TellsFromWhatToWhat()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("first");
        await owner.PatchAsync($"/api/projects/{project}", new { name = "second" });
        await api.Admin.PatchAsync($"/api/projects/{project}", new { name = "third" });

        var answer = await owner.GetAsync($"/api/audit?resource=project&id={project}");

        answer.Status.ShouldBe(200);
        answer.Results("action").ShouldBe(["update", "update", "create"]);
        var newest = answer["results"][0];
        newest.GetProperty("user").GetProperty("username").GetString().ShouldBe("admin");
        newest.GetProperty("resource_id").GetInt32().ShouldBe(project);
        var name = newest.GetProperty("changes").EnumerateArray().First(change => change.GetProperty("field").GetString() == "name");
        (name.GetProperty("from").GetString(), name.GetProperty("to").GetString()).ShouldBe(("second", "third"));
        answer["next"].GetRawText().ShouldBe("null");
    }

    [Fact]
    public async Task audit_list_Pages_FollowTheCursor()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("0");
        for (var i = 1; i < 5; i++)
        {
            await owner.PatchAsync($"/api/projects/{project}", new { name = $"{i}" });
        }

        foreach (var path in new[] { $"/api/audit?resource=project&id={project}&page_size=2", "/api/audit?page_size=2&resource=project" })
        {
            var names = new List<string?>();
            for (string? next = api.Origin + path; next is not null;)
            {
                var page = await owner.GetAsync(next[api.Origin.Length..]);
                names.AddRange(page["results"].EnumerateArray()
                    .Select(entry => entry.GetProperty("changes").EnumerateArray().First(change => change.GetProperty("field").GetString() == "name").GetProperty("to").GetString()));
                next = page["next"].GetString();
            }

            names.ShouldBe(["4", "3", "2", "1", "0"]);
        }
    }

    [Fact]
    public async Task audit_list_Filters_Work()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("p");
        await api.Admin.PatchAsync($"/api/projects/{project}", new { name = "q" });
        await owner.DeleteAsync($"/api/projects/{project}");
        var task = await owner.TaskAsync();

        (await owner.GetAsync("/api/audit?resource=project")).Results("action").ShouldBe(["delete", "update", "create"]);
        (await owner.GetAsync($"/api/audit?resource=project&id={project}")).Results("action").ShouldBe(["delete", "update", "create"]);
        (await owner.GetAsync("/api/audit?resource=project&user=admin")).Results("action").ShouldBe(["update"]);
        (await owner.GetAsync($"/api/audit?resource=project&user_id={owner.Id}")).Results("action").ShouldBe(["delete", "create"]);
        (await owner.GetAsync("/api/audit?user=nobody-at-all")).Results("action").ShouldBeEmpty();
        (await owner.GetAsync("/api/audit?action=create")).Results("resource").Distinct().Order().ShouldBe(["label", "project", "task"]);
        (await owner.GetAsync("/api/audit?from=2999-01-01")).Results("id").ShouldBeEmpty();
        (await owner.GetAsync("/api/audit?to=2000-01-01")).Results("id").ShouldBeEmpty();
        (await owner.GetAsync($"/api/audit?resource=task&id={task}&to=2999-01-01")).Results("action").ShouldBe(["create"]);
        (await owner.GetAsync("/api/audit?resource=x&action=y&user_id=z&from=a&cursor=b&id=1")).Text.ShouldContain("Select a valid choice. x is not one of the available choices.");
        (await owner.GetAsync("/api/audit?id=1")).Text.ShouldBe("""{"resource":["This field is required."]}""");
    }

    [Fact]
    public async Task audit_list_Rights_AreThoseOfTheObject()
    {
        var (owner, stranger, annotator) = (await api.NewUserAsync("owner"), await api.NewUserAsync("stranger"), await api.NewUserAsync("annotator"));
        var task = await owner.TaskAsync();
        var job = (await api.JobsAsync(owner, task, 1))[0];
        await api.Admin.PatchAsync($"/api/jobs/{job}", new { assignee = annotator.Id });

        (await annotator.GetAsync($"/api/audit?resource=job&id={job}")).Results("action").ShouldBe(["update", "create"]);
        (await annotator.GetAsync($"/api/audit?resource=task&id={task}")).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/audit?resource=job&id={job}")).Status.ShouldBe(403);
        (await stranger.GetAsync("/api/audit")).Results("id").ShouldBeEmpty();
        (await stranger.GetAsync("/api/audit?resource=job&id=987654")).Status.ShouldBe(404);
        (await stranger.GetAsync("/api/audit?resource=asset&id=x")).Status.ShouldBe(404);
        (await api.Anonymous.GetAsync("/api/audit")).Status.ShouldBe(401);
        await owner.DeleteAsync($"/api/tasks/{task}");
        (await annotator.GetAsync($"/api/audit?resource=job&id={job}")).Status.ShouldBe(403, "of what is gone, only managers");
    }
}
