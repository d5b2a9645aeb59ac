using System.Net;
using System.Net.Sockets;

namespace CvatServerless.Tests.Compliance.CloudStorages;

/// <summary>A server that lets nobody in: it answers every call with 403, as Google Cloud Storage does where a token lacks the right. For emulators that ask nobody who they are.</summary>
internal sealed class Doorkeeper : IDisposable
{
    private static readonly byte[] Refusal = """{"error":{"code":403,"message":"caller does not have storage.objects.get access","errors":[{"reason":"forbidden"}]}}"""u8.ToArray();

    private readonly HttpListener _listener = new();

    public Doorkeeper()
    {
        Url = $"http://127.0.0.1:{FreePort()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = RefuseAsync();
    }

    /// <summary>Its origin, with a slash at the end.</summary>
    public string Url { get; }

    public void Dispose() => _listener.Close();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task RefuseAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                context.Response.StatusCode = (int)HttpStatusCode.Forbidden;
                context.Response.ContentType = "application/json";
                context.Response.Close(Refusal, willBlock: false);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
