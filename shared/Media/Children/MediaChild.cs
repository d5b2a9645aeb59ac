using System.Diagnostics;
using System.Globalization;
using CvatServerless.Domain;

namespace CvatServerless.Media.Children;

/// <summary>
/// The one way a foreign decoder is run: arguments as a list, an empty environment, input and output by pipe and no other protocol, one demuxer named
/// by us, limits on memory, CPU time and wall time. What it decodes comes from strangers; when it dies, the file is refused and the server lives.
/// </summary>
internal static class MediaChild
{
    private const long BaseMemoryBytes = 1L << 30;
    private const int CpuSeconds = 60;
    private static readonly TimeSpan WallLimit = TimeSpan.FromSeconds(120);
    private static readonly string? Ffmpeg = FindProgram("ffmpeg");
    private static readonly string? Prlimit = FindProgram("prlimit");

    /// <summary>Decodes one picture to 8-bit RGB rows of exactly width × height × 3 bytes.</summary>
    /// <param name="fileName">Name for messages.</param>
    /// <param name="demuxer">The only input format that is tried, e.g. <c>bmp_pipe</c>.</param>
    /// <param name="picture">The encoded picture.</param>
    /// <param name="width">Pixels, as its header says.</param>
    /// <param name="height">Pixels, as its header says.</param>
    /// <exception cref="MediaException">Damaged, or the decoder is not installed.</exception>
    public static byte[] DecodeRgb(string fileName, string demuxer, byte[] picture, int width, int height)
    {
        if (Ffmpeg is null)
        {
            throw new MediaException(fileName, "has a format that needs ffmpeg, which is not installed on this server");
        }

        // Decoders count the rows and columns that they pad to.
        const int Padding = 128;
        var allowed = (width + (long)Padding) * (height + Padding);
        using var process = new Process { StartInfo = Start(allowed, "-f", demuxer, "-i", "pipe:0", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1") };
        var rgb = new byte[checked((long)width * height * 3)];
        process.Start();
        using var limit = new CancellationTokenSource(WallLimit);
        using var killer = limit.Token.Register(() => Kill(process));
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var feeding = Task.Run(() => Feed(process, picture));
        var complete = process.StandardOutput.BaseStream.ReadAtLeast(rgb, rgb.Length, throwOnEndOfStream: false) == rgb.Length
            && process.StandardOutput.BaseStream.ReadByte() < 0;
        if (!complete)
        {
            Kill(process);
        }

        process.WaitForExit();
        feeding.GetAwaiter().GetResult();
        return complete && process.ExitCode == 0 ? rgb : throw new MediaException(fileName, "can't be decoded: it is cut off or damaged");
    }

    private static ProcessStartInfo Start(long pixels, params string[] arguments)
    {
        var info = new ProcessStartInfo(Prlimit ?? Ffmpeg!) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment.Clear();
        if (Prlimit is not null)
        {
            var memory = BaseMemoryBytes + (16 * pixels);
            Add(string.Create(CultureInfo.InvariantCulture, $"--as={memory}"), $"--cpu={CpuSeconds}", "--core=0", "--", Ffmpeg!);
        }

        Add("-v", "error", "-threads", "1", "-protocol_whitelist", "pipe", "-max_pixels", pixels.ToString(CultureInfo.InvariantCulture));
        Add(arguments);
        return info;

        void Add(params string[] items)
        {
            foreach (var item in items)
            {
                info.ArgumentList.Add(item);
            }
        }
    }

    private static void Feed(Process process, byte[] picture)
    {
        try
        {
            using var input = process.StandardInput.BaseStream;
            input.Write(picture);
        }
        catch (IOException)
        {
            // The decoder closed its end: it has what it needs, or it died, which its exit code tells.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in the meantime.
        }
    }

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
}
