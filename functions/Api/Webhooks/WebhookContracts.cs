using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;

namespace CvatServerless.Functions.Api.Webhooks;

/// <summary>Schema <c>WebhookRead</c>; the last two keys are absent before the first delivery.</summary>
internal sealed record WebhookRead
{
    public required int Id { get; init; }

    public required string Url { get; init; }

    public required string TargetUrl { get; init; }

    public required string Description { get; init; }

    public required string Type { get; init; }

    public string ContentType => "application/json";

    public required bool IsActive { get; init; }

    public required bool EnableSsl { get; init; }

    public required DateTimeOffset CreatedDate { get; init; }

    public required DateTimeOffset UpdatedDate { get; init; }

    public BasicUserRead? Owner { get; init; }

    public int? ProjectId { get; init; }

    public int? Organization { get; init; }

    public required IReadOnlyList<string> Events { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LastStatus { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? LastDeliveryDate { get; init; }

    public static WebhookRead Of(WorkspaceId workspace, Webhook webhook, WebhookState? state, UserDirectory users) => new()
    {
        Id = webhook.Id,
        Url = $"{users.BaseUrl}/api/webhooks/{webhook.Id}",
        TargetUrl = webhook.TargetUrl,
        Description = webhook.Description,
        Type = webhook.Type,
        IsActive = webhook.IsActive,
        EnableSsl = webhook.EnableSsl,
        CreatedDate = webhook.CreatedDate,
        UpdatedDate = webhook.UpdatedDate,
        Owner = users.Basic(webhook.OwnerId),
        ProjectId = webhook.ProjectId,
        Organization = workspace.OrganizationId,
        Events = webhook.Events,
        LastStatus = state?.LastStatus,
        LastDeliveryDate = state?.LastDeliveryDate,
    };
}

/// <summary>Schema <c>WebhookDeliveryRead</c>.</summary>
internal sealed record WebhookDeliveryRead(
    int Id,
    int WebhookId,
    string Event,
    int? StatusCode,
    bool Redelivery,
    int Attempt,
    int RequestDuration,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    string ChangedFields,
    JsonElement Request,
    string Response)
{
    public static WebhookDeliveryRead Of(WebhookDelivery delivery)
    {
        using var request = JsonDocument.Parse(delivery.Request);
        return new(
            delivery.Id,
            delivery.WebhookId,
            delivery.Event,
            delivery.StatusCode,
            delivery.Redelivery,
            delivery.Attempt,
            delivery.DurationMs,
            delivery.CreatedDate,
            delivery.CreatedDate.AddMilliseconds(delivery.DurationMs),
            delivery.ChangedFields,
            request.RootElement.Clone(),
            delivery.Response);
    }
}
