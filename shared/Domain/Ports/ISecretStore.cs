namespace CvatServerless.Domain.Ports;

/// <summary>
/// Secrets that users entrust to the server, encrypted at rest. An owner (such as <c>cloudstorage-7</c>) may have several: a change writes the new one first, then names it in
/// the owner's entity, then removes the one that it replaced, so that a crash never pairs one state with the secrets of another.
/// </summary>
public interface ISecretStore
{
    /// <summary>A secret; null where there is none, or none that can be decrypted any more.</summary>
    Task<string?> FindAsync(string owner, string name, CancellationToken ct);

    /// <summary>Stores or replaces a secret of at most 64 KiB.</summary>
    Task SetAsync(string owner, string name, string secret, CancellationToken ct);

    /// <summary>Removes one of an owner's secrets; safe to repeat.</summary>
    Task RemoveAsync(string owner, string name, CancellationToken ct);

    /// <summary>Removes all of an owner's secrets; safe to repeat.</summary>
    Task RemoveAllAsync(string owner, CancellationToken ct);
}
