using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class LiveApiTests(ApiFixture api)
{
    [Fact]
    public async Task live_retrieve_Stream_TellsOfACommitAtOnce()
    {
        var (owner, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("stranger"));
        using var mine = await OpenAsync(owner, null);
        using var theirs = await OpenAsync(stranger, null);

        var project = await owner.ProjectAsync("p");
        var own = await stranger.ProjectAsync("s");

        mine.ContentType.ShouldBe("text/event-stream");
        (await mine.NextAsync("open")).ShouldContain("retry: 2000");
        (await mine.NextAsync("change")).ShouldContain($"\"resource\":\"project\",\"resource_id\":{project}");
        await theirs.NextAsync("open");
        (await theirs.NextAsync("change")).ShouldContain($"\"resource_id\":{own}", customMessage: "a stranger hears of their own alone");
    }

    [Fact]
    public async Task live_retrieve_LastEventId_ResumesBehindIt()
    {
        var owner = await api.NewUserAsync("owner");
        string id;
        using (var first = await OpenAsync(owner, null))
        {
            id = Line(await first.NextAsync("open"), "id: ");
        }

        var missed = await owner.ProjectAsync("missed");

        using var second = await OpenAsync(owner, id);
        await second.NextAsync("open");
        (await second.NextAsync("change")).ShouldContain($"\"resource_id\":{missed}");
    }

    [Fact]
    public async Task live_retrieve_LongAway_IsToldToLoadAnew()
    {
        var owner = await api.NewUserAsync("owner");

        using var stream = await OpenAsync(owner, "01000000000000-0000-00000000");

        await stream.NextAsync("reset");
        (await owner.GetAsync("/api/live?since=01000000000000-0000-00000000"))["reset"].GetBoolean().ShouldBeTrue();
        (await owner.GetAsync("/api/live?since=x")).Text.ShouldBe("""{"since":["Invalid position."]}""");
    }

    [Fact]
    public async Task live_retrieve_Since_IsTheSameAsAPoll()
    {
        var (owner, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("stranger"));
        var start = (await owner.GetAsync("/api/live?since="))["next"].GetString();
        var task = await owner.TaskAsync();
        await owner.DeleteAsync($"/api/tasks/{task}");

        var answer = await owner.GetAsync($"/api/live?since={start}");

        answer["reset"].GetBoolean().ShouldBeFalse();
        answer["events"].EnumerateArray()
            .Where(live => live.GetProperty("resource").GetString() == "task")
            .Select(live => live.GetProperty("action").GetString()).ShouldBe(["create", "delete"]);
        (await stranger.GetAsync($"/api/live?since={start}"))["events"].GetArrayLength().ShouldBe(0);
        (await api.Anonymous.GetAsync("/api/live")).Status.ShouldBe(401);
    }

    private static string Line(string text, string prefix) => text.Split('\n').First(line => line.StartsWith(prefix, StringComparison.Ordinal))[prefix.Length..];

    private async Task<LiveStream> OpenAsync(Caller caller, string? lastId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, api.Origin + "/api/live");
        request.Headers.Authorization = caller.Authorization;
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        return new(await caller.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken));
    }

    private sealed class LiveStream(HttpResponseMessage response) : IDisposable
    {
        private StreamReader? _reader;

        public string? ContentType => response.Content.Headers.ContentType?.MediaType;

        public async Task<string> NextAsync(string type)
        {
            var ct = TestContext.Current.CancellationToken;
            _reader ??= new(await response.Content.ReadAsStreamAsync(ct));
            var lines = new List<string>();
            while (await _reader.ReadLineAsync(ct) is { } line)
            {
                if (line.Length > 0)
                {
                    lines.Add(line);
                }
                else if (lines.Contains($"event: {type}"))
                {
                    return string.Join('\n', lines);
                }
                else
                {
                    throw new InvalidOperationException($"Expected '{type}', got: {string.Join('|', lines)}");
                }
            }

            throw new EndOfStreamException();
        }

        public void Dispose()
        {
            _reader?.Dispose();
            response.Dispose();
        }
    }
}
