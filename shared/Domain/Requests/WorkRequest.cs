using System.Text.Json.Serialization.Metadata;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Requests;

/// <summary>
/// A piece of background work as <c>/api/requests</c> shows it (schema <c>Request</c>); the projection of one orchestration instance.
/// </summary>
public sealed record WorkRequest : IWorkspaceEntity<WorkRequest>
{
    /// <inheritdoc/>
    public static string Kind => "request";

    /// <inheritdoc/>
    public static JsonTypeInfo<WorkRequest> Json => DomainJson.Default.WorkRequest;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => KeyOf(Id);

    /// <summary>The contract's rq_id, such as <c>action=create&amp;target=task&amp;target_id=7</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The orchestration that does the work; a new one for every attempt under the same <see cref="Id"/>.</summary>
    public required string InstanceId { get; init; }

    /// <summary>The orchestration's function name; with it a request that was accepted but not scheduled (a crash in between) is started later.</summary>
    public required string Orchestrator { get; init; }

    /// <summary><c>create</c>, <c>export</c>, <c>import</c> or <c>merge</c>.</summary>
    public required string Action { get; init; }

    /// <summary><c>task</c>, <c>job</c>, <c>project</c>, <c>events</c> or <c>cloudstorage</c>.</summary>
    public required string Target { get; init; }

    /// <summary><c>dataset</c>, <c>annotations</c>, <c>backup</c>, <c>manifest</c> or null.</summary>
    public string? Subresource { get; init; }

    /// <summary>The project concerned.</summary>
    public int? ProjectId { get; init; }

    /// <summary>The task concerned.</summary>
    public int? TaskId { get; init; }

    /// <summary>The job concerned.</summary>
    public int? JobId { get; init; }

    /// <summary>The dataset format's name, for exports and imports.</summary>
    public string? Format { get; init; }

    /// <summary>A blob with what the work needs beyond these fields: data parameters, an uploaded annotation file.</summary>
    public string? InputBlob { get; init; }

    /// <summary>The external origin at the time of the call, for URLs in files; empty where none is needed.</summary>
    public string BaseUrl { get; init; } = "";

    /// <summary>The user who asked.</summary>
    public int? OwnerId { get; init; }

    /// <summary><c>queued</c>, <c>started</c>, <c>finished</c> or <c>failed</c>.</summary>
    public string Status { get; init; } = "queued";

    /// <summary>What it does at the moment, or why it failed, in words that a user can act on.</summary>
    public string Message { get; init; } = "";

    /// <summary>0…1; null before it begins.</summary>
    public double? Progress { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedDate { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? StartedDate { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset? FinishedDate { get; init; }

    /// <summary>When the result is removed.</summary>
    public DateTimeOffset? ExpiryDate { get; init; }

    /// <summary>The blob that holds a finished export.</summary>
    public string? ResultBlob { get; init; }

    /// <summary>The name under which the result is offered; for a cloud storage the object's key.</summary>
    public string? ResultFileName { get; init; }

    /// <summary>The cloud storage concerned: that which an export's file goes to, under <see cref="ResultFileName"/> as its key, or which a manifest is written into.</summary>
    public int? CloudStorageId { get; init; }

    /// <summary>The id of what was made.</summary>
    public int? ResultId { get; init; }

    /// <summary>Whether it still runs.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsActive => Status is "queued" or "started";

    /// <summary>A request's id as a key: percent-encoded where a row key may not hold a character.</summary>
    public static string KeyOf(string id) => Uri.EscapeDataString(id).Replace('%', '!');
}
