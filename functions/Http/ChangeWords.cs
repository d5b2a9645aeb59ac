using System.Text.Json;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>How rows of the change log are told to people.</summary>
internal static class ChangeWords
{
    /// <summary>What of a kind's documents concerns nobody outside; a kind that is not here is never told of.</summary>
    private static readonly Dictionary<string, string[]> Hidden = new(StringComparer.Ordinal)
    {
        ["project"] = [],
        ["task"] = ["move", "data"],
        ["job"] = ["annotation_revision", "last_merge"],
        ["label"] = [],
        ["issue"] = [],
        ["comment"] = [],
        ["guide"] = [],
        ["asset"] = [],
        ["organization"] = [],
        ["membership"] = ["invitation_key"],
        ["invitation"] = ["key"],
        ["webhook"] = ["secret"],
        ["user"] = [],
        ["cloudstorage"] = ["credentials_version"],
        ["request"] = ["instance_id", "orchestrator", "input_blob", "result_blob", "base_url"],
    };

    private static readonly string[] Actions = ["create", "update", "delete"];

    /// <summary>The kinds that are told of.</summary>
    public static IReadOnlyCollection<string> Kinds => Hidden.Keys;

    /// <summary>The actions.</summary>
    public static IReadOnlyCollection<string> AllActions => Actions;

    /// <summary>
    /// <c>create</c>, <c>update</c> or <c>delete</c>. A deletion that takes several steps is told when it is decided; null for its last step, which was told before.
    /// </summary>
    public static string? ActionOf(ChangedEntity entity)
    {
        if (!Hidden.ContainsKey(entity.Kind))
        {
            return null;
        }

        if (entity.Change == ChangeKind.Deleted)
        {
            return IsMarked(entity.Before) ? null : Actions[2];
        }

        var isDecided = entity.Change == ChangeKind.Updated && IsMarked(entity.After) && entity.Before?.TryGetProperty("is_deleted"u8, out _) == true;
        return isDecided ? Actions[2] : Actions[(int)entity.Change];
    }

    /// <summary>Whether a field of a kind may be told.</summary>
    public static bool IsTold(string kind, string field) =>
        !Hidden[kind].Contains(field) && !field.Contains("secret", StringComparison.Ordinal) && !field.Contains("password", StringComparison.Ordinal);

    /// <summary>The object's id in the API: a number, a text, or undefined where it has none.</summary>
    public static JsonElement IdOf(ChangedEntity entity) => (entity.After ?? entity.Before) is { } document && document.TryGetProperty("id"u8, out var id) ? id : default;

    /// <summary>The key under which an entity of a kind is stored, from its id in the API; null where the id has another form.</summary>
    public static string? KeyOf(string kind, string id) => kind switch
    {
        "request" => Domain.Requests.WorkRequest.KeyOf(id),
        "asset" => Guid.TryParse(id, out var guid) ? Domain.Guides.Asset.KeyOf(guid) : null,
        _ => int.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? EntityKey.Of(number) : null,
    };

    private static bool IsMarked(JsonElement? document) => document is { } fields && fields.TryGetProperty("is_deleted"u8, out var mark) && mark.ValueKind == JsonValueKind.True;
}
