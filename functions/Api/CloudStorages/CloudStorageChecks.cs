using CvatServerless.Domain.CloudStorages;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Ports;
using CvatServerless.Functions.Http;

namespace CvatServerless.Functions.Api.CloudStorages;

/// <summary>Asks the bucket itself whether a registration is good (contract-data.md §5.2).</summary>
internal static class CloudStorageChecks
{
    private const string Manifests = "manifests";

    /// <summary>Passes where the bucket can be listed and holds the manifests.</summary>
    /// <param name="connections">Connects.</param>
    /// <param name="storage">The bucket.</param>
    /// <param name="credentials">What opens it.</param>
    /// <param name="manifests">Those that the request names.</param>
    /// <param name="time">Clock of the patience.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="CvatException">400 by field: <c>credentials</c>, <c>resource</c> or <c>manifests</c>.</exception>
    public static Task RunAsync(
        ICloudConnections connections, CloudStorage storage, CloudCredentials credentials, IReadOnlyList<string> manifests, TimeProvider time, CancellationToken ct) =>
        CloudPatience.RunAsync(
            CloudPatience.Call,
            time,
            async token =>
            {
                await CheckAsync(connections, storage, credentials, manifests, token);
                return true;
            },
            ct);

    private static async Task CheckAsync(ICloudConnections connections, CloudStorage storage, CloudCredentials credentials, IReadOnlyList<string> manifests, CancellationToken ct)
    {
        ICloudStorage bucket;
        try
        {
            bucket = connections.Connect(storage, credentials);
            await bucket.ListAsync(CloudKeys.PrefixOf(storage), recursive: true, 1, null, ct);
        }
        catch (CloudStorageException e) when (!ct.IsCancellationRequested)
        {
            throw CvatException.Field(e.Failure == CloudStorageFailure.Forbidden ? "credentials" : "resource", e.Message);
        }

        var errors = new FieldErrors();
        foreach (var manifest in manifests)
        {
            try
            {
                if (await bucket.FindAsync(manifest, ct) is null)
                {
                    errors.Add(Manifests, $"The manifest '{manifest}' is not in the bucket '{storage.Resource}'.");
                }
            }
            catch (CloudStorageException e) when (!ct.IsCancellationRequested)
            {
                errors.Add(Manifests, e.Message);
            }
        }

        errors.ThrowIfAny();
    }
}
