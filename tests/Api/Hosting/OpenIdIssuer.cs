using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CvatServerless.Tests.Api.Hosting;

/// <summary>An identity provider on loopback: discovery document, keys, and whatever tokens a test asks for.</summary>
public sealed class OpenIdIssuer : IAsyncDisposable
{
    public const string Audience = "api://cvat-serverless";
    private readonly WebApplication _app;
    private RSA _key = RSA.Create(2048);
    private string _keyId = "key-1";

    private OpenIdIssuer()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        _app = builder.Build();
        _app.MapGet("/tenant/v2.0/.well-known/openid-configuration", () => Results.Json(new { issuer = Issuer, jwks_uri = $"{Issuer}/keys" }));
        _app.MapGet("/tenant/v2.0/keys", () => Results.Text(Keys(), "application/json"));
    }

    /// <summary>Also the authority.</summary>
    public string Issuer { get; private set; } = "";

    public static async Task<OpenIdIssuer> StartAsync()
    {
        var issuer = new OpenIdIssuer();
        await issuer._app.StartAsync();
        issuer.Issuer = issuer._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/tenant/v2.0";
        return issuer;
    }

    /// <summary>New tokens are signed with another key, and only that one is published.</summary>
    public void Rotate(string keyId)
    {
        _key = RSA.Create(2048);
        _keyId = keyId;
    }

    /// <summary>A token of a subject; the rest as a test wants it.</summary>
    public string Token(
        string subject, string? audience = Audience, string? issuer = null, int lifeMinutes = 10, SigningCredentials? credentials = null, params (string Type, string Value)[] claims)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            NotBefore = now.AddMinutes(Math.Min(0, lifeMinutes) - 5),
            Expires = now.AddMinutes(lifeMinutes),
            Subject = new ClaimsIdentity([new("sub", subject), .. claims.Select(claim => new Claim(claim.Type, claim.Value))]),
            SigningCredentials = credentials ?? new(new RsaSecurityKey(_key) { KeyId = _keyId }, SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>Credentials that sign with another key under the published one's name.</summary>
    public SigningCredentials Forged() => new(new RsaSecurityKey(RSA.Create(2048)) { KeyId = _keyId }, SecurityAlgorithms.RsaSha256);

    /// <summary>Credentials that misuse the public key as the secret of a symmetric signature.</summary>
    public SigningCredentials Confused() => new(new SymmetricSecurityKey(_key.ExportSubjectPublicKeyInfo()) { KeyId = _keyId }, SecurityAlgorithms.HmacSha256);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private string Keys()
    {
        var key = _key.ExportParameters(false);
        return $$"""{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{_keyId}}","n":"{{Base64UrlEncoder.Encode(key.Modulus)}}","e":"{{Base64UrlEncoder.Encode(key.Exponent)}}"}]}""";
    }
}
