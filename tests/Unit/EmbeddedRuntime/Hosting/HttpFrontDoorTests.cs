using System.Net.Sockets;
using System.Text;
using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Hosting;

public sealed class HttpFrontDoorTests
{
    private const string NoPrefix = """{"extensions":{"http":{"routePrefix":""}},"functionTimeout":"00:00:30"}""";

    [Fact]
    public async Task Handle_FunctionThrows_AnswersEmpty500()
    {
        await using var app = await TestApp.StartAsync(typeof(Shop));

        var answer = await app.GetAsync("/throw");

        answer.Status.ShouldBe(500);
        answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_FunctionThrowsAfterTheAnswerHasBegun_CutsItOff()
    {
        await using var app = await TestApp.StartAsync(typeof(Shop));

        await Should.ThrowAsync<HttpRequestException>(() => app.GetAsync("/throw-late"));
    }

    [Theory]
    [InlineData("/read", 500, "")]
    [InlineData("/ignore", 500, "")]
    public async Task Handle_BodyOverTheLimit_AnswersEmpty500WhetherItIsReadOrNot(string path, int status, string body)
    {
        await using var app = await TestApp.Build(
            NoPrefix, [], [typeof(Shop)], services => services.Configure<KestrelServerOptions>(o => o.Limits.MaxRequestBodySize = 1000)).StartAsync();

        var answer = await app.SendAsync("POST", path, new ByteArrayContent(new byte[1001]));

        answer.Status.ShouldBe(status);
        answer.Body.ShouldBe(body);
        (await app.SendAsync("POST", "/read", new ByteArrayContent(new byte[1000]))).Body.ShouldBe("1000");
    }

    [Fact]
    public async Task Handle_BodyInTwoParts_ReachesTheFunctionAsItComes()
    {
        await using var app = await TestApp.StartAsync(typeof(Shop));
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();

        await stream.WriteAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nConnection: close\r\n\r\none"u8.ToArray(), TestContext.Current.CancellationToken);
        var early = await ReadUntilAsync(stream, "one");
        await stream.WriteAsync("two"u8.ToArray(), TestContext.Current.CancellationToken);
        var late = await ReadUntilAsync(stream, "two");

        early.ShouldEndWith("one");
        late.ShouldContain("two");
    }

    [Fact]
    public async Task Handle_LevelFunction_WantsTheKey()
    {
        await using var app = await TestApp.Build(
            NoPrefix, new() { ["EMBEDDED_RUNTIME_FUNCTION_KEY"] = "f", ["EMBEDDED_RUNTIME_MASTER_KEY"] = "m" }, [typeof(Shop)]).StartAsync();

        (await app.GetAsync("/key")).Status.ShouldBe(401);
        (await app.GetAsync("/key", ("x-functions-key", "wrong"))).Status.ShouldBe(401);
        (await app.GetAsync("/key", ("x-functions-key", "f"))).Status.ShouldBe(200);
        (await app.GetAsync("/key?code=f")).Status.ShouldBe(200);
        (await app.GetAsync("/admin-key?code=f")).Status.ShouldBe(401);
        (await app.GetAsync("/admin-key?code=m")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Handle_ForwardedHeadersOfTheClient_AreReplaced()
    {
        await using var app = await TestApp.StartAsync(typeof(Shop));

        var answer = await app.GetAsync("/headers", ("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("Forwarded", "for=203.0.113.9"));

        answer.Body.ShouldBe("x-original-for,x-original-host,x-original-proto http");
    }

    [Fact]
    public async Task Handle_FunctionOverItsTime_Answers500AndCancelsIt()
    {
        var time = new FakeTimeProvider();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.Build(
            NoPrefix, [], [typeof(Slow)], services => services.AddSingleton<TimeProvider>(time).AddSingleton(new SlowSignals(started, cancelled))).StartAsync();

        var pending = app.GetAsync("/slow");
        await started.Task;
        time.Advance(TimeSpan.FromSeconds(31));

        (await pending).Status.ShouldBe(500);
        await cancelled.Task;
    }

    [Fact]
    public async Task Start_PortInUse_SaysSoInOneLine()
    {
        await using var first = await TestApp.StartAsync(typeof(Shop));
        await using var second = TestApp.Build(NoPrefix, new() { ["urls"] = first.Address.ToString() }, [typeof(Shop)]);

        var refusal = await Should.ThrowAsync<StartupException>(() => second.StartAsync());

        refusal.Message.ShouldContain(first.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        refusal.Message.ShouldNotContain("\n");
    }

    private static async Task<string> ReadUntilAsync(NetworkStream stream, string end)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains(end, StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            count.ShouldBeGreaterThan(0);
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return text.ToString().TrimEnd('\r', '\n');
    }

    public sealed class Shop
    {
        [Function("throw")]
        public IActionResult Throw([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throw")] HttpRequest req) => throw new InvalidOperationException("secret");

        [Function("throw_late")]
        public async Task ThrowLate([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "throw-late")] HttpRequest req)
        {
            await req.HttpContext.Response.WriteAsync("begun");
            throw new InvalidOperationException("secret");
        }

        [Function("read")]
        public async Task<IActionResult> Read([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "read")] HttpRequest req)
        {
            using var all = new MemoryStream();
            await req.Body.CopyToAsync(all);
            return new ContentResult { Content = $"{all.Length}" };
        }

        [Function("ignore")]
        public IActionResult Ignore([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "ignore")] HttpRequest req) => new OkResult();

        [Function("echo")]
        public async Task Echo([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "echo")] HttpRequest req)
        {
            var buffer = new byte[16];
            for (var count = await req.Body.ReadAsync(buffer); count > 0; count = await req.Body.ReadAsync(buffer))
            {
                await req.HttpContext.Response.Body.WriteAsync(buffer.AsMemory(0, count));
                await req.HttpContext.Response.Body.FlushAsync();
            }
        }

        [Function("key")]
        public IActionResult Key([HttpTrigger(AuthorizationLevel.Function, "get", Route = "key")] HttpRequest req) => new OkResult();

        [Function("key_admin")]
        public IActionResult AdminKey([HttpTrigger(AuthorizationLevel.Admin, "get", Route = "admin-key")] HttpRequest req) => new OkResult();

        [Function("headers")]
        public IActionResult Headers([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "headers")] HttpRequest req) => new ContentResult
        {
            Content = string.Join(',', req.Headers.Keys.Select(k => k.ToLowerInvariant())
                .Where(k => k.Contains("forwarded", StringComparison.Ordinal) || k.StartsWith("x-original", StringComparison.Ordinal)).Order()) + " " + req.Scheme,
        };
    }

    public sealed record SlowSignals(TaskCompletionSource Started, TaskCompletionSource Cancelled);

    public sealed class Slow(SlowSignals signals)
    {
        [Function("slow")]
        public async Task Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "slow")] HttpRequest req, CancellationToken token)
        {
            signals.Started.SetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            finally
            {
                signals.Cancelled.SetResult();
            }
        }
    }
}
