using System.Text;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class OpenIdFixture : IAsyncLifetime
{
    public OpenIdIssuer Issuer { get; private set; } = null!;

    public OwnServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Issuer = await OpenIdIssuer.StartAsync();
        Server = await OwnServer.StartAsync(
            $"OIDC_AUTHORITY={Issuer.Issuer}", $"OIDC_AUDIENCE={OpenIdIssuer.Audience}", "OIDC_ROLES=Cvat.Admin=admin,Cvat.Annotator=worker", "ANONYMOUS_PER_MINUTE=0");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}

/// <summary>Bearer tokens of an identity provider beside local accounts.</summary>
public sealed class OpenIdApiTests(OpenIdFixture openId) : IClassFixture<OpenIdFixture>
{
    private OpenIdIssuer Issuer => openId.Issuer;

    [Fact]
    public async Task Token_First_MakesAnAccountThatStays()
    {
        var token = Issuer.Token("s-1", claims: [("preferred_username", "ann@corp.test"), ("email", "ann@corp.test"), ("given_name", "Ann")]);

        var first = await SelfAsync(token);
        var second = await SelfAsync(Issuer.Token("s-1", claims: [("preferred_username", "renamed")]));

        first.Status.ShouldBe(200);
        first["username"].GetString().ShouldBe("ann@corp.test");
        first["first_name"].GetString().ShouldBe("Ann");
        first["created_via"].GetString().ShouldBe("sso");
        first["groups"][0].GetString().ShouldBe("user");
        second.Id.ShouldBe(first.Id);
    }

    [Fact]
    public async Task Token_NameAndMailOfALocalAccount_IsSomebodyElse()
    {
        var admin = await openId.Server.Admin.GetAsync("/api/users/self");

        var impostor = await SelfAsync(Issuer.Token("s-2", claims: [("preferred_username", "admin")]));

        impostor.Id.ShouldNotBe(admin.Id);
        impostor["username"].GetString().ShouldBe("admin-2");
        impostor["is_superuser"].GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Token_Roles_AreTheGroupsOfTheMoment()
    {
        var worker = await SelfAsync(Issuer.Token("s-3", claims: [("roles", "Cvat.Annotator")]));
        var admin = await SelfAsync(Issuer.Token("s-3", claims: [("roles", "Cvat.Admin"), ("roles", "Other")]));
        var user = await SelfAsync(Issuer.Token("s-3"));

        worker["groups"][0].GetString().ShouldBe("worker");
        admin["is_superuser"].GetBoolean().ShouldBeTrue();
        user["groups"][0].GetString().ShouldBe("user");
    }

    [Fact]
    public async Task Token_ManyAtOnce_MakeOneAccount()
    {
        var token = Issuer.Token("s-4", claims: [("preferred_username", "eager")]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SelfAsync(token)));

        answers.Select(answer => answer.Id).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Token_Writes_WithoutCsrfAndMayMakeAccessTokens()
    {
        var caller = openId.Server.As(new("Bearer", Issuer.Token("s-5")));

        (await caller.PostAsync("/api/projects", new { name = "by token" })).Status.ShouldBe(201);
        var made = await caller.PostAsync("/api/auth/access_tokens", new { name = "script" });
        (await SelfAsync(made["value"].GetString()!)).Status.ShouldBe(200);
        (await caller.PostAsync("/api/auth/password/change", new { old_password = "x", new_password1 = "long enough 1", new_password2 = "long enough 1" })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task Token_OfAnInactiveAccount_Is401()
    {
        var self = await SelfAsync(Issuer.Token("s-6"));
        await openId.Server.Admin.PatchAsync($"/api/users/{self.Id}", new { is_active = false });

        (await SelfAsync(Issuer.Token("s-6")))["detail"].GetString().ShouldBe("User inactive or deleted.");
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("audience")]
    [InlineData("no audience")]
    [InlineData("issuer")]
    [InlineData("signature")]
    [InlineData("confused")]
    [InlineData("none")]
    [InlineData("unsigned")]
    [InlineData("tampered")]
    [InlineData("nonsense")]
    public async Task Token_Bad_Is401(string fault)
    {
        var answer = await SelfAsync(Bad(fault));

        answer.Status.ShouldBe(401);
        answer.Text.ShouldBe("""{"detail":"Invalid token."}""");
    }

    [Fact]
    public async Task Token_AfterKeyRotation_WorksOnceTheKeysWereReadAgain()
    {
        await using var issuer = await OpenIdIssuer.StartAsync();
        await using var server = await OwnServer.StartAsync($"OIDC_AUTHORITY={issuer.Issuer}", $"OIDC_AUDIENCE={OpenIdIssuer.Audience}", "ANONYMOUS_PER_MINUTE=0");
        var old = issuer.Token("r-1");
        (await server.As(new("Bearer", old)).GetAsync("/api/users/self")).Status.ShouldBe(200);

        issuer.Rotate("key-2");
        var status = 0;
        for (var i = 0; i < 200 && status != 200; i++)
        {
            status = (await server.As(new("Bearer", issuer.Token("r-1"))).GetAsync("/api/users/self")).Status;
        }

        status.ShouldBe(200);
        (await server.As(new("Bearer", issuer.Token("r-1", credentials: issuer.Forged()))).GetAsync("/api/users/self")).Status.ShouldBe(401);
    }

    private Task<Answer> SelfAsync(string token) => openId.Server.As(new("Bearer", token)).GetAsync("/api/users/self");

    private string Bad(string fault)
    {
        var good = Issuer.Token("bad", claims: [("roles", "Cvat.Admin")]).Split('.');
        return fault switch
        {
            "expired" => Issuer.Token("bad", lifeMinutes: -10),
            "audience" => Issuer.Token("bad", audience: "api://other"),
            "no audience" => Issuer.Token("bad", audience: null),
            "issuer" => Issuer.Token("bad", issuer: "https://login.example.test/tenant/v2.0"),
            "signature" => Issuer.Token("bad", credentials: Issuer.Forged()),
            "confused" => Issuer.Token("bad", credentials: Issuer.Confused()),
            "none" => $"{Encode("""{"alg":"none","typ":"JWT"}""")}.{good[1]}.",
            "unsigned" => $"{good[0]}.{good[1]}.",
            "tampered" => $"{good[0]}.{Encode(Encoding.UTF8.GetString(Base64UrlEncoder.DecodeBytes(good[1])).Replace("bad", "worse", StringComparison.Ordinal))}.{good[2]}",
            _ => "a.b.c",
        };
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(json);
}
