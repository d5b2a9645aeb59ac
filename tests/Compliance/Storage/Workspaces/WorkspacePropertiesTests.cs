using CvatServerless.Domain.Ports;
using CvatServerless.Storage.Azure;
using CvatServerless.Tests.Compliance.Azurite;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class EmbeddedWorkspacePropertiesTests(EmbeddedFixture fixture) : WorkspaceProperties, IClassFixture<EmbeddedFixture>
{
    protected override ITableStore Tables => fixture.Tables;

    protected override IBlobStore Blobs => fixture.Blobs;

    protected override int Iterations => 30;
}

public sealed class AzureWorkspacePropertiesTests(AzuriteFixture azurite) : WorkspaceProperties, IAsyncLifetime
{
    private AzureTableStore? _tables;
    private AzureBlobStore? _blobs;

    protected override ITableStore Tables => _tables!;

    protected override IBlobStore Blobs => _blobs!;

    protected override int Iterations => 3;

    public async ValueTask InitializeAsync()
    {
        var clients = await azurite.ClientsAsync(TestContext.Current.CancellationToken);
        _tables = new AzureTableStore(clients);
        _blobs = new AzureBlobStore(clients, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
