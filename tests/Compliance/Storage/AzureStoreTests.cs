using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Azure;
using CvatServerless.Tests.Compliance.Azurite;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage;

public sealed class AzureTableStoreTests(AzuriteFixture azurite) : TableStoreCompliance, IAsyncLifetime
{
    private AzureTableStore? _tables;

    protected override ITableStore Tables => _tables!;

    public async ValueTask InitializeAsync() => _tables = new AzureTableStore(await azurite.ClientsAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : BlobStoreCompliance, IAsyncLifetime
{
    private AzureBlobStore? _blobs;

    protected override IBlobStore Blobs => _blobs!;

    public async ValueTask InitializeAsync() => _blobs = new AzureBlobStore(await azurite.ClientsAsync(TestContext.Current.CancellationToken), TimeProvider.System);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class AzureQueueTests(AzuriteFixture azurite) : QueueCompliance, IAsyncLifetime
{
    private AzureQueue? _queue;

    protected override IQueue Queue => _queue!;

    public async ValueTask InitializeAsync() => _queue = new AzureQueue(await azurite.ClientsAsync(TestContext.Current.CancellationToken));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The emulator has the machine's clock.
    protected override Task PassAsync(TimeSpan span) => Task.Delay(span, TimeProvider.System, TestContext.Current.CancellationToken);
}
