using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;

namespace CvatServerless.Domain.CloudStorages;

/// <summary>Who may do what with cloud storages (contract-resources.md §3.3).</summary>
public static class CloudStoragePolicy
{
    /// <summary>Register one.</summary>
    public const string Create = "create";

    /// <summary>List.</summary>
    public const string List = "list";

    /// <summary>See it and its content, use it as a source or a target.</summary>
    public const string View = "view";

    /// <summary>Change it, write a manifest into it.</summary>
    public const string Update = "update";

    /// <summary>Remove it.</summary>
    public const string Delete = "delete";

    private static readonly Grant Supervisors = new(Privilege.User, Relations.Anyone, OrganizationRole.Supervisor);
    private static readonly Grant Owners = new(Privilege.None, Relations.CloudStorageOwner);

    /// <summary>The rules.</summary>
    public static readonly PolicyTable Table = new(
    [
        new(Create, new(Privilege.User, Relations.Anyone), [Grant.Managers]),
        new(List, Owners, [Supervisors, Owners]),
        new(View, Owners, [Supervisors, Owners]),
        new(Update, new(Privilege.Worker, Relations.CloudStorageOwner), [Grant.Managers, Owners]),
        new(Delete, new(Privilege.Worker, Relations.CloudStorageOwner), [Grant.Managers, Owners]),
    ]);

    /// <summary>The people of a cloud storage.</summary>
    public static StaffFacts Facts(CloudStorage storage) => new() { CloudStorageOwner = storage.OwnerId };
}
