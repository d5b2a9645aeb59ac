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
}
