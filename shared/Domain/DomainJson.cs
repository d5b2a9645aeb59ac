using System.Text.Json.Serialization;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Guides;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Issues;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Labels;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Quality;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Webhooks;

namespace CvatServerless.Domain;

/// <summary>How records are stored: snake_case names, enums as their contract words, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(AnnotationTask))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(Label))]
[JsonSerializable(typeof(Issue))]
[JsonSerializable(typeof(Comment))]
[JsonSerializable(typeof(Guide))]
[JsonSerializable(typeof(Asset))]
[JsonSerializable(typeof(Organization))]
[JsonSerializable(typeof(Membership))]
[JsonSerializable(typeof(Invitation))]
[JsonSerializable(typeof(QualitySettings))]
[JsonSerializable(typeof(QualityRequirement))]
[JsonSerializable(typeof(ConsensusSettings))]
[JsonSerializable(typeof(FormerMember))]
[JsonSerializable(typeof(Webhook))]
[JsonSerializable(typeof(WebhookState))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(AccountRecord))]
[JsonSerializable(typeof(OrganizationRecord))]
[JsonSerializable(typeof(CloudStorage))]
[JsonSerializable(typeof(CloudCredentials))]
[JsonSerializable(typeof(WorkRequest))]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Session))]
[JsonSerializable(typeof(AccessToken))]
[JsonSerializable(typeof(SignInFailures))]
[JsonSerializable(typeof(DataParameters))]
public sealed partial class DomainJson : JsonSerializerContext;
