using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Cloud storages: their registration. Credentials are written before the entity names them, and removed after it doesn't.</summary>
public sealed class CloudStorageService(
    IWorkspaces workspaces, ISequences sequences, ILocators locators, ISecretStore secrets, ICloudConnections connections, Lists lists, Access access, UserService users, TimeProvider time)
{
    /// <summary>A page of the cloud storages that the actor may see.</summary>
    internal async Task<Page<CloudStorageRead>> ListAsync(HttpRequest req, CancellationToken ct)
    {
        var actor = req.Actor();
        var query = req.ListQuery(CloudStorageFields.All).And(CloudStoragePolicy.Table.Visible(actor, req.Scope()));
        var directory = await users.DirectoryAsync(req, ct);
        var over = await lists.WorkspacesAsync(actor, req.Scope(), ct);
        return await lists.RunAsync(over, query, Offer, (_, row) => CloudStorageRead.Of(row.Workspace, row.Storage, directory), ct);

        void Offer(WorkspaceId workspace, IWorkspaceView view, RowCollector<CloudStorageRow> rows)
        {
            var context = new RowContext(workspace, view, directory);
            foreach (var storage in view.All<CloudStorage>())
            {
                rows.Offer(new(context, storage));
            }
        }
    }

    /// <summary>One cloud storage.</summary>
    internal async Task<CloudStorageRead> ReadAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.View, ct);
        return CloudStorageRead.Of(found.Workspace, found.Storage, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Registers one, after a look into it. Errors are plain text here, a line per problem.</summary>
    internal async Task<CloudStorageRead> CreateAsync(HttpRequest req, CancellationToken ct)
    {
        var (actor, scope) = (req.Actor(), req.Scope());
        RequireRight(actor, scope);
        var (draft, credentials) = await CheckedAsync(await CloudStorageForm.ReadAsync(req, partial: false, ct), ct);
        var now = time.GetUtcNow();
        var id = await sequences.NextAsync(CloudStorage.Kind, 1, ct);
        var storage = draft with
        {
            Id = id,
            OwnerId = actor.UserId,
            CredentialsVersion = await secrets.KeepAsync(id, credentials, ct),
            CreatedDate = now,
            UpdatedDate = now,
        };
        var workspace = scope.Target(actor);
        await locators.AddAsync(workspace, CloudStorage.Kind, [storage.Key], ct);
        await workspaces.CommitAsync(workspace, new ChangeSet(actor.UserId).Create(storage), ct);
        return CloudStorageRead.Of(workspace, storage, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Changes one, after a look into what it is to be.</summary>
    internal async Task<CloudStorageRead> UpdateAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.Update, ct);
        var fields = await CloudStorageForm.ReadAsync(req, partial: true, ct);
        var read = await workspaces.FindAsync<CloudStorage>(found.Workspace, found.Storage.Key, ct) ?? throw CvatException.NotFound();
        var known = await secrets.FindAsync(read.Value, ct);
        var (changed, credentials) = CloudStorageRules.Read(fields, read.Value, known ?? CloudCredentials.None);
        if (known is null && credentials.Fields.Count == 0 && changed.CredentialsType == CloudProviders.KeyFile)
        {
            throw CvatException.Field("credentials", "The key file is lost, or can't be read any more: enter it again.");
        }

        await CloudStorageChecks.RunAsync(connections, changed, credentials, fields.Has("manifests") ? changed.Manifests : [], time, ct);
        if (known is null || !IsSame(known, credentials))
        {
            changed = changed with { CredentialsVersion = await secrets.KeepAsync(id, credentials, ct) };
        }

        changed = changed with { UpdatedDate = time.GetUtcNow() };
        await workspaces.CommitAsync(found.Workspace, new ChangeSet(req.Actor().UserId).Update(read, changed), ct);
        if (read.Value.CredentialsVersion is { } replaced && replaced != changed.CredentialsVersion)
        {
            await secrets.RemoveAsync(CloudSecrets.OwnerOf(id), replaced, ct);
        }

        return CloudStorageRead.Of(found.Workspace, changed, await users.DirectoryAsync(req, ct));
    }

    /// <summary>Removes one, then its credentials, which nothing names by then. What uses it stays, without its data.</summary>
    internal async Task DeleteAsync(HttpRequest req, int id, CancellationToken ct)
    {
        var found = await access.CloudStorageAsync(req.Actor(), id, CloudStoragePolicy.Delete, ct);
        await workspaces.DeleteAllAsync<CloudStorage>(found.Workspace, req.Actor().UserId, [found.Storage.Key], ct);
        await secrets.RemoveAllAsync(CloudSecrets.OwnerOf(id), ct);
    }

    private static void RequireRight(Actor actor, WorkspaceScope scope)
    {
        try
        {
            CloudStoragePolicy.Table.CheckNew(actor, CloudStoragePolicy.Create, scope);
        }
        catch (CvatException e) when (e.Kind == ErrorKind.Forbidden)
        {
            throw new CvatException(ErrorKind.Forbidden, new CodedBody(e.Message, "permission_denied"), e);
        }
    }

    private static bool IsSame(CloudCredentials one, CloudCredentials other) =>
        one.Fields.Count == other.Fields.Count && one.Fields.All(field => other[field.Key] == field.Value);

    private async Task<(CloudStorage Storage, CloudCredentials Credentials)> CheckedAsync(FieldReader fields, CancellationToken ct)
    {
        try
        {
            var draft = new CloudStorage
            {
                Id = 0,
                ProviderType = "",
                Resource = "",
                DisplayName = "",
                CredentialsType = "",
                CreatedDate = default,
                UpdatedDate = default,
            };
            var (storage, credentials) = CloudStorageRules.Read(fields, draft, CloudCredentials.None);
            await CloudStorageChecks.RunAsync(connections, storage, credentials, storage.Manifests, time, ct);
            return (storage, credentials);
        }
        catch (CvatException e) when (e.Body is FieldErrors errors)
        {
            var lines = errors.Items.Select(item => $"{item.Key}: {string.Join(' ', (List<string>)item.Value)}\n");
            throw new PlainTextException(StatusCodes.Status400BadRequest, string.Concat(lines));
        }
    }
}
