using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Workspaces;

namespace CvatServerless.Functions.Http;

/// <summary>Owners and assignees of objects.</summary>
public sealed class Assignments(IAccounts accounts, ILocators locators)
{
    /// <summary>Passes where the actor may give something to the user: in a personal space to themselves alone, inside an organization to any account, administrators to everybody.</summary>
    /// <exception cref="CvatException">400: there is no such user; 403.</exception>
    public async Task CheckAsync(Actor actor, WorkspaceId workspace, int? userId, CancellationToken ct)
    {
        if (userId is not { } id || id == actor.UserId)
        {
            return;
        }

        if (await accounts.FindAsync(id, ct) is null)
        {
            throw CvatException.Rule("User matching query does not exist.");
        }

        if (!actor.IsAdmin && !workspace.IsOrganization)
        {
            throw CvatException.Forbidden();
        }
    }

    /// <summary>Lets the lists of a user look into a workspace; to be called before the assignment is written.</summary>
    public async Task AdmitAsync(WorkspaceId workspace, int? userId, CancellationToken ct)
    {
        if (userId is { } id && workspace != WorkspaceId.Personal(id))
        {
            await locators.AddGuestAsync(id, workspace, ct);
        }
    }
}
