using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Domain.Server;

/// <summary>
/// What happens to accounts and organizations, as the change log of a workspace of its own (<see cref="WorkspaceId.Server"/>), which webhooks of the server and the audit
/// trail read. Accounts have a storage of their own, so the log follows them: whoever changes one brings it up to date, and a timer does after a crash.
/// </summary>
public sealed class ServerLog(IWorkspaces workspaces, ILocators locators, IAccounts accounts, Unfinished unfinished)
{
    /// <summary>The founding of an organization in <see cref="Unfinished"/>.</summary>
    public const string Founding = "found-organization";

    private IReadOnlyList<User>? _followed;

    /// <summary>Brings the accounts' records up to date; <paramref name="actorId"/> is who changed something, null where that isn't known any more.</summary>
    public async Task FollowAccountsAsync(int? actorId, CancellationToken ct)
    {
        if (ReferenceEquals(await accounts.AllAsync(ct), _followed))
        {
            return;
        }

        _followed = await ConflictRetry.RunAsync(async () =>
        {
            // Records first: an account that was made since then has none yet, and one with a record that is not among the accounts is gone indeed.
            var records = await workspaces.ReadAsync(WorkspaceId.Server, view => view.All<AccountRecord>().ToDictionary(record => record.Id), ct);
            var all = await accounts.AllAsync(ct);
            var now = all.Select(AccountRecord.Of).ToList();
            var added = now.Where(record => !records.ContainsKey(record.Id)).OrderBy(record => record.Id).ToList();
            await locators.AddAsync(WorkspaceId.Server, AccountRecord.Kind, [.. added.Select(record => record.Key)], ct);
            var changes = new ChangeSet(actorId);
            added.ForEach(record => changes.Create(record));
            foreach (var record in now.Where(record => records.TryGetValue(record.Id, out var old) && old != record))
            {
                if (await workspaces.FindAsync<AccountRecord>(WorkspaceId.Server, record.Key, ct) is { } read)
                {
                    changes.Update(read, record);
                }
            }

            foreach (var gone in records.Keys.Except(now.Select(record => record.Id)))
            {
                if (await workspaces.FindAsync<AccountRecord>(WorkspaceId.Server, EntityKey.Of(gone), ct) is { } read)
                {
                    changes.Delete(read);
                }
            }

            if (changes.Changes.Count > 0)
            {
                await workspaces.CommitAllAsync(WorkspaceId.Server, changes, ct);
            }

            return all;
        });
    }

    /// <summary>Notes that an organization is being founded; before its first transaction.</summary>
    public Task BeginFoundingAsync(Organization organization, CancellationToken ct) => unfinished.BeginAsync(WorkspaceId.Organization(organization.Id), Founding, organization.Key, ct);

    /// <summary>Records that an organization was founded; safe to repeat.</summary>
    public async Task FoundedAsync(Organization organization, int? actorId, CancellationToken ct)
    {
        await ConflictRetry.RunAsync(async () =>
        {
            if (await workspaces.FindAsync<OrganizationRecord>(WorkspaceId.Server, organization.Key, ct) is null)
            {
                await workspaces.CommitAsync(WorkspaceId.Server, new ChangeSet(actorId).Create(new OrganizationRecord(organization.Id, organization)), ct);
            }

            return true;
        });
        await unfinished.EndAsync(Founding, organization.Key, ct);
    }

    /// <summary>Goes on with a founding that a crash stopped.</summary>
    public async Task ResumeAsync(WorkspaceId workspace, string key, CancellationToken ct)
    {
        if (await workspaces.FindAsync<Organization>(workspace, key, ct) is { Value.IsDeleted: false } found)
        {
            await FoundedAsync(found.Value, found.Value.OwnerId, ct);
        }
        else
        {
            await unfinished.EndAsync(Founding, key, ct);
        }
    }

    /// <summary>Records that an organization is gone; safe to repeat.</summary>
    public Task RemovedAsync(Organization organization, int? actorId, CancellationToken ct) =>
        workspaces.DeleteAllAsync<OrganizationRecord>(WorkspaceId.Server, actorId, [organization.Key], ct);
}
