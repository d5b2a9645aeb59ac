namespace CvatServerless.Domain.Ports;

/// <summary>
/// Secrets that users entrust to the server, encrypted at rest. An owner (such as <c>cloudstorage-7</c>) may have several: a change writes the new one first, then names it in
/// the owner's entity, then removes the others, so that a crash never pairs one state with the secrets of another.
/// </summary>
public interface ISecretStore
{
    /// <summary>A secret, or null.</summary>
    Task<string?> FindAsync(string owner, string name, CancellationToken ct);

    /// <summary>Stores or replaces a secret of at most 64 KiB.</summary>
    Task SetAsync(string owner, string name, string secret, CancellationToken ct);

    /// <summary>Removes all of an owner's secrets but one; safe to repeat.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="except">The name of the one that stays; null: none.</param>
    /// <param name="ct">Cancels.</param>
    Task RemoveAsync(string owner, string? except, CancellationToken ct);
}
