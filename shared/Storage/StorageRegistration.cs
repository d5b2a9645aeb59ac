using CvatServerless.Domain;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Ports;
using CvatServerless.Domain.Webhooks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Storage.Azure;
using CvatServerless.Storage.CloudStorages;
using CvatServerless.Storage.Embedded;
using CvatServerless.Storage.Identity;
using CvatServerless.Storage.Outbound;
using CvatServerless.Storage.Secrets;
using CvatServerless.Storage.Share;
using CvatServerless.Storage.Webhooks;
using CvatServerless.Storage.Workspaces;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Storage;

/// <summary>Registers the ports and what stands on them.</summary>
public static class StorageRegistration
{
    private static readonly TimeSpan LocatorsCachedFor = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds <see cref="ITableStore"/>, <see cref="IBlobStore"/>, <see cref="IQueue"/>, <see cref="IWorkspaces"/>, <see cref="ISequences"/>, <see cref="ILocators"/>, <see cref="IOutboundHttp"/>, <see cref="ISecretStore"/>, <see cref="ICloudStorages"/>,
    /// <see cref="IAccounts"/>, <see cref="ISessions"/>, <see cref="ISignInFailures"/> and <see cref="IAccessTokens"/> as singletons.
    /// </summary>
    /// <exception cref="ArgumentException">The options name no place, or more than one.</exception>
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageOptions options)
    {
        var places = new[] { options.DataDirectory, options.ConnectionString, options.AccountName }.Count(place => !string.IsNullOrEmpty(place));
        if (places != 1)
        {
            throw new ArgumentException("Storage needs exactly one of a data directory, a connection string and an account name.", nameof(options));
        }

        // The keys lie unencrypted where only the server may read them (Decision 0014): no warning at each start.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(DomainKinds.All);
        var isEmbedded = !string.IsNullOrEmpty(options.DataDirectory);
        if (isEmbedded)
        {
            services.AddSingleton(_ => new SqliteDatabase(options.DataDirectory!));
            services.AddSingleton<ITableStore, SqliteTableStore>();
            services.AddSingleton<IQueue, SqliteQueue>();
            services.AddSingleton<IBlobStore, FileBlobStore>();
        }
        else
        {
            services.AddSingleton(_ => new AzureClients(options));
            services.AddSingleton<ITableStore, AzureTableStore>();
            services.AddSingleton<IQueue, AzureQueue>();
            services.AddSingleton<IBlobStore, AzureBlobStore>();
        }

        AddKeys(services, options);
        return AddCloudStorages(AddOnPorts(services, options, isEmbedded), options);
    }

    /// <summary>The keys that secrets are encrypted with: a folder that only this user may read, or a container of their own.</summary>
    private static void AddKeys(IServiceCollection services, StorageOptions options)
    {
        var protection = services.AddDataProtection().SetApplicationName("CvatServerless");
        if (options.DataDirectory is { Length: > 0 } directory)
        {
            protection.Services.AddOptions<KeyManagementOptions>().Configure<ILoggerFactory>((ring, logs) =>
            {
                var keys = Path.Combine(directory, "keys");
                PrivateFiles.CreateDirectory(keys);
                ring.XmlRepository = new FileSystemXmlRepository(new DirectoryInfo(keys), logs);
            });
        }
        else
        {
            protection.Services.AddOptions<KeyManagementOptions>().Configure<AzureClients>((ring, clients) => ring.XmlRepository = new BlobKeyRing(clients));
        }
    }

    private static IServiceCollection AddCloudStorages(IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton<ISecretStore, SecretStore>();
        services.AddSingleton(new CloudEndpoints(options.AzureBlobEndpoint, new Uri(options.GoogleEndpoint.TrimEnd('/') + "/"), options.GoogleKeyFile));
        services.AddSingleton<CloudConnections>();
        services.AddSingleton<ICloudStorages>(provider => provider.GetRequiredService<CloudConnections>());
        services.AddSingleton<ICloudConnections>(provider => provider.GetRequiredService<CloudConnections>());
        return services;
    }

    /// <summary>What is written once, on the ports. Only the embedded store has this process as its one writer.</summary>
    private static IServiceCollection AddOnPorts(IServiceCollection services, StorageOptions options, bool isSoleWriter)
    {
        services.AddSingleton(new WorkspaceStoreOptions { IsSoleWriter = isSoleWriter, MaxEntities = options.MaxEntitiesInMemory });
        services.AddSingleton<WorkspaceSignals>();
        services.AddSingleton<IWorkspaces, WorkspaceStore>();
        services.AddSingleton<IChangeHistory, ChangeHistory>();
        services.AddSingleton<ISequences, Sequences>();
        services.AddSingleton(provider => new OutboundHttp(options.OutboundAllow, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IOutboundHttp>(provider => provider.GetRequiredService<OutboundHttp>());
        services.AddSingleton<IFileShare>(new ConnectedShare(options.ShareDirectory));
        services.AddSingleton<IOrganizationSlugs, OrganizationSlugs>();
        services.AddSingleton<IWebhookStore, WebhookStore>();
        services.AddSingleton<ILocators>(provider => new Locators(
            provider.GetRequiredService<ITableStore>(), provider.GetRequiredService<TimeProvider>(), isSoleWriter ? null : LocatorsCachedFor));
        services.AddSingleton(provider => new UserDirectory(provider.GetRequiredService<ITableStore>(), provider.GetRequiredService<TimeProvider>(), isSoleWriter));
        services.AddSingleton<ISessions, Sessions>();
        services.AddSingleton<ISignInFailures, SignInFailureRows>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IAccessTokens>(provider => provider.GetRequiredService<AccessTokens>());
        services.AddSingleton<IAccounts, Accounts>();
        return services;
    }
}
