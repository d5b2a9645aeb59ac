using System.Diagnostics;
using System.Globalization;
using CvatServerless.Media;
using CvatServerless.Media.Children;
using CvatServerless.Media.Images;
using CvatServerless.Media.Videos;
using NetVips;

namespace CvatServerless.Tests.Unit.Media.Videos;

/// <summary>Short clips whose frames tell their number by their brightness.</summary>
internal sealed class Clips : IDisposable
{
    private const int Levels = 44;
    private readonly string _folder = Directory.CreateTempSubdirectory("cvatserverless-clips-").FullName;

    public Clips() => Options = new() { TemporaryFolder = Directory.CreateDirectory(Path.Combine(_folder, "media")).FullName, Parallelism = 2 };

    public MediaOptions Options { get; }

    /// <summary>Folders that a run left behind.</summary>
    public int LeftOver => Directory.GetFileSystemEntries(Options.TemporaryFolder).Length;

    /// <summary>Makes a clip with ffmpeg: frame n has the brightness 16 + 5·(n mod 44).</summary>
    public LocalMedia Make(string name, int frames, string codec, string size = "96x64", string filter = "null")
    {
        var path = Path.Combine(_folder, name);
        var source = string.Create(CultureInfo.InvariantCulture, $"color=gray:s={size}:r=30,geq=lum='16+5*mod(N\\,{Levels})':cb=128:cr=128,format=yuv420p,{filter}");
        Run(["-f", "lavfi", "-i", source, "-frames:v", frames.ToString(CultureInfo.InvariantCulture), .. codec.Split(' ', StringSplitOptions.RemoveEmptyEntries), path]);
        return new(name, path);
    }

    public LocalMedia Remux(LocalMedia clip, string name, params string[] arguments)
    {
        var path = Path.Combine(_folder, name);
        Run(["-i", clip.Path, .. arguments, path]);
        return new(name, path);
    }

    public LocalMedia File(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return new(name, path);
    }

    /// <summary>Builds chunks and returns a copy of each, in order.</summary>
    public async Task<List<(string Quality, int Number, byte[] Bytes)>> ChunksAsync(LocalMedia clip, VideoIndex index, VideoStretch stretch, VideoKinds kinds)
    {
        using var encoder = new ImageEncoder(Options);
        using var chunker = new VideoChunker(Options, encoder);
        var chunks = new List<(string, int, byte[])>();
        await chunker.BuildAsync(clip, index, stretch, kinds, chunk =>
        {
            chunks.Add((chunk.Quality, chunk.Number, System.IO.File.ReadAllBytes(chunk.Path)));
            return Task.CompletedTask;
        }, CancellationToken.None);
        return [.. chunks.OrderBy(chunk => chunk.Item1, StringComparer.Ordinal).ThenBy(chunk => chunk.Item2)];
    }

    /// <summary>The numbers (modulo 44) that the frames of an MP4 chunk show.</summary>
    public async Task<List<int>> NumbersAsync(byte[] chunk)
    {
        var numbers = new List<int>();
        await new VideoFrames(Options).AllOfChunkAsync(File($"{Guid.NewGuid():N}.mp4", chunk), (_, png) =>
        {
            numbers.Add(NumberIn(png.ToArray()));
            return Task.CompletedTask;
        }, CancellationToken.None);
        return numbers;
    }

    /// <summary>The number (modulo 44) that a picture shows.</summary>
    public static int NumberIn(byte[] picture)
    {
        using var image = Image.NewFromBuffer(picture);
        using var grey = image.Colourspace(Enums.Interpretation.Bw);

        // Pictures have the full range 0–255, videos 16–235.
        return (int)Math.Round(grey.Avg() * 219 / 255 / 5);
    }

    public static IEnumerable<int> Expected(int first, int step, int count) => Enumerable.Range(0, count).Select(i => (first + (i * step)) % Levels);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void Run(IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("ffmpeg") { RedirectStandardError = true };
        foreach (var argument in new[] { "-nostdin", "-v", "error", "-y" }.Concat(arguments))
        {
            info.ArgumentList.Add(argument);
        }

        using var process = Process.Start(info)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(errors);
        }
    }
}
