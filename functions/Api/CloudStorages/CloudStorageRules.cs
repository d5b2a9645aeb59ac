using System.Text.RegularExpressions;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Requests of the tag <c>cloudstorages</c> (contract-data.md §5.1, §5.2).</summary>
internal static partial class CloudStorageRules
{
    private const string Credentials = "credentials";

    /// <summary>Longest values of the fields of credentials.</summary>
    private static readonly Dictionary<string, int> Limits = new(StringComparer.Ordinal)
    {
        ["key"] = 40,
        ["secret_key"] = 64,
        ["account_name"] = 24,
        ["session_token"] = 440,
        ["connection_string"] = 1024,
        ["key_file"] = 32 * 1024,
    };

    /// <summary>A storage as it is to be, with its credentials.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="old">The storage to change; a new one has an empty provider.</param>
    /// <param name="known">Its credentials so far.</param>
    /// <exception cref="CvatException">400 by field.</exception>
    public static (CloudStorage Storage, CloudCredentials Credentials) Read(FieldReader fields, CloudStorage old, CloudCredentials known)
    {
        var isNew = old.ProviderType.Length == 0;
        var storage = old with
        {
            ProviderType = fields.Choice("provider_type", CloudProviders.Types, required: true).Or(old.ProviderType) ?? "",
            CredentialsType = fields.Choice("credentials_type", CloudProviders.Credentials, required: true).Or(old.CredentialsType) ?? "",
            Resource = fields.Text("resource", 222, required: true).Or(old.Resource) ?? "",
            DisplayName = fields.Text("display_name", 63, required: true).Or(old.DisplayName) ?? "",
            SpecificAttributes = fields.Text("specific_attributes", 1024, allowBlank: true).Or(old.SpecificAttributes) ?? "",
            Description = fields.Text("description", 64 * 1024, allowBlank: true).Or(old.Description) ?? "",
            Manifests = fields.Texts("manifests", 1024)?.Distinct(StringComparer.Ordinal).ToList() ?? old.Manifests,
        };
        var given = Limits.Select(limit => (Field: limit.Key, fields.Text(limit.Key, limit.Value, allowBlank: true).Value))
            .Where(field => !string.IsNullOrEmpty(field.Value))
            .ToDictionary(field => field.Field, field => field.Value!, StringComparer.Ordinal);
        fields.Errors.ThrowIfAny();
        if (!isNew && storage.ProviderType != old.ProviderType)
        {
            fields.Errors.Add("provider_type", "The provider can't be changed: register another cloud storage.");
        }

        CheckPlace(fields.Errors, storage, fields.Has("manifests"));
        fields.Errors.ThrowIfAny();
        var credentials = CredentialsOf(fields.Errors, storage, old, known, given);
        fields.Errors.ThrowIfAny();
        return (storage, credentials);
    }

    private static void CheckPlace(FieldErrors errors, CloudStorage storage, bool namesManifests)
    {
        var isName = storage.ProviderType switch
        {
            CloudProviders.S3 => S3Name().IsMatch(storage.Resource),
            CloudProviders.Azure => AzureName().IsMatch(storage.Resource),
            _ => GoogleName().IsMatch(storage.Resource),
        };
        if (!isName)
        {
            errors.Add("resource", "Ensure this value contains only lowercase letters, digits, hyphens and what else the provider allows (S3: dots; Google: dots and underscores).");
        }

        if (!CloudProviders.CredentialsOf(storage.ProviderType).Contains(storage.CredentialsType))
        {
            errors.Add("credentials_type", $"{storage.ProviderType} does not take credentials of the type {storage.CredentialsType}.");
        }

        if (namesManifests && (storage.Manifests.Count > CloudStorage.MaxManifests || storage.Manifests.Any(manifest => !CloudKeys.IsObject(manifest))))
        {
            errors.Add("manifests", $"Each must be the key of an object, without leading slash and '..'; at most {CloudStorage.MaxManifests}.");
        }

        try
        {
            var attributes = CloudAttributes.Parse(storage.SpecificAttributes);
            if ((attributes.EndpointUrl is { } endpoint && !IsEndpoint(endpoint)) || (attributes.Region is { } region && !CloudAttributes.IsRegion(region)))
            {
                errors.Add("specific_attributes", "endpoint_url must be an http or https URL without credentials, region the name of a region.");
            }
        }
        catch (FormatException e)
        {
            errors.Add("specific_attributes", e.Message);
        }
    }

    /// <summary>
    /// What the storage is opened with: the given fields, completed with the known ones while these stay where they belong. Known ones are never sent to another bucket, server or
    /// account (contract-data.md, Decision 3).
    /// </summary>
    private static CloudCredentials CredentialsOf(FieldErrors errors, CloudStorage storage, CloudStorage old, CloudCredentials known, Dictionary<string, string> given)
    {
        var needed = CloudProviders.FieldsOf(storage.ProviderType, storage.CredentialsType);
        var isSamePlace = storage.Resource == old.Resource && EndpointOf(storage) == EndpointOf(old)
            && (!given.TryGetValue("account_name", out var account) || account == known["account_name"]);
        var isKept = isSamePlace && storage.CredentialsType == old.CredentialsType;
        var fields = needed.Select(field => (Field: field, Value: given.GetValueOrDefault(field) ?? (isKept ? known[field] : null)))
            .Where(field => field.Value is not null)
            .ToDictionary(field => field.Field, field => field.Value!, StringComparer.Ordinal);
        var missing = needed.Where(field => !fields.ContainsKey(field) && (field != "key_file" || known[field] is not null)).ToList();
        if (missing.Count > 0)
        {
            var hasMoved = known.Fields.Count > 0 && !isSamePlace;
            errors.Add(
                storage.ProviderType == CloudProviders.Azure && !hasMoved ? FieldErrors.NonField : Credentials,
                hasMoved ? $"The bucket, its server or its account has changed: enter {string.Join(" and ", missing)} again." : $"Enter {string.Join(" and ", missing)}.");
        }

        if (fields.TryGetValue("account_name", out var name) && !AzureAccount().IsMatch(name))
        {
            errors.Add("account_name", "Enter the name of a storage account: 3 to 24 lowercase letters and digits.");
        }

        return new() { Fields = fields };
    }

    private static string? EndpointOf(CloudStorage storage) => CloudAttributes.Parse(storage.SpecificAttributes).EndpointUrl;

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0 && url.Query.Length == 0;

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]|\.(?!\.))*(?<!\.)$")]
    private static partial Regex S3Name();

    [GeneratedRegex("^[a-z0-9-]+$")]
    private static partial Regex AzureName();

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9_-]|\.(?!\.))*(?<!\.)$")]
    private static partial Regex GoogleName();

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex AzureAccount();
}
