using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Asks the bucket itself whether a registration is good (contract-data.md §5.2).</summary>
internal static class CloudStorageChecks
{
    private const string Manifests = "manifests";

    /// <summary>Passes where the bucket can be listed and holds the manifests.</summary>
    /// <exception cref="CvatException">400 by field: <c>credentials</c>, <c>resource</c> or <c>manifests</c>.</exception>
    public static async Task RunAsync(ICloudConnections connections, CloudStorage storage, CloudCredentials credentials, CancellationToken ct)
    {
        ICloudStorage bucket;
        try
        {
            bucket = connections.Connect(storage, credentials);
            var prefix = CloudAttributes.Parse(storage.SpecificAttributes).Prefix ?? "";
            await bucket.ListAsync(prefix, recursive: true, 1, null, ct);
        }
        catch (CloudStorageException e)
        {
            throw CvatException.Field(e.Failure == CloudStorageFailure.Forbidden ? "credentials" : "resource", e.Message);
        }

        var errors = new FieldErrors();
        foreach (var manifest in storage.Manifests)
        {
            try
            {
                if (await bucket.FindAsync(manifest, ct) is null)
                {
                    errors.Add(Manifests, $"The manifest '{manifest}' is not in the bucket '{storage.Resource}'.");
                }
            }
            catch (CloudStorageException e)
            {
                errors.Add(Manifests, e.Message);
            }
        }

        errors.ThrowIfAny();
    }
}
