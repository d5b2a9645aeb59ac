using System.Globalization;
using System.Reflection;
using CvatServerless.Functions;
using CvatServerless.Functions.Api.NotImplemented;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Azure.Functions.Worker;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Every operation of the contract has a function, or stands in the dated list of those that answer 501; never both.</summary>
public sealed class ContractTests(ApiFixture api)
{
    private static readonly HashSet<string> Functions = [.. typeof(Server).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
        .OfType<string>()];

    private HashSet<string> Operations => [.. api.Contract.Operations.All.Select(operation => operation.Id)];

    [Fact]
    public void Operations_AllOfThem_HaveAFunctionOrALine() =>
        Operations.Except(Functions).Except(PendingOperations.All).ShouldBeEmpty();

    [Fact]
    public void Operations_WithAFunction_HaveNoLine() => PendingOperations.All.Intersect(Functions).ShouldBeEmpty();

    [Fact]
    public void Lines_AllOfThem_NameAnOperation() => PendingOperations.All.Except(Operations).ShouldBeEmpty();

    [Fact]
    public void Lines_AllOfThem_HaveADate()
    {
        using var stream = typeof(PendingOperations).Assembly.GetManifestResourceStream("operations.txt")!;
        using var reader = new StreamReader(stream);
        foreach (var line in reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            DateOnly.TryParseExact(line.Split('\t')[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _).ShouldBeTrue(line);
        }
    }

    [Fact]
    public async Task Pending_Operation_Asks401First()
    {
        var anonymous = await api.Anonymous.GetAsync("/api/lambda/functions");
        var user = await api.Admin.GetAsync("/api/lambda/functions");

        (anonymous.Status, user.Status).ShouldBe((401, 501));
        user["detail"].GetString().ShouldBe("lambda_list_functions is not available yet in CvatServerless.");
    }

    [Fact]
    public async Task Path_WithOtherMethod_Is405WithAllow()
    {
        var answer = await api.Admin.SendAsync(HttpMethod.Put, "/api/tasks/1", null);

        answer.Status.ShouldBe(405);
        answer.Headers["Allow"].ShouldContain("PATCH");
        answer["detail"].GetString().ShouldBe("Method \"PUT\" not allowed.");
    }

    [Theory]
    [InlineData("/api/nothing")]
    [InlineData("/api/tasks/abc")]
    public async Task Path_Unknown_Is404(string path)
    {
        var answer = await api.Admin.GetAsync(path);

        answer.Status.ShouldBe(404);
        answer["detail"].GetString().ShouldBe("Not found.");
    }

    [Theory]
    [InlineData("/api/tasks")]
    [InlineData("/api/tasks/")]
    public async Task Path_WithAndWithoutSlash_IsTheSame(string path) => (await api.Admin.GetAsync(path)).Status.ShouldBe(200);

    [Fact]
    public async Task Answer_Always_HasARequestId()
    {
        var answer = await api.Anonymous.GetAsync("/api/users/self");

        Guid.TryParse(answer.Headers["X-Request-Id"], out _).ShouldBeTrue();
        answer.Headers["WWW-Authenticate"].ShouldNotBeEmpty();
        answer.Headers["Content-Type"].ShouldBe("application/vnd.cvat+json");
    }

    [Fact]
    public async Task Accept_OtherVersion_Is406()
    {
        var answer = await api.Anonymous.SendAsync(HttpMethod.Get, "/api/server/about", null, ("Accept", "application/vnd.cvat+json; version=3.0"));

        answer.Status.ShouldBe(406);
        answer["detail"].GetString().ShouldBe("Invalid version in \"Accept\" header.");
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/tasks/7", "text/html; charset=utf-8", "no-cache")]
    [InlineData("/assets/app-0a1b2c3d.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable")]
    public async Task WebApp_IsServed(string path, string contentType, string caching)
    {
        var answer = await api.Anonymous.GetAsync(path);
        var again = await api.Anonymous.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", answer.Headers["ETag"]));

        answer.Status.ShouldBe(200);
        answer.Headers["Content-Type"].ShouldBe(contentType);
        answer.Headers["Cache-Control"].Split(", ").Order().ShouldBe(caching.Split(", ").Order());
        again.Status.ShouldBe(304);
    }

    [Theory]
    [InlineData("/assets/missing.js")]
    [InlineData("/%2e%2e/store.db")]
    [InlineData("/..%2fstore.db")]
    public async Task WebApp_FilesElsewhere_AreNot(string path) => (await api.Anonymous.GetAsync(path)).Text.ShouldNotContain("SQLite");
}
