using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using CvatServerless.Tests.Compliance.CloudStorages;
using Xunit;

[assembly: AssemblyFixture(typeof(BucketServers))]

namespace CvatServerless.Tests.Compliance.CloudStorages;

/// <summary>
/// Servers that speak the protocols of S3 (moto) and of Google Cloud Storage, from the repository's Python environment; started at the first test that needs one, on free
/// loopback ports and with their data in memory. Without the environment the tests are skipped and say so.
/// </summary>
public sealed class BucketServers : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Dictionary<string, (Process? Process, string Url)> _servers = [];

    /// <summary>The S3 server.</summary>
    public Task<string> S3Async(CancellationToken ct) => StartAsync("moto_server", port => ["-H", "127.0.0.1", "-p", $"{port}"], ct);

    /// <summary>The server of Google Cloud Storage.</summary>
    public Task<string> GoogleAsync(CancellationToken ct) => StartAsync("gcp-storage-emulator", port => ["start", "--host", "127.0.0.1", "--port", $"{port}", "--in-memory", "--quiet"], ct);

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _servers.Values)
        {
            if (process is { HasExited: false })
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync();
            }

            process?.Dispose();
        }
    }

    private static string Program(string name, [CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "..", "..", ".venv", "bin", name));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string> StartAsync(string name, Func<int, string[]> arguments, CancellationToken ct)
    {
        Assert.SkipUnless(File.Exists(Program(name)), $"{name} is not in .venv, which the suite of the clients makes.");
        await _gate.WaitAsync(ct);
        try
        {
            if (!_servers.TryGetValue(name, out var server))
            {
                var port = FreePort();
                var start = new ProcessStartInfo(Program(name), arguments(port)) { RedirectStandardOutput = true, RedirectStandardError = true };
                var process = Process.Start(start)!;
                process.OutputDataReceived += (_, _) => { };
                process.ErrorDataReceived += (_, _) => { };
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                server = (process, $"http://127.0.0.1:{port}");
                _servers.Add(name, server);
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
                limit.CancelAfter(Deadline);
                await WaitForAsync(port, process, limit.Token);
            }

            return server.Url;
        }
        finally
        {
            _gate.Release();
        }
    }

    private static async Task WaitForAsync(int port, Process process, CancellationToken ct)
    {
        while (true)
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, ct);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, ct);
            }
        }
    }
}
