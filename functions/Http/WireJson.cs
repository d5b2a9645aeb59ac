using System.Text.Json;
using System.Text.Json.Serialization;
using CvatServerless.Functions.Api.Auth;
using CvatServerless.Functions.Api.CloudStorages;
using CvatServerless.Functions.Api.Events;
using CvatServerless.Functions.Api.Growth;
using CvatServerless.Functions.Api.Guides;
using CvatServerless.Functions.Api.Issues;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Labels;
using CvatServerless.Functions.Api.Organizations;
using CvatServerless.Functions.Api.Projects;
using CvatServerless.Functions.Api.Quality;
using CvatServerless.Functions.Api.Requests;
using CvatServerless.Functions.Api.Server;
using CvatServerless.Functions.Api.Tasks;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Api.ValidationLayouts;
using CvatServerless.Functions.Api.Webhooks;

namespace CvatServerless.Functions.Http;

/// <summary>How wire records are written: snake_case, explicit nulls, moments in UTC with a <c>Z</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(UtcConverter)])]
[JsonSerializable(typeof(DetailRead))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(AboutRead))]
[JsonSerializable(typeof(IReadOnlyList<FileRead>))]
[JsonSerializable(typeof(PluginsRead))]
[JsonSerializable(typeof(FormatsRead))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(LoginRead))]
[JsonSerializable(typeof(RegisterRead))]
[JsonSerializable(typeof(AccessTokenRead))]
[JsonSerializable(typeof(UserRead))]
[JsonSerializable(typeof(BasicUserRead))]
[JsonSerializable(typeof(ProjectRead))]
[JsonSerializable(typeof(TaskRead))]
[JsonSerializable(typeof(TaskStatusRead))]
[JsonSerializable(typeof(ValidationLayoutRead))]
[JsonSerializable(typeof(JobValidationLayoutRead))]
[JsonSerializable(typeof(CloudStorageRead))]
[JsonSerializable(typeof(CloudContentRead))]
[JsonSerializable(typeof(System.Text.Json.Nodes.JsonObject))]
[JsonSerializable(typeof(WebhookRead))]
[JsonSerializable(typeof(WebhookDeliveryRead))]
[JsonSerializable(typeof(JobRead))]
[JsonSerializable(typeof(LabelRead))]
[JsonSerializable(typeof(EventsRead))]
[JsonSerializable(typeof(EventsQueryRead))]
[JsonSerializable(typeof(GuideRead))]
[JsonSerializable(typeof(AssetRead))]
[JsonSerializable(typeof(IssueRead))]
[JsonSerializable(typeof(CommentRead))]
[JsonSerializable(typeof(OrganizationRead))]
[JsonSerializable(typeof(MembershipRead))]
[JsonSerializable(typeof(InvitationRead))]
[JsonSerializable(typeof(AcceptInvitationRead))]
[JsonSerializable(typeof(RequestRead))]
[JsonSerializable(typeof(QualitySettingsRead))]
[JsonSerializable(typeof(RequirementRead))]
[JsonSerializable(typeof(IReadOnlyList<RequirementRead>))]
[JsonSerializable(typeof(ConsensusSettingsRead))]
[JsonSerializable(typeof(NoRow))]
[JsonSerializable(typeof(GrowthRead))]
[JsonSerializable(typeof(RequestId))]
[JsonSerializable(typeof(WebhookEventsRead))]
internal sealed partial class WireJson : JsonSerializerContext;

/// <summary>Moments as <c>2026-01-05T10:11:12.345678Z</c>.</summary>
internal sealed class UtcConverter : JsonConverter<DateTimeOffset>
{
    private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[27];
        value.UtcDateTime.TryFormat(text, out var written, Format, System.Globalization.CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..written]);
    }
}
