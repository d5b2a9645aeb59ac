using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CvatServerless.Tests.Unit.Storage.Outbound;

/// <summary>A server on a loopback alias that answers every connection with the same bytes and keeps what it was sent.</summary>
internal sealed class ScriptedReceiver : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<string, string> _answer;
    private readonly bool _keepOpen;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public ScriptedReceiver(string address, Func<string, string> answer, bool keepOpen = false)
    {
        (_answer, _keepOpen) = (answer, keepOpen);
        _listener = new TcpListener(IPAddress.Parse(address), 0);
        _listener.Start();
        _running = RunAsync();
    }

    public List<string> Requests { get; } = [];

    public string Url => $"http://{_listener.LocalEndpoint}";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static string Ok(string body) => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    public static string Redirect(string to) => $"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = client.GetStream();
                var request = await ReadHeadAsync(stream);
                Requests.Add(request);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer(request)), _stop.Token);
                if (_keepOpen)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or InvalidOperationException)
        {
            // it was stopped
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
            {
                break;
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return text.ToString();
    }
}
