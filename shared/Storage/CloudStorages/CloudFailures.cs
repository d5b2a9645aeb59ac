using System.Net.Sockets;
using CvatServerless.Domain.Ports;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>Failures of the providers in the words of the port. What is told holds the provider's code for an error, never its text, which may quote what was sent.</summary>
internal static class CloudFailures
{
    /// <summary>A failure by the status of the provider's answer.</summary>
    /// <param name="bucket">The bucket's name.</param>
    /// <param name="key">The object that was asked for; null: the bucket itself.</param>
    /// <param name="status">HTTP status; 0: there was no answer.</param>
    /// <param name="code">The provider's code for the error.</param>
    /// <param name="cause">What was thrown. Only its kind is kept (<see cref="ProviderException"/>): its text may quote URLs with signatures.</param>
    public static CloudStorageException Of(string bucket, string? key, int status, string? code, Exception? cause)
    {
        if (Outbound(cause) is { } outbound)
        {
            var isRefused = outbound.Failure == OutboundFailure.Refused;
            return new(isRefused ? CloudStorageFailure.NotFound : CloudStorageFailure.Unavailable, outbound.Message, outbound);
        }

        var kind = cause is null ? null : new ProviderException(cause.GetType(), status, code);

        var what = key is null ? $"The bucket '{bucket}'" : $"'{key}' in the bucket '{bucket}'";
        var why = string.IsNullOrEmpty(code) ? "" : $" ({code})";
        return status switch
        {
            401 or 403 => new(CloudStorageFailure.Forbidden, $"{what} can't be accessed with these credentials{why}.", kind),
            404 or 410 => new(CloudStorageFailure.NotFound, $"{what} does not exist{why}.", kind),
            412 => new(CloudStorageFailure.Changed, $"{what} has changed meanwhile.", kind),
            0 or 408 or 429 or >= 500 => new(CloudStorageFailure.Unavailable, $"{what} can't be reached at the moment{why}.", kind),
            _ => new(CloudStorageFailure.NotFound, $"The cloud storage refuses the call for {char.ToLowerInvariant(what[0])}{what[1..]}: status {status}{why}.", kind),
        };
    }

    /// <summary>Whether it is an error of the way there, which no SDK dresses up.</summary>
    public static bool IsOfTheConnection(Exception e) => e is OutboundException or HttpRequestException or IOException or SocketException || Outbound(e) is not null;

    /// <summary>The state of a bucket by its first page.</summary>
    public static async Task<CloudStorageStatus> StatusAsync(Func<Task<CloudPage>> list)
    {
        try
        {
            await list();
            return CloudStorageStatus.Available;
        }
        catch (CloudStorageException e)
        {
            return e.Failure == CloudStorageFailure.Forbidden ? CloudStorageStatus.Forbidden : CloudStorageStatus.NotFound;
        }
    }

    /// <summary>Whether a listed object only stands for a folder, as consoles make them.</summary>
    public static bool IsFolderMark(string key, long lengthBytes) => lengthBytes == 0 && key.EndsWith('/');

    private static OutboundException? Outbound(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is OutboundException outbound)
            {
                return outbound;
            }
        }

        return null;
    }
}

/// <summary>What is kept of a provider's exception: its type, and the status and code of the answer.</summary>
internal sealed class ProviderException(Type type, int status, string? code) : Exception($"{type.FullName}: status {status}{(string.IsNullOrEmpty(code) ? "" : $" ({code})")}")
{
    /// <summary>HTTP status; 0: there was no answer.</summary>
    public int Status => status;
}
