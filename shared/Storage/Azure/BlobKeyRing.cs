using System.Xml.Linq;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace CvatServerless.Storage.Azure;

/// <summary>
/// The keys of the data protection as blobs of a container of their own, one per key. The framework asks for them once a day, and its interface knows no
/// asynchronous calls.
/// </summary>
internal sealed class BlobKeyRing(AzureClients clients) : IXmlRepository
{
    private const string Container = "keys";

    private BlobContainerClient Blobs => clients.Blobs.GetBlobContainerClient(Container);

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var container = Blobs;
        container.CreateIfNotExists(PublicAccessType.None);
        return [.. container.GetBlobs().Select(blob => XElement.Parse(container.GetBlobClient(blob.Name).DownloadContent().Value.Content.ToString()))];
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var container = Blobs;
        container.CreateIfNotExists(PublicAccessType.None);
        container.UploadBlob($"{friendlyName}.xml", BinaryData.FromString(element.ToString(SaveOptions.DisableFormatting)));
    }
}
