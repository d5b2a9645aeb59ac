using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace CvatServerless.Functions.Api.Growth;

/// <summary>The client's <c>UserGrowthData</c>. Nothing is promoted here, so the prompt is never enabled; what clients store is kept.</summary>
internal sealed record GrowthRead(
    int Id, BasicUserRead Owner, bool GithubPromptShown, bool GithubPromptSupportClicked, bool GithubPromptEnabled, bool PromotionNotificationsAllowed);

/// <summary>The tag <c>growth</c>: everybody has one row, whose id is their own.</summary>
public sealed class GrowthApi(IAccounts accounts)
{
    private const string One = "api/growth/{id:int}";

    private static readonly FieldSet<User> Fields = FieldSet.ById<User>(user => user.Id, isDescending: false).Int("user_id", user => user.Id, FieldUses.Filter);

    [Function("growth_list")]
    public async Task<IActionResult> List([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/growth")] HttpRequest req, CancellationToken ct)
    {
        var query = req.ListQuery(Fields);
        var rows = query.Collector();
        rows.Offer(await OwnAsync(req, req.Actor().UserId, ct));
        var reads = query.PageOf(rows).Select(user => ToRead(req, user));
        return Paging.Write(req, new Page<GrowthRead>(rows.Count, [.. reads], query.Page, query.PageSize), WireJson.Default.GrowthRead);
    }

    [Function("growth_retrieve")]
    public async Task<IActionResult> Retrieve([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = One)] HttpRequest req, int id, CancellationToken ct) =>
        Wire.Json(ToRead(req, await OwnAsync(req, id, ct)), WireJson.Default.GrowthRead);

    [Function("growth_partial_update")]
    public async Task<IActionResult> Update([HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = One)] HttpRequest req, int id, CancellationToken ct)
    {
        await OwnAsync(req, id, ct);
        var fields = await Wire.FieldsAsync(req, partial: true, ct);
        var (shown, clicked, allowed) = (fields.Bool("github_prompt_shown"), fields.Bool("github_prompt_support_clicked"), fields.Bool("promotion_notifications_allowed"));
        fields.Errors.ThrowIfAny();
        var user = await accounts.UpdateAsync(id, Changed, ct) ?? throw NotFound();
        return Wire.Json(ToRead(req, user), WireJson.Default.GrowthRead);

        User Changed(User read)
        {
            var flags = FlagsOf(read);
            return read with { Growth = new(shown.Or(flags.PromptShown), clicked.Or(flags.SupportClicked), allowed.Or(flags.NotificationsAllowed)) };
        }
    }

    private static GrowthFlags FlagsOf(User user) => user.Growth ?? new(false, false, false);

    private static GrowthRead ToRead(HttpRequest req, User user)
    {
        var flags = FlagsOf(user);
        return new(user.Id, UserMapping.ToBasic(user, req.BaseUrl()), flags.PromptShown, flags.SupportClicked, GithubPromptEnabled: false, flags.NotificationsAllowed);
    }

    private static CvatException NotFound() => CvatException.NotFound("No UserGrowthData matches the given query.");

    private async Task<User> OwnAsync(HttpRequest req, int id, CancellationToken ct) =>
        id == req.Actor().UserId && await accounts.FindAsync(id, ct) is { } user ? user : throw NotFound();
}
