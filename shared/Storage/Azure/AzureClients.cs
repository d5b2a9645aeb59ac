using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace CvatServerless.Storage.Azure;

/// <summary>The one place where clients of Azure's storage services are built.</summary>
internal sealed class AzureClients
{
    /// <summary>
    /// A try and its repetition, begun in the first third of the overlap window of the change log (<see cref="Workspaces.WorkspaceStoreOptions.Overlap"/>), end
    /// within it: no change row appears later than readers look back.
    /// </summary>
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Builds the clients; connects to nothing.</summary>
    public AzureClients(StorageOptions options)
    {
        var tables = new TableClientOptions();
        tables.Retry.MaxRetries = 1;
        tables.Retry.NetworkTimeout = TryTimeout;

        // The Functions host reads queue messages as base64 unless it is told otherwise.
        var queues = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 };
        var blobs = new BlobClientOptions();
        var appends = new BlobClientOptions();
        appends.Retry.MaxRetries = 0;
        appends.Retry.NetworkTimeout = TryTimeout;
        if (options.ConnectionString is { } connection)
        {
            Tables = new TableServiceClient(connection, tables);
            Queues = new QueueServiceClient(connection, queues);
            Blobs = new BlobServiceClient(connection, blobs);
            Appends = new BlobServiceClient(connection, appends);
            return;
        }

        TokenCredential credential = options.ManagedIdentityClientId is { } client
            ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(client))
            : new DefaultAzureCredential();
        Uri Endpoint(string service) => new($"https://{options.AccountName}.{service}.{options.EndpointSuffix}");
        Tables = new TableServiceClient(Endpoint("table"), credential, tables);
        Queues = new QueueServiceClient(Endpoint("queue"), credential, queues);
        Blobs = new BlobServiceClient(Endpoint("blob"), credential, blobs);
        Appends = new BlobServiceClient(Endpoint("blob"), credential, appends);
    }

    /// <summary>Table Storage.</summary>
    public TableServiceClient Tables { get; }

    /// <summary>Queue Storage; messages as base64.</summary>
    public QueueServiceClient Queues { get; }

    /// <summary>Blob Storage.</summary>
    public BlobServiceClient Blobs { get; }

    /// <summary>Blob Storage without repetitions of its own: an append that is repeated blindly would conflict with itself.</summary>
    public BlobServiceClient Appends { get; }
}
