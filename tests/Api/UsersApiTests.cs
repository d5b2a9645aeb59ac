using CvatServerless.Domain.Identity;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class UsersApiTests(ApiFixture api)
{
    [Fact]
    public async Task users_retrieve_self_Anonymous_Is401() => (await api.Anonymous.GetAsync("/api/users/self")).Status.ShouldBe(401);

    [Fact]
    public async Task users_retrieve_Other_Is404()
    {
        var (one, other) = (await api.NewUserAsync("curious"), await api.NewUserAsync("private"));

        (await one.GetAsync($"/api/users/{one.Id}"))["groups"][0].GetString().ShouldBe("user");
        (await one.GetAsync($"/api/users/{other.Id}")).Status.ShouldBe(404);
        (await api.Admin.GetAsync($"/api/users/{other.Id}"))["email"].GetString().ShouldBe($"{other.Username}@example.test");
    }

    [Fact]
    public async Task users_list_ShowsOneselfAndAdminsAll()
    {
        var user = await api.NewUserAsync("lister");

        (await user.GetAsync("/api/users")).Results("username").ShouldBe([user.Username]);
        (await api.Admin.GetAsync($"/api/users?search={user.Username}")).Results("id").ShouldBe([$"{user.Id}"]);
        (await api.Admin.GetAsync("/api/users?is_active=True&page_size=1"))["count"].GetInt32().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task users_partial_update_Self_MayNotRaiseItself()
    {
        var user = await api.NewUserAsync("climber");

        (await user.PatchAsync($"/api/users/{user.Id}", new { first_name = "Ann" }))["first_name"].GetString().ShouldBe("Ann");
        (await user.PatchAsync($"/api/users/{user.Id}", new { groups = new[] { "admin" } }))["non_field_errors"][0].GetString()
            .ShouldBe("You do not have permissions to access some of these fields: {'groups'}");
        (await user.PatchAsync($"/api/users/{user.Id}", new { is_god = true }))["non_field_errors"][0].GetString().ShouldBe("Got unknown fields: {'is_god'}");
    }

    [Fact]
    public async Task users_partial_update_Admin_Deactivates()
    {
        var user = await api.NewUserAsync("leaving");

        (await api.Admin.PatchAsync($"/api/users/{user.Id}", new { is_active = false })).Status.ShouldBe(200);

        (await user.GetAsync("/api/users/self")).Text.ShouldBe("""{"detail":"User inactive or deleted."}""");
    }

    [Fact]
    public async Task users_destroy_Self_LeavesWhatItOwned()
    {
        var user = await api.NewUserAsync("goner");
        var task = await user.TaskAsync();

        (await user.DeleteAsync($"/api/users/{user.Id}")).Status.ShouldBe(204);

        (await user.GetAsync("/api/users/self")).Status.ShouldBe(401);
        (await api.Admin.GetAsync($"/api/tasks/{task}"))["owner"].ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
    }

    [Fact]
    public async Task users_partial_update_Profile_IsKept()
    {
        var user = await api.NewUserAsync("profiled");

        var answer = await user.PatchAsync($"/api/users/{user.Id}", new
        {
            cvat_usage_reason = "academic_research",
            primary_role = "biologist",
            planned_activities = new[] { "annotate_data" },
            data_types = new[] { "images", "beetles" },
        });
        var self = await user.GetAsync("/api/users/self");

        answer.Status.ShouldBe(200);
        self["cvat_usage_reason"].GetString().ShouldBe("academic_research");
        self["planned_activities"][0].GetString().ShouldBe("annotate_data");
        self["data_types"].GetArrayLength().ShouldBe(2);
        self["discovery_source"].GetString().ShouldBe("");
        self["created_via"].GetString().ShouldBe("registration");
    }

    [Theory]
    [InlineData("""{"cvat_usage_reason":"fun"}""", "cvat_usage_reason")]
    [InlineData("""{"planned_activities":["fly"]}""", "planned_activities")]
    [InlineData("""{"username":"not one"}""", "username")]
    public async Task users_partial_update_BadField_IsNamed(string body, string field)
    {
        var user = await api.NewUserAsync("mistaken");

        var answer = await user.PatchAsync($"/api/users/{user.Id}", body);

        answer.Status.ShouldBe(400);
        answer[field].GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task users_partial_update_Admin_MakesAndUnmakesAdministrators()
    {
        var user = await api.NewUserAsync("promoted");
        var path = $"/api/users/{user.Id}";

        var made = await api.Admin.PatchAsync(path, new { is_staff = true, is_superuser = true });
        var unmade = await api.Admin.PatchAsync(path, new { groups = new[] { "worker" } });
        var unknown = await api.Admin.PatchAsync(path, new { groups = new[] { "kings" } });
        var odd = await api.Admin.PatchAsync(path, new { shoe_size = 9 });

        made["groups"].EnumerateArray().Select(group => group.GetString()).ShouldBe(["user", "admin"]);
        unmade["is_superuser"].GetBoolean().ShouldBeFalse();
        unknown["groups"][0].GetString().ShouldBe("Object with name=kings does not exist.");
        odd["non_field_errors"][0].GetString().ShouldBe("Got unknown fields: {'shoe_size'}");
    }

    [Fact]
    public async Task users_partial_update_Mail_NotByToken()
    {
        var token = await api.Admin.PostAsync("/api/auth/access_tokens", new { name = "mail", read_only = false });
        var bearer = api.Caller(new("Bearer", token["value"].GetString()));

        (await bearer.PatchAsync("/api/users/1", new { email = "other@example.test" })).Status.ShouldBe(403);
        (await bearer.PatchAsync("/api/users/1", new { first_name = "Ada" })).Status.ShouldBe(200);
    }

    [Fact]
    public async Task users_LastAdministrator_StaysOne()
    {
        (await api.Admin.PatchAsync("/api/users/1", new { is_active = false })).Status.ShouldBe(400);
        (await api.Admin.PatchAsync("/api/users/1", new { is_superuser = false })).Status.ShouldBe(400);
        (await api.Admin.DeleteAsync("/api/users/1")).Status.ShouldBe(400);
        (await api.Admin.GetAsync("/api/users/self"))["is_superuser"].GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task users_AllAdministratorsGoAtOnce_OneStays()
    {
        await using var server = await OwnServer.StartAsync("REGISTRATION=open", "ANONYMOUS_PER_MINUTE=0");
        var administrators = new List<Caller> { server.Admin with { Id = (await server.Admin.GetAsync("/api/users/self")).Id } };
        for (var i = 0; i < 5; i++)
        {
            var (username, password) = ($"boss-{i}", "correct horse battery");
            var answer = await server.Anonymous.PostAsync("/api/auth/register", new { username, email = $"{username}@example.test", password1 = password, password2 = password });
            var caller = server.As(new("Token", answer["key"].GetString()));
            caller = caller with { Id = (await caller.GetAsync("/api/users/self")).Id };
            (await server.Admin.PatchAsync($"/api/users/{caller.Id}", new { groups = new[] { "user", "admin" } })).Status.ShouldBe(200);
            administrators.Add(caller);
        }

        var answers = await Task.WhenAll(administrators.Select((caller, i) => (i % 3) switch
        {
            0 => caller.PatchAsync($"/api/users/{caller.Id}", new { groups = new[] { "user" } }),
            1 => caller.DeleteAsync($"/api/users/{caller.Id}"),
            _ => caller.PatchAsync($"/api/users/{caller.Id}", new { is_active = false }),
        }));

        answers.Single(answer => answer.Status is not (200 or 204)).Text.ShouldBe("""["The last administrator can be neither removed nor made less than that."]""");
        var accounts = await server.Services.GetRequiredService<IAccounts>().AllAsync(TestContext.Current.CancellationToken);
        accounts.Count(user => user is { IsAdmin: true, IsActive: true }).ShouldBe(1);
    }
}
