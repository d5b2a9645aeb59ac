using CvatServerless.EmbeddedRuntime.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Hosting;

public sealed class RouteTableTests
{
    private const string NoPrefix = """{"extensions":{"http":{"routePrefix":""}}}""";

    [Theory]
    [InlineData("GET", "/items/5", 200, "items_get 5")]
    [InlineData("GET", "/ITEMS/5/", 200, "items_get 5")]
    [InlineData("POST", "/items/5", 404, "")]
    [InlineData("HEAD", "/items/5", 404, "")]
    [InlineData("GET", "/items/x", 404, "")]
    [InlineData("GET", "/items//5", 404, "")]
    [InlineData("GET", "//items/5", 404, "")]
    [InlineData("GET", "/items", 200, "items_list ")]
    [InlineData("PUT", "/any/way", 200, "any PUT way")]
    [InlineData("GET", "/admin/host/status", 401, "")]
    [InlineData("GET", "/runtime/webhooks/x", 401, "")]
    public async Task Match_Request_ReachesTheFunctionOfTheHost(string method, string path, int status, string body)
    {
        await using var app = await TestApp.StartAsync(typeof(Items));

        var answer = await app.SendAsync(method, path);

        answer.Status.ShouldBe(status);
        answer.Body.ShouldBe(body);
    }

    [Fact]
    public async Task Match_RoutePrefix_StandsBeforeEveryRoute()
    {
        await using var app = await TestApp.Build("{}", [], [typeof(Items)]).StartAsync();

        (await app.GetAsync("/api/items/5")).Status.ShouldBe(200);
        (await app.GetAsync("/items/5")).Status.ShouldBe(404);
    }

    [Fact]
    public void Build_NameOrderAndPrecedenceDisagree_IsRefused()
    {
        var refusal = Should.Throw<StartupException>(() => TestApp.Build(NoPrefix, [], [typeof(Disagreeing)]));

        refusal.Message.ShouldContain("'a_name' (x/{name}) hides 'b_literal' (x/special)");
    }

    [Fact]
    public async Task Match_ConflictLetThrough_TakesTheFirstInNameOrderWithTheOthersRouteValues()
    {
        await using var app = await TestApp.Build(NoPrefix, new() { ["EMBEDDED_RUNTIME_ROUTE_CONFLICTS"] = "allow" }, [typeof(Disagreeing)]).StartAsync();

        (await app.GetAsync("/x/special")).Body.ShouldBe("a_name special 0");
        (await app.GetAsync("/x/other")).Body.ShouldBe("a_name other 1");
    }

    [Fact]
    public void Build_ReservedRoute_IsRefused() =>
        Should.Throw<StartupException>(() => TestApp.Build(NoPrefix, [], [typeof(Reserved)])).Message.ShouldContain("'admin'");

    [Fact]
    public void Build_SameNameTwice_IsRefused() =>
        Should.Throw<StartupException>(() => TestApp.Build(NoPrefix, [], [typeof(Items), typeof(ItemsAgain)])).Message.ShouldContain("items_get");

    [Fact]
    public void Build_DisjointConstraints_AreNoConflict()
    {
        var app = TestApp.Build(NoPrefix, [], [typeof(Disjoint)]);

        app.ShouldNotBeNull();
    }

    public sealed class Items
    {
        [Function("items_get")]
        public IActionResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items/{id:int}")] HttpRequest req, int id) => new ContentResult { Content = $"items_get {id}" };

        [Function("items_list")]
        public static IActionResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "items")] HttpRequest req) => new ContentResult { Content = "items_list " };

        [Function("z_any")]
        public Task Any([HttpTrigger(AuthorizationLevel.Anonymous, Route = "any/{*rest}")] HttpRequest req, string? rest) => req.HttpContext.Response.WriteAsync($"any {req.Method} {rest}");
    }

    public sealed class ItemsAgain
    {
        [Function("ITEMS_GET")]
        public void Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "elsewhere")] HttpRequest req)
        {
        }
    }

    public sealed class Disagreeing
    {
        [Function("a_name")]
        public IActionResult Name([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x/{name}")] HttpRequest req, string name) =>
            new ContentResult { Content = $"a_name {name} {req.RouteValues.Count}" };

        [Function("b_literal")]
        public void Literal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x/special")] HttpRequest req)
        {
        }
    }

    public sealed class Disjoint
    {
        [Function("a_int")]
        public void Int([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x/{id:int}")] HttpRequest req, int id)
        {
        }

        [Function("b_guid")]
        public void Guid([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x/{id:guid}")] HttpRequest req, Guid id)
        {
        }

        [Function("c_literal")]
        public void Literal([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "x/special")] HttpRequest req)
        {
        }

        [Function("d_other_method")]
        public void Post([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "x/{id:int}")] HttpRequest req, int id)
        {
        }
    }

    public sealed class Reserved
    {
        [Function("a")]
        public void A([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "admin/x")] HttpRequest req)
        {
        }
    }
}
