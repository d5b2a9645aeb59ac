using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class OrganizationsApiTests(ApiFixture api)
{
    [Fact]
    public async Task organizations_create_Creator_IsOwnerAndMember()
    {
        var owner = await api.NewUserAsync("founder");

        var made = await owner.PostAsync("/api/organizations", new { slug = Organizing.NewSlug(), description = "We.", contact = new { email = "ops@example.test" } });

        made.Status.ShouldBe(201);
        made["name"].GetString().ShouldBe(made["slug"].GetString());
        made["owner"].GetProperty("id").GetInt32().ShouldBe(owner.Id);
        (await owner.GetAsync("/api/organizations")).Results("id").ShouldBe([$"{made.Id}"]);
        (await owner.GetAsync("/api/memberships")).Results("role").ShouldBe(["owner"]);
        (await owner.GetAsync($"/api/organizations/{made.Id}"))["contact"].GetProperty("email").GetString().ShouldBe("ops@example.test");
    }

    [Fact]
    public async Task organizations_create_TakenSlug_Is400AndFreeAfterRename()
    {
        var (owner, other) = (await api.NewUserAsync("first"), await api.NewUserAsync("second"));
        var (slug, next) = (Organizing.NewSlug(), Organizing.NewSlug());
        var made = await owner.PostAsync("/api/organizations", new { slug });

        var refused = await other.PostAsync("/api/organizations", new { slug });
        refused.Status.ShouldBe(400);
        refused["slug"][0].GetString().ShouldBe("organization with this slug already exists.");

        (await owner.PatchAsync($"/api/organizations/{made.Id}", new { slug = next })).Status.ShouldBe(200);
        (await other.PostAsync("/api/organizations", new { slug })).Status.ShouldBe(201);
        (await owner.GetAsync($"/api/tasks?org={next}")).Status.ShouldBe(200);
        (await owner.GetAsync($"/api/tasks?org={slug}")).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("""{"slug":"two words"}""", "slug")]
    [InlineData("""{"slug":"waytoolongtobeaslug"}""", "slug")]
    [InlineData("{}", "slug")]
    [InlineData("""{"slug":"fine","contact":null}""", "contact")]
    public async Task organizations_create_BadField_IsNamed(string body, string field)
    {
        var answer = await (await api.NewUserAsync("sloppy")).PostAsync("/api/organizations", body);

        answer.Status.ShouldBe(400);
        answer[field].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Context_OfUnknownForeignOrContradictory_IsRefused()
    {
        var (owner, stranger) = (await api.NewUserAsync("host"), await api.NewUserAsync("stranger"));
        var organization = await owner.FoundAsync();

        (await stranger.GetAsync("/api/tasks?org=nowhere")).Text.ShouldBe("""{"detail":"nowhere organization does not exist."}""");
        (await stranger.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/tasks?org_id={organization.Id}")).Status.ShouldBe(403);
        (await owner.GetAsync($"/api/tasks?org_id={organization.Id}&org={organization.Slug}")).Status.ShouldBe(400);
        (await stranger.GetAsync($"/api/organizations/{organization.Id}")).Status.ShouldBe(404);
        (await api.Admin.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task organizations_create_SameSlugManyTimesAtOnce_OneWins()
    {
        var (one, other) = (await api.NewUserAsync("founder"), await api.NewUserAsync("founder"));
        var slug = Organizing.NewSlug();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => (i % 2 == 0 ? one : other).PostAsync("/api/organizations", new { slug })));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Text == """{"slug":["organization with this slug already exists."]}""");
    }

    [Fact]
    public async Task Context_OfLists_IsOrganizationPersonalOrBoth()
    {
        var owner = await api.NewUserAsync("both");
        var organization = await owner.FoundAsync();
        var personal = await owner.TaskAsync("personal");
        var shared = (await owner.PostAsync($"/api/tasks?org={organization.Slug}", new { name = "shared", labels = new[] { new { name = "car" } } })).Id;

        (await owner.GetAsync($"/api/tasks?org={organization.Slug}")).Results("id").ShouldBe([$"{shared}"]);
        (await owner.GetAsync($"/api/tasks?org_id={organization.Id}")).Results("organization_id").ShouldBe([$"{organization.Id}"]);
        (await owner.GetAsync("/api/tasks?org=")).Results("id").ShouldBe([$"{personal}"]);
        (await owner.GetAsync("/api/tasks")).Results("id").ShouldBe([$"{shared}", $"{personal}"]);
        (await owner.GetAsync($"/api/tasks/{shared}"))["organization"].GetInt32().ShouldBe(organization.Id);
    }

    [Fact]
    public async Task Roles_DecideWhatAMemberSeesAndMakes()
    {
        var (owner, worker, supervisor, maintainer) = (
            await api.NewUserAsync("ruler"), await api.NewUserAsync("drone"), await api.NewUserAsync("overseer"), await api.NewUserAsync("manager"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, worker, "worker");
        await owner.InviteAsync(organization, supervisor, "supervisor");
        await owner.InviteAsync(organization, maintainer, "maintainer");
        var task = new { name = "work", labels = new[] { new { name = "car" } } };

        (await worker.PostAsync($"/api/tasks?org={organization.Slug}", task)).Status.ShouldBe(403);
        var made = (await supervisor.PostAsync($"/api/tasks?org={organization.Slug}", task)).Id;

        (await worker.GetAsync($"/api/tasks/{made}")).Status.ShouldBe(403);
        (await worker.GetAsync($"/api/tasks?org={organization.Slug}"))["count"].GetInt32().ShouldBe(0);
        (await maintainer.GetAsync($"/api/tasks/{made}")).Status.ShouldBe(200);
        (await maintainer.GetAsync($"/api/tasks?org={organization.Slug}")).Results("id").ShouldBe([$"{made}"]);
        (await maintainer.PatchAsync($"/api/tasks/{made}", new { assignee_id = worker.Id })).Status.ShouldBe(200);
        (await worker.GetAsync($"/api/tasks/{made}")).Status.ShouldBe(200);
        (await worker.GetAsync("/api/tasks")).Results("id").ShouldBe([$"{made}"]);
    }

    [Fact]
    public async Task memberships_destroy_FormerMember_SeesNothing()
    {
        var (owner, member) = (await api.NewUserAsync("keeper"), await api.NewUserAsync("former"));
        var organization = await owner.FoundAsync();
        var membership = await owner.InviteAsync(organization, member, "supervisor");
        var task = (await member.PostAsync($"/api/tasks?org={organization.Slug}", new { name = "mine", labels = new[] { new { name = "car" } } })).Id;
        (await member.GetAsync($"/api/tasks/{task}")).Status.ShouldBe(200);

        (await member.DeleteAsync($"/api/memberships/{membership}")).Status.ShouldBe(204);

        (await member.GetAsync($"/api/tasks/{task}")).Status.ShouldBe(403);
        (await member.GetAsync("/api/tasks"))["count"].GetInt32().ShouldBe(0);
        (await member.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(403);
        (await member.GetAsync("/api/organizations"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync($"/api/tasks/{task}"))["owner"].GetProperty("id").GetInt32().ShouldBe(member.Id);
    }

    [Fact]
    public async Task memberships_partial_update_Maintainer_ManagesWorkersAndSupervisorsAlone()
    {
        var (owner, maintainer, worker) = (await api.NewUserAsync("boss"), await api.NewUserAsync("lead"), await api.NewUserAsync("hand"));
        var organization = await owner.FoundAsync();
        var lead = await owner.InviteAsync(organization, maintainer, "maintainer");
        var hand = await maintainer.InviteAsync(organization, worker, "worker");
        var boss = int.Parse((await owner.GetAsync($"/api/memberships?org={organization.Slug}&role=owner")).Results("id")[0]);

        (await maintainer.PatchAsync($"/api/memberships/{hand}", new { role = "supervisor" }))["role"].GetString().ShouldBe("supervisor");
        (await maintainer.PatchAsync($"/api/memberships/{hand}", new { role = "maintainer" })).Status.ShouldBe(403);
        (await maintainer.PatchAsync($"/api/memberships/{lead}", new { role = "worker" })).Status.ShouldBe(403);
        (await maintainer.DeleteAsync($"/api/memberships/{boss}")).Status.ShouldBe(403);
        (await owner.DeleteAsync($"/api/memberships/{boss}")).Status.ShouldBe(403);
        (await worker.GetAsync($"/api/memberships?org={organization.Slug}"))["count"].GetInt32().ShouldBe(3);
        (await worker.PatchAsync($"/api/memberships/{hand}", new { role = "owner" })).Status.ShouldBe(403);
        (await owner.PatchAsync($"/api/memberships/{hand}", new { role = "king" }))["role"][0].GetString().ShouldBe("\"king\" is not a valid choice.");
    }

    [Fact]
    public async Task invitations_create_UnknownAddress_RegistersAndAccepts()
    {
        var (owner, email) = (await api.NewUserAsync("inviter"), $"new-{Organizing.NewSlug()}@example.test");
        var organization = await owner.FoundAsync();

        var invitation = await owner.PostAsync($"/api/invitations?org={organization.Slug}", new { email, role = "worker" });
        invitation.Status.ShouldBe(201);
        (invitation["accepted"].GetBoolean(), invitation["expired"].GetBoolean()).ShouldBe((false, false));
        (await owner.PostAsync($"/api/invitations?org={organization.Slug}", new { email, role = "worker" })).Text
            .ShouldBe("""["The user is a member of the organization already."]""");

        var username = email.Split('@')[0];
        var registered = await api.Anonymous.PostAsync("/api/auth/register", new { username, email, password1 = "correct horse 7", password2 = "correct horse 7" });
        registered.Status.ShouldBe(201);
        var invitee = api.Caller(new("Token", registered["key"].GetString()));
        var key = invitation["key"].GetString();
        (await invitee.GetAsync("/api/invitations")).Results("key").ShouldBe([key!]);
        (await invitee.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(403);
        (await owner.PostAsync($"/api/invitations/{key}/accept", null)).Status.ShouldBe(403);

        (await invitee.PostAsync($"/api/invitations/{key}/accept", null))["organization_slug"].GetString().ShouldBe(organization.Slug);

        (await invitee.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(200);
        (await invitee.PostAsync($"/api/invitations/{key}/accept", null)).Status.ShouldBe(400);
        (await owner.PostAsync($"/api/invitations/{key}/resend", null)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task invitations_decline_EndsMembership()
    {
        var (owner, email) = (await api.NewUserAsync("asker"), $"no-{Organizing.NewSlug()}@example.test");
        var organization = await owner.FoundAsync();
        var key = (await owner.PostAsync($"/api/invitations?org={organization.Slug}", new { email, role = "worker" }))["key"].GetString();
        var registered = await api.Anonymous.PostAsync(
            "/api/auth/register", new { username = email.Split('@')[0], email, password1 = "correct horse 7", password2 = "correct horse 7" });
        var invitee = api.Caller(new("Token", registered["key"].GetString()));

        (await invitee.PostAsync($"/api/invitations/{key}/decline", null)).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/invitations?org={organization.Slug}"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync($"/api/memberships?org={organization.Slug}"))["count"].GetInt32().ShouldBe(1);
        (await invitee.PostAsync($"/api/invitations/{key}/accept", null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task invitations_resend_IsThrottled()
    {
        var (owner, stranger) = (await api.NewUserAsync("eager"), await api.NewUserAsync("bystander"));
        var organization = await owner.FoundAsync();
        var key = (await owner.PostAsync($"/api/invitations?org={organization.Slug}", new { email = $"{Organizing.NewSlug()}@example.test", role = "worker" }))["key"].GetString();

        for (var i = 0; i < 5; i++)
        {
            (await owner.PostAsync($"/api/invitations/{key}/resend", null)).Status.ShouldBe(204);
        }

        (await owner.PostAsync($"/api/invitations/{key}/resend", null)).Status.ShouldBe(429);
        (await stranger.GetAsync($"/api/invitations/{key}")).Status.ShouldBe(404);
        (await owner.DeleteAsync($"/api/invitations/{key}")).Status.ShouldBe(204);
        (await owner.GetAsync($"/api/memberships?org={organization.Slug}"))["count"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task invitations_create_ByRole_OnlyWhatTheyMayGive()
    {
        var (owner, maintainer, worker) = (await api.NewUserAsync("chief"), await api.NewUserAsync("deputy"), await api.NewUserAsync("clerk"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, maintainer, "maintainer");
        await owner.InviteAsync(organization, worker, "worker");
        var path = $"/api/invitations?org={organization.Slug}";

        (await owner.PostAsync(path, new { email = "a@example.test", role = "owner" })).Status.ShouldBe(403);
        (await maintainer.PostAsync(path, new { email = "a@example.test", role = "maintainer" })).Status.ShouldBe(403);
        (await worker.PostAsync(path, new { email = "a@example.test", role = "worker" })).Status.ShouldBe(403);
        (await owner.PostAsync("/api/invitations", new { email = "a@example.test", role = "worker" })).Status.ShouldBe(403);
        (await owner.PostAsync(path, new { email = "nobody", role = "worker" }))["email"].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task users_Members_SeeEachOther()
    {
        var (owner, member) = (await api.NewUserAsync("visible"), await api.NewUserAsync("alsovisible"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, member, "worker");

        (await member.GetAsync($"/api/users?org={organization.Slug}")).Results("id").ShouldBe([$"{member.Id}", $"{owner.Id}"]);
        (await member.GetAsync("/api/users")).Results("id").ShouldBe([$"{member.Id}"]);
        (await member.GetAsync($"/api/users/{owner.Id}")).Status.ShouldBe(404);
        var seen = await member.GetAsync($"/api/users/{owner.Id}?org={organization.Slug}");
        seen.Status.ShouldBe(200);
        seen.Body.TryGetProperty("email", out _).ShouldBeFalse();
        (await member.PatchAsync($"/api/users/{owner.Id}?org={organization.Slug}", new { first_name = "X" })).Status.ShouldBe(404);
    }

    [Fact]
    public async Task organizations_destroy_WorkGoesToItsOwners()
    {
        var (owner, member) = (await api.NewUserAsync("closer"), await api.NewUserAsync("maker"));
        var organization = await owner.FoundAsync();
        await owner.InviteAsync(organization, member, "supervisor");
        var task = (await member.PostAsync($"/api/tasks?org={organization.Slug}", new { name = "kept", labels = new[] { new { name = "car" } }, assignee_id = owner.Id })).Id;
        var project = (await owner.PostAsync($"/api/projects?org={organization.Slug}", new { name = "kept too", labels = new[] { new { name = "car" } } })).Id;
        var inside = (await owner.PostAsync($"/api/tasks?org={organization.Slug}", new { name = "inside", project_id = project })).Id;

        (await member.DeleteAsync($"/api/organizations/{organization.Id}")).Status.ShouldBe(403);
        (await owner.DeleteAsync($"/api/organizations/{organization.Id}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/organizations/{organization.Id}")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/tasks?org={organization.Slug}")).Status.ShouldBe(404);
        (await member.GetAsync("/api/tasks")).Results("id").ShouldBe([$"{task}"]);
        (await owner.GetAsync("/api/tasks")).Results("id").ShouldBe([$"{inside}", $"{task}"]);
        (await owner.GetAsync($"/api/projects/{project}"))["organization"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await owner.GetAsync($"/api/labels?project_id={project}"))["count"].GetInt32().ShouldBe(1);
        (await (await api.NewUserAsync("heir")).PostAsync("/api/organizations", new { slug = organization.Slug })).Status.ShouldBe(201);
    }
}
