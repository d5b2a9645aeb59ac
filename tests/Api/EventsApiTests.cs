using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class EventsApiTests(ApiFixture api)
{
    [Fact]
    public async Task events_create_ShiftsTimesAndFillsTheSender()
    {
        var user = await api.NewUserAsync("sender");

        var answer = await user.PostAsync("/api/events", new
        {
            timestamp = "2020-01-01T00:01:00Z",
            events = new[] { new { scope = "load:cvat", timestamp = "2020-01-01T00:00:00Z", duration = 5, payload = "{\"a\":1}" } },
        });

        answer.Status.ShouldBe(201);
        var stored = answer["events"][0];
        stored.GetProperty("source").GetString().ShouldBe("client");
        stored.GetProperty("user_id").GetInt32().ShouldBe(user.Id);
        (TimeProvider.System.GetUtcNow() - stored.GetProperty("timestamp").GetDateTimeOffset()).ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
    }

    [Theory]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","events":[{"scope":"bad:scope","timestamp":"2026-01-01T00:00:00Z"}]}""", """{"scope":"Event scope **bad:scope** is not allowed from client"}""")]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","events":[{"scope":"load:job","timestamp":"2026-01-01T00:00:00Z","payload":"{"}]}""", """{"payload":"JSON payload is not valid in passed event"}""")]
    [InlineData("""{"events":[]}""", """{"timestamp":["This field is required."]}""")]
    [InlineData("""{"timestamp":"2026-01-01T00:00:00Z","events":[{"scope":"load:job"}]}""", """{"events":[{"timestamp":["This field is required."]}]}""")]
    public async Task events_create_BadBody_SaysWhatIsWrong(string body, string expected)
    {
        var answer = await api.Admin.PostAsync("/api/events", body);

        (answer.Status, answer.Text).ShouldBe((400, expected));
    }

    [Fact]
    public async Task events_create_export_TellsOwnEventsAndTheServersInOneFile()
    {
        var (user, other) = (await api.NewUserAsync("sender"), await api.NewUserAsync("other"));
        var task = await user.TaskAsync();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var sender in new[] { user, other })
        {
            await sender.PostAsync("/api/events", new
            {
                timestamp = now,
                events = new[] { new { scope = "load:job", timestamp = now.AddSeconds(-10), task_id = task }, new { scope = "save:job", timestamp = now, task_id = task } },
            });
        }

        await user.PatchAsync($"/api/tasks/{task}", new { name = "a \"new\", name" });

        var lines = await user.ExportEventsAsync($"task_id={task}");

        lines[0].ShouldBe("scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,task_id,job_id,user_id,user_name,user_email,org_id,org_slug,payload");
        lines.Skip(1).Select(line => line.Split(',')[0]).Order().ShouldBe(["create:label", "create:task", "load:job", "save:job", "send:working_time", "update:task"]);
        lines.First(line => line.StartsWith("update:task", StringComparison.Ordinal)).ShouldContain($"update:task,name,{task},\"a \"\"new\"\", name\",server,");
        lines.First(line => line.StartsWith("send:", StringComparison.Ordinal)).ShouldContain("working_time,,10000,server");
        (await user.ExportEventsAsync($"task_id={task}&to=2020-01-01")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task events_create_export_OthersEvents_Are403()
    {
        var (user, other) = (await api.NewUserAsync("sender"), await api.NewUserAsync("other"));

        (await user.PostAsync($"/api/events/export?user_id={other.Id}", null)).Status.ShouldBe(403);
        (await user.PostAsync("/api/events/export?from=2026-01-02&to=2026-01-01", null)).Text.ShouldBe("""["'from' must be before than 'to'"]""");
        (await user.PostAsync("/api/events/export?task_id=x", null)).Text.ShouldBe("""{"task_id":["A valid integer is required."]}""");
        var id = (await user.PostAsync("/api/events/export", null))["rq_id"].GetString()!;
        (await other.GetAsync($"/api/events/download?rq_id={Uri.EscapeDataString(id)}")).Status.ShouldBe(400);
        (await other.GetAsync("/api/events/download")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task events_list_Legacy_EndsWithTheFile()
    {
        var user = await api.NewUserAsync("sender");
        var started = await user.GetAsync("/api/events");
        started.Status.ShouldBe(202);
        var query = "/api/events?query_id=" + Uri.EscapeDataString(started["query_id"].GetString()!);

        await Eventually.HoldsAsync(async () => (await user.GetAsync(query)).Status == 201);

        (await user.GetAsync(query + "&action=download")).Text.ShouldStartWith("scope,obj_name");
        (await user.GetAsync("/api/events?query_id=x")).Status.ShouldBe(404);
    }
}
