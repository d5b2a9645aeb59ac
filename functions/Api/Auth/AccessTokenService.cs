using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Auth;

/// <summary>Personal access tokens: everybody sees and changes their own alone.</summary>
public sealed class AccessTokenService(IAccessTokens tokens, IAccounts accounts, TimeProvider time)
{
    private const int MaxTokens = 50;
    private const int ValueBytes = 32;

    private static readonly FieldSet<AccessToken> Fields = FieldSet.ById<AccessToken>(token => token.Id)
        .Text("name", token => token.Name, FieldUses.Listed | FieldUses.Search | FieldUses.Simple)
        .Bool("read_only", token => token.ReadOnly, FieldUses.Listed | FieldUses.Simple)
        .Date("created_date", token => token.CreatedDate, FieldUses.Listed)
        .Date("updated_date", token => token.UpdatedDate, FieldUses.Listed)
        .Date("expiry_date", token => token.ExpiryDate, FieldUses.Listed)
        .Date("last_used_date", token => token.LastUsedDate, FieldUses.Listed);

    /// <summary>Makes a token; its value is shown this once.</summary>
    /// <exception cref="CvatException">403: the call is made with a token; 400: there are too many.</exception>
    internal async Task<(AccessToken Token, string Value)> CreateAsync(Actor actor, AccessTokenWrite write, CancellationToken ct)
    {
        RefuseTokens(actor);
        var now = time.GetUtcNow();
        var value = Passwords.RandomSecret(ValueBytes);
        var token = new AccessToken
        {
            Id = 0,
            UserId = actor.UserId,
            Name = write.Name.Value!,
            ValueHash = Authenticator.Hash(value),
            ReadOnly = !write.ReadOnly.IsSet || write.ReadOnly.Value,
            CreatedDate = now,
            UpdatedDate = now,
            ExpiryDate = write.ExpiryDate.Value,
        };
        return (await tokens.CreateAsync(actor.UserId, Make, ct), value);

        AccessToken Make(int id, IReadOnlyList<AccessToken> others) => others.Count(other => Authenticator.IsUsable(other, now)) < MaxTokens
            ? token with { Id = id }
            : throw CvatException.Rule("You have reached the maximum allowed number of Personal Access Tokens for a user");
    }

    /// <summary>A page of the actor's tokens that are not revoked.</summary>
    internal async Task<Page<AccessTokenRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(Fields);
        var rows = query.Collector();
        foreach (var token in (await tokens.OfUserAsync(req.Actor().UserId, ct)).Where(token => !token.IsRevoked))
        {
            rows.Offer(token);
        }

        var owner = await OwnerAsync(req, ct);
        return new(rows.Count, [.. query.PageOf(rows).Select(token => ToRead(token, owner, null))], query.Page, query.PageSize);
    }

    /// <summary>One of the actor's tokens.</summary>
    /// <exception cref="CvatException">404.</exception>
    internal async Task<AccessToken> FindAsync(Actor actor, int id, CancellationToken ct) =>
        (await tokens.OfUserAsync(actor.UserId, ct)).FirstOrDefault(token => token.Id == id && !token.IsRevoked) ?? throw NotFound();

    /// <summary>The token that the call is made with.</summary>
    /// <exception cref="CvatException">401: it is made otherwise.</exception>
    internal async Task<AccessToken> CurrentAsync(HttpRequest req, CancellationToken ct) =>
        req.Actor().Credential == Credential.AccessToken && await tokens.FindByHashAsync(req.CredentialHash()!, ct) is { } token
            ? token
            : throw CvatException.Unauthenticated();

    /// <summary>Changes a token.</summary>
    /// <exception cref="CvatException">404; 403: the call is made with a token.</exception>
    internal async Task<AccessToken> UpdateAsync(Actor actor, int id, AccessTokenWrite write, CancellationToken ct)
    {
        RefuseTokens(actor);
        var now = time.GetUtcNow();
        return await tokens.UpdateAsync(actor.UserId, id, Changed, ct) ?? throw NotFound();

        AccessToken Changed(AccessToken read) => read with
        {
            Name = write.Name.Or(read.Name)!,
            ExpiryDate = write.ExpiryDate.Or(read.ExpiryDate),
            ReadOnly = write.ReadOnly.Or(read.ReadOnly),
            UpdatedDate = now,
        };
    }

    /// <summary>Revokes a token.</summary>
    /// <exception cref="CvatException">404; 403: the call is made with a token.</exception>
    internal async Task RevokeAsync(Actor actor, int id, CancellationToken ct)
    {
        await FindAsync(actor, id, ct);
        RefuseTokens(actor);
        var now = time.GetUtcNow();
        _ = await tokens.UpdateAsync(actor.UserId, id, read => read with { IsRevoked = true, UpdatedDate = now }, ct) ?? throw NotFound();
    }

    internal async Task<AccessTokenRead> ToReadAsync(HttpRequest req, AccessToken token, string? value, CancellationToken ct) =>
        ToRead(token, await OwnerAsync(req, ct), value);

    private static AccessTokenRead ToRead(AccessToken token, BasicUserRead owner, string? value) => new()
    {
        Id = token.Id,
        Name = token.Name,
        CreatedDate = token.CreatedDate,
        UpdatedDate = token.UpdatedDate,
        ExpiryDate = token.ExpiryDate,
        LastUsedDate = token.LastUsedDate,
        ReadOnly = token.ReadOnly,
        Owner = owner,
        Value = value,
    };

    private static CvatException NotFound() => CvatException.NotFound("No AccessToken matches the given query.");

    private static void RefuseTokens(Actor actor)
    {
        if (actor.Credential == Credential.AccessToken)
        {
            throw CvatException.Forbidden();
        }
    }

    private async Task<BasicUserRead> OwnerAsync(HttpRequest req, CancellationToken ct) =>
        UserMapping.ToBasic((await accounts.FindAsync(req.Actor().UserId, ct))!, req.BaseUrl());
}
