using System.Globalization;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Requests;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.WriteManifest;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Has manifests written into buckets; an operation beyond CVAT's, whose users run a script for it.</summary>
public sealed class ManifestRequests(Access access, WorkRequests requests, TimeProvider time)
{
    private const int MaxLength = 1024;

    /// <summary>Accepts a request: 202 with its id; 409 with the id of the same one where that runs.</summary>
    internal async Task<IActionResult> StartAsync(HttpRequest req, int id, DurableTaskClient client, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.Update, ct);
        var parameters = Read(await Wire.FieldsAsync(req, partial: false, ct), found.Storage);
        var requestId = string.Create(CultureInfo.InvariantCulture, $"action=create&target={CloudStorage.Kind}&target_id={id}&subresource=manifest");
        var instance = requests.NewInstanceId(requestId);
        var draft = new WorkRequest
        {
            Id = requestId,
            InstanceId = instance,
            Orchestrator = WriteManifestOrchestrator.Name,
            Action = "create",
            Target = CloudStorage.Kind,
            Subresource = "manifest",
            CloudStorageId = id,
            InputBlob = ManifestBlobs.Parameters(instance),
            OwnerId = req.Actor().UserId,
            CreatedDate = time.GetUtcNow(),
        };
        return Wire.Started(requestId, await requests.StartAsync(client, found.Workspace, draft, parameters, ManifestWorkJson.Default.ManifestParameters, ct));
    }

    /// <summary>By default all pictures within the storage's prefix, and a manifest in the folder of the prefix.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    private static ManifestParameters Read(FieldReader fields, CloudStorage storage)
    {
        var limit = CloudKeys.PrefixOf(storage);
        var prefix = fields.Text("prefix", MaxLength, allowBlank: true, trim: false).Value is { Length: > 0 } asked ? asked : limit;
        var path = fields.Text("path", MaxLength).Or((CloudKeys.FolderOf(prefix) is var folder && CloudKeys.IsWithin(storage, folder) ? folder : limit) + "manifest.jsonl")!;
        fields.Errors.ThrowIfAny();
        if (!prefix.StartsWith(limit, StringComparison.Ordinal) || (prefix.Length > 0 && !CloudKeys.IsSafe(prefix)))
        {
            fields.Errors.Add("prefix", $"It must begin with the prefix of the cloud storage ('{limit}'), without leading slash and '..'.");
        }

        if (!CloudKeys.IsSafe(path) || !path.EndsWith(".jsonl", StringComparison.Ordinal) || !prefix.StartsWith(CloudKeys.FolderOf(path), StringComparison.Ordinal) || !CloudKeys.IsWithin(storage, path))
        {
            fields.Errors.Add("path", $"It must be the key of a .jsonl file in a folder that holds all keys with the prefix, and begin with the prefix of the cloud storage ('{limit}').");
        }
        else if (storage.Manifests.Count >= CloudStorage.MaxManifests && !storage.Manifests.Contains(path))
        {
            fields.Errors.Add("path", $"The cloud storage has {CloudStorage.MaxManifests} manifests already, the most that are kept: remove one first.");
        }

        fields.Errors.ThrowIfAny();
        return new(storage.Id, prefix, path);
    }
}
