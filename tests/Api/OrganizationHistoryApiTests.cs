using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Audit, live updates and events inside an organization.</summary>
public sealed class OrganizationHistoryApiTests(ApiFixture api)
{
    [Fact]
    public async Task audit_list_Organization_IsReadByItsManagersAlone()
    {
        var (owner, maintainer, worker, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("maintainer"), await api.NewUserAsync("worker"), await api.NewUserAsync("stranger"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, maintainer, "maintainer");
        await owner.InviteAsync(organization, worker, "worker");
        var project = (await maintainer.PostAsync($"/api/projects?org={organization.Slug}", new { name = "inside" })).Id;
        var path = $"/api/audit?org={organization.Slug}";

        var all = await maintainer.GetAsync(path);
        var projects = await owner.GetAsync($"{path}&resource=project");

        all.Results("resource").ToHashSet().ShouldBe(["project", "membership", "invitation", "organization"], ignoreOrder: true);
        all.Results("organization").ToHashSet().ShouldBe([$"{organization.Id}"]);
        projects.Results("resource_id").ShouldBe([$"{project}"]);
        projects["results"][0].GetProperty("user").GetProperty("username").GetString().ShouldBe(maintainer.Username);
        (await worker.GetAsync(path)).Status.ShouldBe(403);
        (await stranger.GetAsync(path)).Status.ShouldBe(403);
        (await worker.GetAsync($"/api/audit?resource=project&id={project}")).Status.ShouldBe(403);
        (await owner.GetAsync("/api/audit?resource=project")).Results("resource_id").ShouldBeEmpty("the personal space has its own history");
    }

    [Fact]
    public async Task audit_list_Accounts_AreReadByAdministratorsAndThemselves()
    {
        var (user, stranger) = (await api.NewUserAsync("known"), await api.NewUserAsync("curious"));
        await user.PatchAsync($"/api/users/{user.Id}", new { first_name = "Ann" });

        var own = await user.GetAsync($"/api/audit?resource=user&id={user.Id}");

        own.Results("action").ShouldBe(["update", "create"]);
        var change = own["results"][0].GetProperty("changes").EnumerateArray().Single();
        (change.GetProperty("field").GetString(), change.GetProperty("to").GetString()).ShouldBe(("first_name", "Ann"));
        own.Text.ShouldNotContain("password");
        (await api.Admin.GetAsync("/api/audit?resource=user&page_size=1")).Results("resource").ShouldBe(["user"]);
        (await stranger.GetAsync($"/api/audit?resource=user&id={user.Id}")).Status.ShouldBe(403);
        (await stranger.GetAsync("/api/audit?resource=user")).Status.ShouldBe(403);
    }

    [Fact]
    public async Task live_retrieve_Organization_TellsMembersOfWhatTheySee()
    {
        var (owner, maintainer, worker, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("maintainer"), await api.NewUserAsync("worker"), await api.NewUserAsync("stranger"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, maintainer, "maintainer");
        await owner.InviteAsync(organization, worker, "worker");
        var path = $"/api/live?org={organization.Slug}&since=";
        var start = (await owner.GetAsync(path))["next"].GetString();

        var project = (await owner.PostAsync($"/api/projects?org={organization.Slug}", new { name = "inside" })).Id;

        (await ToldAsync(owner)).ShouldBe([project]);
        (await ToldAsync(maintainer)).ShouldBe([project]);
        (await ToldAsync(worker)).ShouldBeEmpty("a worker sees what is assigned to them");
        (await stranger.GetAsync(path + start)).Status.ShouldBe(403);
        (await owner.GetAsync($"/api/live?org=&since={start}"))["events"].GetArrayLength().ShouldBe(0, "the sandbox is another workspace");

        async Task<IReadOnlyList<int>> ToldAsync(Caller caller) =>
            [.. (await caller.GetAsync(path + start))["events"].EnumerateArray()
                .Where(told => told.GetProperty("resource").GetString() == "project").Select(told => told.GetProperty("resource_id").GetInt32())];
    }

    [Fact]
    public async Task events_create_export_Organization_NamesIt()
    {
        var (owner, worker) = (await api.NewUserAsync("owner"), await api.NewUserAsync("worker"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, worker, "worker");
        var now = TimeProvider.System.GetUtcNow();
        var body = new { timestamp = now, events = new[] { new { scope = "load:cvat", timestamp = now } } };
        await worker.PostAsync($"/api/events?org={organization.Slug}", body);
        await worker.PostAsync("/api/events", body);

        var lines = await owner.ExportEventsAsync($"org_id={organization.Id}");

        var told = lines.Where(line => line.StartsWith("load:cvat", StringComparison.Ordinal)).ToList();
        told.Count.ShouldBe(1, "the other one belongs to the worker's own space");
        told[0].ShouldContain($",{worker.Username},");
        told[0].ShouldContain($",{organization.Id},{organization.Slug},");
        (await worker.PostAsync($"/api/events/export?org={organization.Slug}&user_id={owner.Id}", null)).Status.ShouldBe(403);
    }
}
