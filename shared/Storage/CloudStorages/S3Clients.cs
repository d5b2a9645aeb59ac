using System.Diagnostics.CodeAnalysis;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.S3;
using CvatServerless.Domain.CloudStorages;
using CvatServerless.Storage.Outbound;

namespace CvatServerless.Storage.CloudStorages;

/// <summary>The SDK's clients for one region: for calls whose answers it reads synchronously, and for downloads, which come as they arrive.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The clients own nothing: their sockets are the outbound client's.")]
internal sealed class S3Clients
{
    private const string RegionHeader = "x-amz-bucket-region";

    /// <summary>Connects to nothing yet.</summary>
    public S3Clients(string region, string? endpoint, CloudCredentials credentials, OutboundHttp outbound, TimeProvider time)
    {
        Region = region;
        AWSCredentials identity = credentials["key"] is { } key && credentials["secret_key"] is { } secret ? new BasicAWSCredentials(key, secret) : new AnonymousAWSCredentials();
        Calls = new Client(identity, Configuration(region, endpoint, new Factory(StorageHttp.Client(outbound, streams: false, time))));
        Downloads = new Client(identity, Configuration(region, endpoint, new Factory(StorageHttp.Client(outbound, streams: true, time))));
    }

    /// <summary>The region that they sign for.</summary>
    public string Region { get; }

    /// <summary>Everything but downloads.</summary>
    public AmazonS3Client Calls { get; }

    /// <summary>Downloads.</summary>
    public AmazonS3Client Downloads { get; }

    /// <summary>The region that an answer says the bucket lies in; null where it says nothing.</summary>
    public static string? RegionIn(AmazonServiceException e) =>
        e.InnerException is HttpErrorResponseException answer && answer.Response.IsHeaderPresent(RegionHeader)
        && answer.Response.GetHeaderValue(RegionHeader) is { } region && CloudAttributes.IsRegion(region) ? region : null;

    private static AmazonS3Config Configuration(string region, string? endpoint, HttpClientFactory factory)
    {
        var configuration = new AmazonS3Config
        {
            HttpClientFactory = factory,
            IgnoreConfiguredEndpointUrls = true,
            DefaultAWSCredentials = new AnonymousAWSCredentials(),
            MaxErrorRetry = 2,
            AllowAutoRedirect = false,

            // Newer checksums, like bodies that are signed chunk by chunk, are unknown to many servers that speak the protocol.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is not null)
        {
            (configuration.ServiceURL, configuration.ForcePathStyle, configuration.AuthenticationRegion) = (endpoint, true, region);
        }
        else
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return configuration;
    }

    /// <summary>The SDK's own policy of retries asks after a bucket's region through sockets of its own; this one doesn't (<see cref="RegionIn"/>).</summary>
    private sealed class Client(AWSCredentials credentials, AmazonS3Config configuration) : AmazonS3Client(credentials, configuration)
    {
        protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
        {
            base.CustomizeRuntimePipeline(pipeline);
            pipeline.ReplaceHandler<RetryHandler>(new RetryHandler(new StandardRetryPolicy(Config)));
        }
    }

    /// <summary>Gives the SDK a client on the guarded sockets.</summary>
    private sealed class Factory(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
