using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class RequestsApiTests(ApiFixture api)
{
    [Fact]
    public async Task requests_retrieve_Owner_SeesTheContractsFields()
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();
        var id = await api.RequestAsync(owner, task, "create", "started");

        var answer = await owner.GetAsync($"/api/requests/{Uri.EscapeDataString(id)}");

        answer.Status.ShouldBe(200);
        answer["id"].GetString().ShouldBe(id);
        answer["operation"].GetProperty("type").GetString().ShouldBe("create:task");
        answer["progress"].GetDouble().ShouldBe(0.5);
        answer.Headers["Cache-Control"].ShouldContain("no-store");
    }

    [Theory]
    [InlineData("create")]
    [InlineData("export")]
    public async Task requests_retrieve_Stranger_Is404PlainText(string action)
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await api.RequestAsync(owner, await owner.TaskAsync(), action, "started");

        var answer = await stranger.GetAsync($"/api/requests/{Uri.EscapeDataString(id)}");

        (answer.Status, answer.Text).ShouldBe((404, "There is no request with specified id"));
        answer.Headers["Content-Type"].ShouldStartWith("text/html");
    }

    [Fact]
    public async Task requests_list_ShowsOnlyOnesOwn()
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();
        await api.RequestAsync(owner, task, "create", "finished");
        await api.RequestAsync(owner, task, "export", "started");

        (await owner.GetAsync("/api/requests"))["count"].GetInt32().ShouldBe(2);
        (await owner.GetAsync($"/api/requests?action=export&task_id={task}"))["count"].GetInt32().ShouldBe(1);
        (await owner.GetAsync("""/api/requests?filter={"==":[{"var":"status"},"finished"]}""")).Results("status").ShouldBe(["finished"]);
        (await owner.GetAsync("/api/requests?status=lost")).Status.ShouldBe(400);
        (await api.Admin.GetAsync($"/api/requests?task_id={task}"))["count"].GetInt32().ShouldBe(0);
    }

    [Theory]
    [InlineData("import", "started")]
    [InlineData("create", "finished")]
    [InlineData("export", "failed")]
    public async Task requests_create_cancel_TooLate_Is400PlainText(string action, string status)
    {
        var owner = await api.NewUserAsync("owner");
        var id = await api.RequestAsync(owner, await owner.TaskAsync(), action, status);

        var answer = await owner.PostAsync($"/api/requests/{Uri.EscapeDataString(id)}/cancel", null);

        (answer.Status, answer.Text).ShouldBe((400, "Only requests that have not yet been started can be cancelled"));
    }

    [Theory]
    [InlineData("export", "queued")]
    [InlineData("import", "queued")]
    [InlineData("export", "started")]
    [InlineData("create", "started")]
    public async Task requests_create_cancel_InTime_IsForgotten(string action, string status)
    {
        var owner = await api.NewUserAsync("owner");
        var id = await api.RequestAsync(owner, await owner.TaskAsync(), action, status);

        var answer = await owner.PostAsync($"/api/requests/{Uri.EscapeDataString(id)}/cancel", "");

        (answer.Status, answer.Text).ShouldBe((200, ""));
        (await owner.GetAsync($"/api/requests/{Uri.EscapeDataString(id)}")).Status.ShouldBe(404);
    }
}
