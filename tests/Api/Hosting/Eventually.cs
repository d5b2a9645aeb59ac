using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>Waits for background work of the server.</summary>
public static class Eventually
{
    private const int Attempts = 600;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Returns once a condition holds; fails where it does not come to hold.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition)
    {
        for (var attempt = 0; !await condition(); attempt++)
        {
            attempt.ShouldBeLessThan(Attempts);
            await Task.Delay(Pause, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The last state of a request that a call began: <c>finished</c> or <c>failed</c>.</summary>
    public static async Task<Answer> EndOfAsync(this Caller caller, Answer started)
    {
        started.Status.ShouldBe(202, started.Text);
        var path = $"/api/requests/{Uri.EscapeDataString(started["rq_id"].GetString()!)}";
        Answer? request = null;
        await HoldsAsync(async () => (request = await caller.GetAsync(path))["status"].GetString() is "finished" or "failed");
        return request!;
    }

    /// <summary>The lines of an export of events.</summary>
    public static async Task<IReadOnlyList<string>> ExportEventsAsync(this Caller caller, string query)
    {
        var request = await caller.EndOfAsync(await caller.PostAsync("/api/events/export?" + query, null));
        request["operation"].GetProperty("type").GetString().ShouldBe("export:events");
        var file = await caller.GetAsync(request["result_url"].GetString()![caller.Origin.Length..]);
        file.Headers["Content-Disposition"].ShouldContain(".csv");
        return file.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
