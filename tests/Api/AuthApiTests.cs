using System.Net.Http.Json;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class AuthApiTests(ApiFixture api)
{
    [Fact]
    public async Task auth_create_login_RightPassword_OpensASession()
    {
        var answer = await api.Anonymous.PostAsync("/api/auth/login", new { username = "admin", password = "administrator-1" });
        var (csrf, session) = Cookies(answer);

        var self = await api.Anonymous.SendAsync(HttpMethod.Get, "/api/users/self", null, ("Cookie", $"sessionid={session}"));

        answer["key"].GetString()!.Length.ShouldBeLessThanOrEqualTo(40);
        self["username"].GetString().ShouldBe("admin");
        csrf.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task auth_create_login_Cookies_ComeInTheOrderThatPythonReads()
    {
        var answer = await api.Anonymous.PostAsync("/api/auth/login", new { username = "admin", password = "administrator-1" });

        var cookies = answer.Headers["Set-Cookie"].Split('\n');
        cookies[0].ShouldStartWith("csrftoken=");
        cookies[0].ShouldNotContain("HttpOnly");
        cookies[1].ShouldStartWith("sessionid=");
        cookies[1].ShouldContain("HttpOnly");
        cookies[0].Split("; ")[^1].ShouldContain('=');
    }

    [Fact]
    public async Task auth_create_login_WrongPassword_Is400()
    {
        var answer = await api.Anonymous.PostAsync("/api/auth/login", new { username = "admin", password = "wrong" });

        answer.Status.ShouldBe(400);
        answer.Text.ShouldBe("""{"non_field_errors":["Unable to log in with provided credentials."]}""");
    }

    [Theory]
    [InlineData(null, 403)]
    [InlineData("wrong", 403)]
    [InlineData("right", 201)]
    public async Task Session_UnsafeCall_NeedsTheCsrfToken(string? token, int status)
    {
        var (csrf, session) = Cookies(await api.Anonymous.PostAsync("/api/auth/login", new { username = "admin", password = "administrator-1" }));
        var headers = new List<(string, string)> { ("Cookie", $"csrftoken={csrf}; sessionid={session}") };
        if (token is not null)
        {
            headers.Add(("X-CSRFToken", token == "right" ? csrf : token));
        }

        var answer = await api.Anonymous.SendAsync(HttpMethod.Post, "/api/projects", JsonContent.Create(new { name = "by session" }), [.. headers]);

        answer.Status.ShouldBe(status);
    }

    [Fact]
    public async Task Session_ForeignOrigin_Is403()
    {
        var (csrf, session) = Cookies(await api.Anonymous.PostAsync("/api/auth/login", new { username = "admin", password = "administrator-1" }));

        var answer = await api.Anonymous.SendAsync(
            HttpMethod.Post, "/api/projects", JsonContent.Create(new { name = "x" }), ("Cookie", $"csrftoken={csrf}; sessionid={session}"), ("X-CSRFToken", csrf), ("Origin", "http://evil.test"));

        answer.Status.ShouldBe(403);
        answer.Text.ShouldContain("CSRF Failed");
    }

    [Fact]
    public async Task auth_create_logout_EndsKeysAndSession()
    {
        var user = await api.NewUserAsync("leaver");
        var (csrf, session) = Cookies(await api.Anonymous.PostAsync("/api/auth/login", new { username = user.Username, password = "correct horse battery" }));
        var byKey = api.Caller(new("Token", user.Key));
        (await byKey.GetAsync("/api/users/self")).Status.ShouldBe(200);

        var answer = await api.Anonymous.SendAsync(HttpMethod.Post, "/api/auth/logout", null, ("Cookie", $"csrftoken={csrf}; sessionid={session}"), ("X-CSRFToken", csrf));

        answer.Text.ShouldBe("""{"detail":"Successfully logged out."}""");
        (await byKey.GetAsync("/api/users/self")).Status.ShouldBe(401);
        (await api.Anonymous.SendAsync(HttpMethod.Get, "/api/users/self", null, ("Cookie", $"sessionid={session}"))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task auth_create_register_Twice_Is400ByField()
    {
        var user = await api.NewUserAsync("registered");
        var answer = await api.Anonymous.PostAsync(
            "/api/auth/register", new { username = user.Username.ToUpperInvariant(), email = "other@example.test", password1 = "long enough 1", password2 = "long enough 1" });

        answer.Status.ShouldBe(400);
        answer["username"][0].GetString().ShouldBe("A user with that username already exists.");
    }

    [Theory]
    [InlineData("abc", "a@b.test", "good password 1", "username", "Ensure this field has at least 5 characters.")]
    [InlineData("valid name", "a@b.test", "good password 1", "username", "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.")]
    [InlineData("valid.name", "nonsense", "good password 1", "email", "Enter a valid email address.")]
    [InlineData("valid.name", "a@b.test", "short", "password1", "This password is too short. It must contain at least 8 characters.")]
    [InlineData("valid.name", "a@b.test", "password", "password1", "This password is too common.")]
    public async Task auth_create_register_BadField_IsNamed(string username, string email, string password, string field, string message)
    {
        var answer = await api.Anonymous.PostAsync("/api/auth/register", new { username, email, password1 = password, password2 = password });

        answer.Status.ShouldBe(400);
        answer[field][0].GetString().ShouldBe(message);
    }

    [Fact]
    public async Task auth_create_access_tokens_ValueIsShownOnceAndOpens()
    {
        var user = await api.NewUserAsync("tokens");
        var created = await user.PostAsync("/api/auth/access_tokens", new { name = "ci" });

        var bearer = api.Caller(new("Bearer", created["value"].GetString()));
        var self = await bearer.GetAsync("/api/auth/access_tokens/self");
        var list = await user.GetAsync("/api/auth/access_tokens");

        created.Status.ShouldBe(201);
        created["read_only"].GetBoolean().ShouldBeTrue();
        self["name"].GetString().ShouldBe("ci");
        list["count"].GetInt32().ShouldBe(1);
        list["results"][0].TryGetProperty("value", out _).ShouldBeFalse();
        (await bearer.PostAsync("/api/projects", new { name = "x" })).Status.ShouldBe(403);
        (await bearer.PostAsync("/api/auth/access_tokens", new { name = "another" })).Status.ShouldBe(403);
        (await user.GetAsync("/api/auth/access_tokens/self")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task auth_destroy_access_tokens_Revokes()
    {
        var user = await api.NewUserAsync("revoker");
        var created = await user.PostAsync("/api/auth/access_tokens", new { name = "ci", read_only = false });
        var stranger = await api.NewUserAsync("stranger");
        (await stranger.DeleteAsync($"/api/auth/access_tokens/{created.Id}")).Status.ShouldBe(404);

        (await user.DeleteAsync($"/api/auth/access_tokens/{created.Id}")).Status.ShouldBe(204);

        var answer = await api.Caller(new("Bearer", created["value"].GetString())).GetAsync("/api/users/self");
        (answer.Status, answer.Text).ShouldBe((401, """{"detail":"Invalid token."}"""));
        (await user.GetAsync($"/api/auth/access_tokens/{created.Id}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"name":""}""", "name", "This field may not be blank.")]
    [InlineData("{}", "name", "This field is required.")]
    [InlineData("""{"name":"x","read_only":"maybe"}""", "read_only", "Must be a valid boolean.")]
    public async Task auth_create_access_tokens_BadField_IsNamed(string body, string field, string message) =>
        (await api.Admin.PostAsync("/api/auth/access_tokens", body))[field][0].GetString().ShouldBe(message);

    [Theory]
    [InlineData("Bearer", "nothing")]
    [InlineData("Token", "0123456789")]
    [InlineData("Basic", "YWRtaW46d3Jvbmc=")]
    [InlineData("Basic", "%%%")]
    public async Task Credentials_Wrong_Are401EvenWhereAnonymousMay(string scheme, string value) =>
        (await api.Caller(new(scheme, value)).GetAsync("/api/server/about")).Status.ShouldBe(401);

    [Fact]
    public async Task auth_create_access_tokens_FiftyOne_IsOneTooMany()
    {
        var user = await api.NewUserAsync("hoarder");
        var last = 0;
        for (var i = 0; i < 50; i++)
        {
            last = (await user.PostAsync("/api/auth/access_tokens", new { name = "same name" })).Id;
        }

        var tooMany = await user.PostAsync("/api/auth/access_tokens", new { name = "one more" });
        await user.DeleteAsync($"/api/auth/access_tokens/{last}");

        tooMany.Text.ShouldBe("""["You have reached the maximum allowed number of Personal Access Tokens for a user"]""");
        (await user.PostAsync("/api/auth/access_tokens", new { name = "one more" })).Status.ShouldBe(201);
    }

    [Fact]
    public async Task auth_create_access_tokens_ManyAtOnce_AreNoMoreThanFifty()
    {
        var user = await api.NewUserAsync("hasty");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => user.PostAsync("/api/auth/access_tokens", new { name = $"token {i}" })));

        answers.Count(answer => answer.Status == 201).ShouldBe(50);
        answers.Count(answer => answer.Status == 400).ShouldBe(10);
        (await user.GetAsync("/api/auth/access_tokens"))["count"].GetInt32().ShouldBe(50);
    }

    private static (string Csrf, string Session) Cookies(Answer answer)
    {
        var cookies = answer.Headers["Set-Cookie"].Split('\n').Select(cookie => cookie.Split(';')[0].Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return (cookies["csrftoken"], cookies["sessionid"]);
    }
}
