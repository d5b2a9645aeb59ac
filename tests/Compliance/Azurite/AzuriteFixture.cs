using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CvatServerless.Storage;
using CvatServerless.Storage.Azure;
using Xunit;

[assembly: AssemblyFixture(typeof(CvatServerless.Tests.Compliance.Azurite.AzuriteFixture))]

namespace CvatServerless.Tests.Compliance.Azurite;

/// <summary>
/// Microsoft's storage emulator, started once at the first test that needs it, on free loopback ports and with its data in memory. Where npm can't bring it,
/// the tests are skipped and say why.
/// </summary>
public sealed class AzuriteFixture : IAsyncDisposable
{
    // The emulator's published account; its key is no secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private AzureClients? _clients;
    private string _connection = "";
    private string? _reason;
    private Process? _process;

    internal async Task<AzureClients> ClientsAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_clients is null && _reason is null)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(Deadline);
                await StartAsync(limit.Token);
            }
        }
        finally
        {
            _gate.Release();
        }

        Assert.SkipWhen(_clients is null, _reason ?? "");
        return _clients!;
    }

    internal async Task<string> ConnectionStringAsync(CancellationToken ct)
    {
        await ClientsAsync(ct);
        return _connection;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(Path.GetDirectoryName(path))!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process? TryStart(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = Folder(), RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        try
        {
            return Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private async Task StartAsync(CancellationToken ct)
    {
        var script = Path.Combine(Folder(), "node_modules", "azurite", "dist", "src", "azurite.js");
        if (!File.Exists(script) && !await InstallAsync(ct))
        {
            _reason = "Azurite is not installed and `npm ci` in tests/Compliance failed.";
            return;
        }

        int[] ports = [FreePort(), FreePort(), FreePort()];
        _process = TryStart(
            "node", script, "--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobHost", "127.0.0.1", "--blobPort", $"{ports[0]}", "--queueHost", "127.0.0.1", "--queuePort", $"{ports[1]}", "--tableHost", "127.0.0.1", "--tablePort", $"{ports[2]}");
        if (_process is null)
        {
            _reason = "Azurite needs Node, which is not installed.";
            return;
        }

        foreach (var port in ports)
        {
            await WaitForAsync(port, ct);
        }

        _connection = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint=http://127.0.0.1:{ports[0]}/{Account};"
            + $"QueueEndpoint=http://127.0.0.1:{ports[1]}/{Account};TableEndpoint=http://127.0.0.1:{ports[2]}/{Account};";
        _clients = new AzureClients(new StorageOptions { ConnectionString = _connection });
    }

    private static async Task<bool> InstallAsync(CancellationToken ct)
    {
        using var npm = TryStart("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        if (npm is null)
        {
            return false;
        }

        await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(ct), npm.StandardError.ReadToEndAsync(ct), npm.WaitForExitAsync(ct));
        return npm.ExitCode == 0;
    }

    private async Task WaitForAsync(int port, CancellationToken ct)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException) when (!_process!.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
            }
        }
    }
}
