using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CvatServerless.Tests.Unit.Storage.Mail;

/// <summary>A mail server on loopback that takes one connection and keeps what it is told.</summary>
internal sealed class SmtpListener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly bool _isFull;

    public SmtpListener(bool isFull = false)
    {
        _isFull = isFull;
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public List<string> Commands { get; } = [];

    public string Data { get; private set; } = "";

    /// <summary>Serves the connection until the client leaves.</summary>
    public async Task ServeAsync(CancellationToken ct)
    {
        using var client = await _listener.AcceptTcpClientAsync(ct);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 loopback ready");
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            Commands.Add(line);
            await writer.WriteLineAsync(await AnswerAsync(line, reader, writer, ct));
            if (line == "QUIT")
            {
                return;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task<string> AnswerAsync(string line, StreamReader reader, StreamWriter writer, CancellationToken ct)
    {
        switch (line.Split(' ')[0])
        {
            case "EHLO":
                await writer.WriteLineAsync("250-loopback");
                return "250 AUTH PLAIN";
            case "AUTH":
                return "235 welcome";
            case "RCPT":
                return _isFull ? "452 the disk is full" : "250 ok";
            case "DATA":
                await writer.WriteLineAsync("354 go on");
                var text = new StringBuilder();
                while (await reader.ReadLineAsync(ct) is { } part && part != ".")
                {
                    text.Append(part).Append('\n');
                }

                Data = text.ToString();
                return "250 taken";
            case "QUIT":
                return "221 bye";
            default:
                return "250 ok";
        }
    }
}
