using System.Text;
using System.Text.RegularExpressions;
using CvatServerless.Functions.Http;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed partial class PasswordsApiTests(ApiFixture api)
{
    private const string Old = "correct horse battery";
    private const string New = "battery horse correct 2";

    [Fact]
    public async Task auth_create_password_change_RightOldOne_EndsSessionsAndKeys()
    {
        var user = await api.NewUserAsync("changer");
        var session = await SessionAsync(user.Username, Old);

        var answer = await user.PostAsync("/api/auth/password/change", new { old_password = Old, new_password1 = New, new_password2 = New });

        answer.Text.ShouldBe("""{"detail":"New password has been saved."}""");
        (await user.GetAsync("/api/users/self")).Status.ShouldBe(401);
        (await api.Caller(new("Token", user.Key)).GetAsync("/api/users/self")).Status.ShouldBe(401);
        (await api.Anonymous.SendAsync(HttpMethod.Get, "/api/users/self", null, ("Cookie", session))).Status.ShouldBe(401);
        (await As(user.Username, New).GetAsync("/api/users/self")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("wrong", New, New, "old_password", "Your old password was entered incorrectly. Please enter it again.")]
    [InlineData(Old, "short", "short", "new_password2", "This password is too short. It must contain at least 8 characters.")]
    [InlineData(Old, "password", "password", "new_password2", "This password is too common.")]
    [InlineData(Old, New, Old, "new_password2", "The two password fields didn't match.")]
    public async Task auth_create_password_change_BadField_IsNamed(string old, string one, string two, string field, string message)
    {
        var user = await api.NewUserAsync("careless");

        var answer = await user.PostAsync("/api/auth/password/change", new { old_password = old, new_password1 = one, new_password2 = two });

        answer.Status.ShouldBe(400);
        answer[field][0].GetString().ShouldBe(message);
    }

    [Fact]
    public async Task auth_create_password_change_ByToken_Is403()
    {
        var user = await api.NewUserAsync("tokened");
        var token = await user.PostAsync("/api/auth/access_tokens", new { name = "all", read_only = false });
        var bearer = api.Caller(new("Bearer", token["value"].GetString()));

        (await bearer.PostAsync("/api/auth/password/change", new { old_password = Old, new_password1 = New, new_password2 = New })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task auth_create_password_reset_Link_WorksOnceAndEndsSessions()
    {
        var user = await api.NewUserAsync("forgetful");
        var session = await SessionAsync(user.Username, Old);
        var email = $"{user.Username}@example.test";

        var known = await api.Anonymous.PostAsync("/api/auth/password/reset", new { email });
        var unknown = await api.Anonymous.PostAsync("/api/auth/password/reset", new { email = "nobody@example.test" });
        var (mail, uid, token) = await MailAsync(email);
        var body = new { uid, token, new_password1 = New, new_password2 = New };
        var weak = await api.Anonymous.PostAsync("/api/auth/password/reset/confirm", new { uid, token, new_password1 = "password", new_password2 = "password" });
        var first = await api.Anonymous.PostAsync("/api/auth/password/reset/confirm", body);
        var second = await api.Anonymous.PostAsync("/api/auth/password/reset/confirm", body);

        (known.Status, known.Text).ShouldBe((unknown.Status, unknown.Text));
        mail.ShouldContain($"{api.Origin}/auth/password/reset/confirm?uid=");
        token.Length.ShouldBe(64);
        weak.Status.ShouldBe(400);
        first.Text.ShouldBe("""{"detail":"Password has been reset with the new password."}""");
        (second.Status, second["token"][0].GetString()).ShouldBe((400, "Invalid value"));
        (await As(user.Username, New).GetAsync("/api/users/self")).Status.ShouldBe(200);
        (await api.Anonymous.SendAsync(HttpMethod.Get, "/api/users/self", null, ("Cookie", session))).Status.ShouldBe(401);
    }

    [Fact]
    public async Task auth_create_password_reset_ForeignHost_IsNotInTheMail()
    {
        var user = await api.NewUserAsync("lured");
        var email = $"{user.Username}@example.test";

        await api.Anonymous.SendAsync(HttpMethod.Post, "/api/auth/password/reset", System.Net.Http.Json.JsonContent.Create(new { email }), ("Host", "evil.test"));

        (await MailAsync(email)).Text.ShouldNotContain("evil.test");
    }

    [Fact]
    public async Task auth_create_password_reset_Again_WritesOneMailAMinute()
    {
        var user = await api.NewUserAsync("impatient");
        var email = $"{user.Username}@example.test";

        await api.Anonymous.PostAsync("/api/auth/password/reset", new { email });
        await MailAsync(email);
        await api.Anonymous.PostAsync("/api/auth/password/reset", new { email });
        var other = await api.NewUserAsync("patient");
        await api.Anonymous.PostAsync("/api/auth/password/reset", new { email = $"{other.Username}@example.test" });
        await MailAsync($"{other.Username}@example.test");

        Mails(email).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("1", "0123", "token")]
    [InlineData("999999", "0123", "token")]
    [InlineData("x", "0123", "uid")]
    public async Task auth_create_password_reset_confirm_WrongLink_Is400(string uid, string token, string field) =>
        (await api.Anonymous.PostAsync("/api/auth/password/reset/confirm", new { uid, token, new_password1 = New, new_password2 = New }))[field][0].GetString()
            .ShouldBe("Invalid value");

    [Fact]
    public async Task auth_create_signing_Url_OpensThatAddressAlone()
    {
        var user = await api.NewUserAsync("signer");
        var task = await user.TaskAsync();

        var url = (await user.PostAsync("/api/auth/signing", new { url = $"/api/tasks/{task}?x=1%202" })).Body.GetString()!;
        var path = url[api.Origin.Length..];
        var other = await api.Anonymous.GetAsync(path.Replace($"tasks/{task}", "tasks", StringComparison.Ordinal));
        var query = await api.Anonymous.GetAsync(path.Replace("x=1", "x=2", StringComparison.Ordinal));

        (await api.Anonymous.GetAsync(path)).Id.ShouldBe(task);
        (await api.Anonymous.DeleteAsync(path)).Status.ShouldBe(401);
        (other.Status, other["detail"].GetString()).ShouldBe((401, "Invalid signature."));
        query.Status.ShouldBe(401);
        (await api.Anonymous.GetAsync($"/api/tasks/{task}?sign=1:2")).Status.ShouldBe(401);
    }

    [Theory]
    [InlineData("https://evil.test/api/tasks")]
    [InlineData("//evil.test/api/tasks")]
    [InlineData("/admin")]
    public async Task auth_create_signing_ForeignUrl_Is400(string url) => (await api.Admin.PostAsync("/api/auth/signing", new { url })).Status.ShouldBe(400);

    [Fact]
    public async Task auth_create_login_WrongTooOften_Is429ForThatAccountAlone()
    {
        var (user, other) = (await api.NewUserAsync("guessed"), await api.NewUserAsync("neighbour"));
        for (var i = 0; i < 6; i++)
        {
            await LoginAsync(user.Username, $"guess {i}");
        }

        var right = await LoginAsync($"{user.Username}@example.test", Old);

        right.Status.ShouldBe(429);
        int.Parse(right.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        right["detail"].GetString()!.ShouldStartWith("Request was throttled. Expected available in ");
        (await As(user.Username, "yet another").GetAsync("/api/users/self")).Status.ShouldBe(429);
        (await LoginAsync(other.Username, Old)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task auth_retrieve_rules_Anonymous_IsABundleWithAnETag()
    {
        var answer = await api.Anonymous.GetAsync("/api/auth/rules");
        var again = await api.Anonymous.SendAsync(HttpMethod.Get, "/api/auth/rules", null, ("If-None-Match", answer.Headers["ETag"]));

        (answer.Status, answer.Headers["Content-Type"], again.Status).ShouldBe((200, "application/gzip", 304));
    }

    private Task<Answer> LoginAsync(string username, string password) => api.Anonymous.PostAsync("/api/auth/login", new { username, password });

    private async Task<string> SessionAsync(string username, string password) =>
        (await LoginAsync(username, password)).Headers["Set-Cookie"].Split('\n').Single(cookie => cookie.StartsWith("sessionid=", StringComparison.Ordinal)).Split(';')[0];

    private Caller As(string username, string password) =>
        api.Caller(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password}"))));

    private List<string> Mails(string to) =>
        [.. Directory.CreateDirectory(Path.Combine(api.Services.GetRequiredService<ServerOptions>().DataFolder, "mail")).GetFiles("*.eml").Select(file => file.FullName).Select(File.ReadAllText).Where(mail => mail.Contains($"To: {to}"))];

    private async Task<(string Text, string Uid, string Token)> MailAsync(string to)
    {
        await Eventually.HoldsAsync(() => Task.FromResult(Mails(to).Count > 0));
        var mail = Mails(to).Single();
        var link = Link().Match(mail);
        return (mail, link.Groups[1].Value, link.Groups[2].Value);
    }

    [GeneratedRegex(@"uid=(\d+)&token=([0-9a-f]+)")]
    private static partial Regex Link();
}
