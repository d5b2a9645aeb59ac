using CvatServerless.Tests.Api.Hosting;
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
}
