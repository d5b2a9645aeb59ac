using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class IssuesApiTests(ApiFixture api)
{
    [Fact]
    public async Task issues_create_Staff_MakesTheFirstComment()
    {
        var (owner, job) = await JobAsync();

        var answer = await IssueAsync(owner, job, "wrong label", resolved: true);
        var comments = await owner.GetAsync($"/api/comments?issue_id={answer.Id}");

        answer.Status.ShouldBe(201);
        answer["owner"].GetProperty("id").GetInt32().ShouldBe(owner.Id);
        answer["job"].GetInt32().ShouldBe(job);
        answer["resolved"].GetBoolean().ShouldBeTrue();
        answer["position"].GetRawText().ShouldBe("[1.5,2,30,40]");
        answer["comments"].GetProperty("count").GetInt32().ShouldBe(1);
        answer["comments"].GetProperty("url").GetString().ShouldBe($"{api.Origin}/api/comments?issue_id={answer.Id}");
        comments.Results("message").ShouldBe(["wrong label"]);
        (await owner.GetAsync($"/api/jobs/{job}"))["issues"].GetProperty("count").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"frame":0,"position":[1,2],"message":"m"}""", """{"job":["This field is required."]}""")]
    [InlineData("""{"frame":-1,"position":[],"job":JOB,"message":""}""", """{"frame":["Ensure this value is greater than or equal to 0."],"position":["This list may not be empty."],"message":["This field may not be blank."]}""")]
    [InlineData("""{"frame":0,"position":["a"],"job":JOB,"message":"m","resolved":"x"}""", """{"position":["A valid number is required."],"resolved":["Must be a valid boolean."]}""")]
    [InlineData("""{"frame":0,"position":5,"job":JOB,"message":"m"}""", """{"position":["Expected a list of items but got type \"int\"."]}""")]
    [InlineData("""{"frame":0,"position":[1,2],"job":987654,"message":"m"}""", """["Job matching query does not exist."]""")]
    [InlineData("""{"frame":0,"position":[1,2],"job":JOB,"message":"m","assignee":987654}""", """["User matching query does not exist."]""")]
    public async Task issues_create_BadBody_SaysWhatIsWrong(string body, string expected)
    {
        var (owner, job) = await JobAsync();

        var answer = await owner.PostAsync("/api/issues", body.Replace("JOB", $"{job}", StringComparison.Ordinal));

        (answer.Status, answer.Text).ShouldBe((400, expected));
    }

    [Fact]
    public async Task issues_partial_update_ChangesThreeFieldsOnly()
    {
        var (owner, job) = await JobAsync();
        var issue = await IssueAsync(owner, job, "m");
        var before = await owner.GetAsync($"/api/jobs/{job}");

        var answer = await owner.PatchAsync($"/api/issues/{issue.Id}", new { resolved = true, position = new[] { 5.5 }, assignee = owner.Id, frame = 3, message = "x" });

        answer.Status.ShouldBe(200);
        (answer["resolved"].GetBoolean(), answer["frame"].GetInt32(), answer["position"].GetRawText()).ShouldBe((true, 0, "[5.5]"));
        answer["assignee"].GetProperty("id").GetInt32().ShouldBe(owner.Id);
        answer["updated_date"].GetString().ShouldNotBe(issue["updated_date"].GetString());
        (await owner.GetAsync($"/api/jobs/{job}"))["updated_date"].GetString().ShouldBe(before["updated_date"].GetString(), "what is said about a job does not change it");
    }

    [Fact]
    public async Task issues_Stranger_Is403AndSeesNone()
    {
        var (owner, job) = await JobAsync();
        var stranger = await api.NewUserAsync("stranger");
        var issue = await IssueAsync(owner, job, "m");
        var comment = (await owner.GetAsync($"/api/comments?issue_id={issue.Id}")).Results("id")[0];

        (await stranger.GetAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(403);
        (await stranger.PatchAsync($"/api/issues/{issue.Id}", new { resolved = true })).Status.ShouldBe(403);
        (await stranger.DeleteAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(403);
        (await IssueAsync(stranger, job, "m")).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/comments/{comment}")).Status.ShouldBe(403);
        (await stranger.PostAsync("/api/comments", new { issue = issue.Id, message = "m" })).Status.ShouldBe(403);
        (await stranger.GetAsync("/api/issues"))["count"].GetInt32().ShouldBe(0);
        (await stranger.GetAsync("/api/comments"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync("/api/issues/987654")).Text.ShouldBe("""{"detail":"No Issue matches the given query."}""");
    }

    [Fact]
    public async Task issues_Assignee_SeesCommentsAndMayNotDelete()
    {
        var (owner, job) = await JobAsync();
        var helper = await api.NewUserAsync("helper");
        var issue = await IssueAsync(owner, job, "m");
        (await owner.PatchAsync($"/api/issues/{issue.Id}", new { assignee = helper.Id })).Status.ShouldBe(403);
        (await api.Admin.PatchAsync($"/api/issues/{issue.Id}", new { assignee = helper.Id })).Status.ShouldBe(200);

        var comment = await helper.PostAsync("/api/comments", new { issue = issue.Id, message = "done" });

        comment.Status.ShouldBe(201);
        (await helper.GetAsync("/api/issues")).Results("id").ShouldBe([$"{issue.Id}"]);
        (await helper.GetAsync("/api/comments?sort=id")).Results("message").ShouldBe(["m", "done"]);
        (await helper.PatchAsync($"/api/comments/{comment.Id}", new { message = "really" }))["message"].GetString().ShouldBe("really");
        (await helper.DeleteAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(403);
        (await owner.DeleteAsync($"/api/comments/{comment.Id}")).Status.ShouldBe(204);
        (await helper.GetAsync($"/api/comments/{comment.Id}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task issues_list_FiltersOfTheContract_Work()
    {
        var owner = await api.NewUserAsync("lister");
        var task = await owner.TaskAsync();
        var jobs = await api.JobsAsync(owner, task, 2);
        var first = await IssueAsync(owner, jobs[0], "one", frame: 1);
        var second = await IssueAsync(owner, jobs[1], "two", frame: 12, resolved: true);

        async Task<IReadOnlyList<string>> Found(string query) => (await owner.GetAsync("/api/issues?" + query)).Results("frame");

        (await Found("")).ShouldBe(["12", "1"]);
        (await Found($"job_id={jobs[0]}")).ShouldBe(["1"]);
        (await Found($"task_id={task}&sort=frame_id")).ShouldBe(["1", "12"]);
        (await Found("frame_id=12")).ShouldBe(["12"]);
        (await Found("resolved=True")).ShouldBe(["12"]);
        (await Found("resolved=false")).ShouldBe(["1"]);
        (await Found($"owner={owner.Username}&search=lister")).ShouldBe(["12", "1"]);
        (await Found("filter=" + Uri.EscapeDataString($$"""{"and":[{"==":[{"var":"resolved"},true]},{">=":[{"var":"id"},{{second.Id}}]}]}"""))).ShouldBe(["12"]);
        (await owner.GetAsync("/api/issues?job_id=x")).Text.ShouldBe("""{"job_id":["Enter a number."]}""");
        (await owner.GetAsync($"/api/comments?job_id={jobs[1]}")).Results("message").ShouldBe(["two"]);
        (await owner.GetAsync($"/api/comments?frame_id=1&issue_id={first.Id}")).Results("message").ShouldBe(["one"]);
        (await owner.GetAsync("/api/issues?filter=" + Uri.EscapeDataString("""{"==":[{"var":"issue_owner_id"},1]}"""))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task issues_destroy_TakesItsCommentsAlong()
    {
        var (owner, job) = await JobAsync();
        var issue = await IssueAsync(owner, job, "m");
        for (var i = 0; i < 3; i++)
        {
            await owner.PostAsync("/api/comments", new { issue = issue.Id, message = $"{i}" });
        }

        (await owner.DeleteAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(404);
        (await owner.GetAsync("/api/comments"))["count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync($"/api/jobs/{job}"))["issues"].GetProperty("count").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task tasks_destroy_TakesIssuesAndCommentsAlong()
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();
        var job = (await api.JobsAsync(owner, task, 1))[0];
        var issue = await IssueAsync(owner, job, "m");

        (await owner.DeleteAsync($"/api/tasks/{task}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/issues/{issue.Id}")).Status.ShouldBe(404);
        (await owner.GetAsync("/api/issues"))["count"].GetInt32().ShouldBe(0);
    }

    private static Task<Answer> IssueAsync(Caller caller, int job, string message, int frame = 0, bool resolved = false) =>
        caller.PostAsync("/api/issues", new { frame, position = new[] { 1.5, 2, 30, 40 }, job, message, resolved });

    private async Task<(Caller Owner, int Job)> JobAsync()
    {
        var owner = await api.NewUserAsync("owner");
        return (owner, (await api.JobsAsync(owner, await owner.TaskAsync(), 1))[0]);
    }
}
