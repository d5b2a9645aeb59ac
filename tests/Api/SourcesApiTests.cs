using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Answers about files that are taken from elsewhere, on a server without a share. Source: contract-data.md §1.5, §3.6, §6.</summary>
public sealed class SourcesApiTests(ApiFixture api)
{
    [Fact]
    public async Task server_list_share_NoShare_IsEmpty()
    {
        var user = await api.NewUserAsync("user");

        var root = await user.GetAsync("/api/server/share");
        (root.Status, root.Text).ShouldBe((200, "[]"));
        var below = await user.GetAsync("/api/server/share?directory=a");
        (below.Status, below.Text).ShouldBe((400, "\"No share is connected to this server.\""));
        (await api.Anonymous.GetAsync("/api/server/share")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("""{"server_files":["a/../../b"]}""", "server_files")]
    [InlineData("""{"server_files":[""]}""", "server_files")]
    [InlineData("""{"remote_files":["http://user:secret@example.test/a.png"]}""", "remote_files")]
    [InlineData("""{"remote_files":["gopher://example.test/a.png"]}""", "remote_files")]
    [InlineData("""{"filename_pattern":"*","server_files":["a.png"]}""", "non_field_errors")]
    [InlineData("""{"filename_pattern":"*","server_files_exclude":["a.png"]}""", "non_field_errors")]
    public async Task tasks_create_data_BadSources_AreNamedByField(string body, string field)
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();

        var answer = await owner.PostAsync($"/api/tasks/{task}/data/", body);

        answer.Status.ShouldBe(400);
        answer.Body.EnumerateObject().Select(property => property.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task tasks_create_data_UnknownStorage_IsNotFound()
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();

        (await owner.PostAsync($"/api/tasks/{task}/data/", """{"server_files":["a.png"],"cloud_storage_id":123456}""")).Status.ShouldBe(404);
    }
}
