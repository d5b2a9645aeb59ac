using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Hosting;

public sealed class FunctionInvokerTests
{
    private const string NoPrefix = """{"extensions":{"http":{"routePrefix":""}}}""";

    [Theory]
    [InlineData("/args/1?page=2&count=3", "1 2 3")]
    [InlineData("/args/1?PAGE=2", "1 2 -")]
    [InlineData("/args/1?page=1&page=2", "1 2 -")]
    [InlineData("/args/1?id=9", "1 - -")]
    public async Task Invoke_Arguments_ComeByNameFromRouteAndQuery(string path, string body)
    {
        await using var app = await TestApp.StartAsync(typeof(Desk));

        (await app.GetAsync(path)).Body.ShouldBe(body);
    }

    [Fact]
    public async Task Invoke_Arguments_ComeFromJsonBodyBehindQueryAndTheBodyStaysReadable()
    {
        await using var app = await TestApp.StartAsync(typeof(Desk));

        var answer = await app.SendAsync("POST", "/body/1?page=q", new StringContent("""{"page":"b","count":3,"id":9}"""));

        answer.Body.ShouldBe("""1 q 3 {"page":"b","count":3,"id":9}""");
    }

    [Theory]
    [InlineData("/args/1?count=x")]
    [InlineData("/args/007")]
    [InlineData("/required")]
    public async Task Invoke_ArgumentDoesNotConvert_Answers500(string path)
    {
        await using var app = await TestApp.StartAsync(typeof(Desk));

        (await app.GetAsync(path)).Status.ShouldBe(500);
    }

    [Fact]
    public async Task Invoke_Scope_IsOnePerInvocationAndSharedWithTheRequest()
    {
        await using var app = await TestApp.Build(NoPrefix, [], [typeof(Scoped)], services => services.AddScoped<ScopeProbe>()).StartAsync();

        var first = (await app.GetAsync("/scope")).Body;
        var second = (await app.GetAsync("/scope")).Body;

        first.ShouldStartWith("True True");
        second.ShouldNotBe(first);
    }

    [Fact]
    public async Task Invoke_Middleware_RunsInOrderAndMayReplaceTheResult()
    {
        var trace = new List<string>();
        await using var app = await TestApp.Build(
            NoPrefix, [], [typeof(Desk)], null,
            next => async context => { trace.Add("outer"); await next(context); trace.Add("outer after"); context.GetInvocationResult().Value = new ContentResult { StatusCode = 202, Content = "replaced" }; },
            next => async context => { trace.Add("inner"); await next(context); trace.Add("inner after " + context.GetHttpContext()!.Response.HasStarted); }).StartAsync();

        var answer = await app.GetAsync("/args/1");

        answer.Status.ShouldBe(202);
        answer.Body.ShouldBe("replaced");
        trace.ShouldBe(["outer", "inner", "inner after False", "outer after"]);
    }

    [Theory]
    [InlineData("/poco", "")]
    [InlineData("/text", "")]
    [InlineData("/multi", "http part")]
    public async Task Invoke_ReturnedValue_IsWrittenOnlyWhereItIsAResult(string path, string body)
    {
        await using var app = await TestApp.StartAsync(typeof(Desk));

        var answer = await app.GetAsync(path);

        answer.Status.ShouldBe(200);
        answer.Body.ShouldBe(body);
    }

    public sealed class ScopeProbe
    {
        public string Id { get; } = Guid.NewGuid().ToString("N");
    }

    public sealed class Scoped(ScopeProbe probe)
    {
        [Function("scope")]
        public IActionResult Scope([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "scope")] HttpRequest req, FunctionContext context) => new ContentResult
        {
            Content = $"{ReferenceEquals(req.HttpContext.RequestServices.GetService<ScopeProbe>(), probe)} {ReferenceEquals(context.InstanceServices.GetService<ScopeProbe>(), probe)} {probe.Id}",
        };
    }

    public sealed class TwoParts
    {
        [HttpResult]
        public IActionResult? Http { get; init; }

        [QueueOutput("nobody")]
        public string? Message { get; init; }
    }

    public sealed class Desk
    {
        [Function("args")]
        public IActionResult Args([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "args/{id:int}")] HttpRequest req, int id, string? page, int? count) =>
            new ContentResult { Content = $"{id} {page ?? "-"} {count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}" };

        [Function("body")]
        public async Task<IActionResult> Body([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "body/{id:int}")] HttpRequest req, int id, string? page, int? count)
        {
            using var reader = new StreamReader(req.Body);
            return new ContentResult { Content = $"{id} {page} {count} {await reader.ReadToEndAsync()}" };
        }

        [Function("required")]
        public IActionResult Required([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "required")] HttpRequest req, int count) => new OkObjectResult(count);

        [Function("poco")]
        public Uri Poco([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "poco")] HttpRequest req) => new("http://x/");

        [Function("text")]
        public string Text([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "text")] HttpRequest req) => "not written";

        [Function("multi")]
        public TwoParts Multi([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "multi")] HttpRequest req) => new() { Http = new ContentResult { Content = "http part" } };
    }
}
