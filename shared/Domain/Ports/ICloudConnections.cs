using CvatServerless.Domain.CloudStorages;

namespace CvatServerless.Domain.Ports;

/// <summary>Makes connections to buckets that are not registered yet, or are to change: for checks.</summary>
public interface ICloudConnections
{
    /// <summary>A bucket with these credentials; nothing is called yet.</summary>
    /// <exception cref="CloudStorageException">The credentials are malformed.</exception>
    ICloudStorage Connect(CloudStorage storage, CloudCredentials credentials);
}
