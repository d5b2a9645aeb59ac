using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class WebhooksApiTests(ApiFixture api)
{
    [Theory]
    [InlineData("?type=project", "project", 21)]
    [InlineData("?type=organization", "organization", 28)]
    [InlineData("?type=server", "server", 5)]
    [InlineData("", "all", 33)]
    public async Task webhooks_retrieve_events_OfAType_AreObjects(string query, string type, int count)
    {
        var answer = await api.Admin.GetAsync("/api/webhooks/events" + query);

        (answer.Status, answer["webhook_type"].GetString(), answer["events"].GetArrayLength()).ShouldBe((200, type, count));
        answer["events"][0].GetProperty("group").GetProperty("display_name").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task webhooks_retrieve_events_UnknownType_Is400WithAText() =>
        (await api.Admin.GetAsync("/api/webhooks/events?type=galaxy")).Text.ShouldBe("\"Incorrect value of type parameter\"");

    [Fact]
    public async Task webhooks_create_Server_IsForAdministrators()
    {
        var user = await api.NewUserAsync("ambitious");
        var body = new { type = "server", target_url = "https://example.org/hook", events = new[] { "create:user" }, is_active = false };

        var made = await api.Admin.PostAsync("/api/webhooks", body);

        (made.Status, made["organization"].ValueKind).ShouldBe((201, System.Text.Json.JsonValueKind.Null));
        (await user.PostAsync("/api/webhooks", body)).Status.ShouldBe(403);
        (await user.GetAsync($"/api/webhooks/{made.Id}")).Status.ShouldBe(403);
        (await user.GetAsync("/api/webhooks")).Results("id").ShouldNotContain($"{made.Id}");
        (await api.Admin.GetAsync("/api/webhooks?type=server")).Results("id").ShouldContain($"{made.Id}");
        (await api.Admin.PostAsync("/api/webhooks", body with { events = ["create:task"] })).Status.ShouldBe(400);
        (await api.Admin.DeleteAsync($"/api/webhooks/{made.Id}")).Status.ShouldBe(204);
    }
}
