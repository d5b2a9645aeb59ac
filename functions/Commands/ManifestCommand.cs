using CvatServerless.Domain;
using CvatServerless.Media;
using CvatServerless.Media.Children;
using CvatServerless.Media.Frames;
using CvatServerless.Media.Manifest;
using CvatServerless.Media.Probing;
using CvatServerless.Media.Videos;

namespace CvatServerless.Functions.Commands;

/// <summary>
/// <c>./run manifest SOURCE [FILE]</c>: writes the manifest of a folder of pictures or point clouds, or of a video, for a bucket or a share that it will lie in.
/// Source: contract-data.md §2.7.
/// </summary>
internal static class ManifestCommand
{
    private const string Usage = "usage: ./run manifest SOURCE [FILE]: SOURCE is a folder of pictures or a video; FILE is manifest.jsonl in that folder, or beside the video, unless it is given.";

    /// <summary>Runs it; returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not ([_] or [_, _]) || args[0].StartsWith('-'))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        var source = Path.GetFullPath(args[0]);
        var isFolder = Directory.Exists(source);
        var file = Path.GetFullPath(args.Length > 1 ? args[1] : Path.Combine(isFolder ? source : Path.GetDirectoryName(source)!, "manifest.jsonl"));
        var draft = file + ".part";
        try
        {
            int count;
            await using (var output = File.Create(draft))
            {
                count = isFolder ? await OfFolderAsync(source, output) : await OfVideoAsync(source, output);
            }

            File.Move(draft, file, overwrite: true);
            await Console.Out.WriteLineAsync($"{file}: {count} {(isFolder ? "frames" : "key frames")}");
            return 0;
        }
        catch (Exception e) when (e is MediaException or IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task<int> OfFolderAsync(string folder, Stream output)
    {
        var names = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(MediaTypes.IsFrameSource);
        var layout = RelatedImages.Sort(names);
        if (layout.Frames.Count == 0)
        {
            throw new MediaException(Path.GetFileName(folder), "holds no pictures");
        }

        var probe = new ImageProbe(new());
        var manifest = new ManifestWriter(output);
        foreach (var name in layout.Frames.Order(StringComparer.Ordinal))
        {
            await manifest.WriteAsync(await EntryAsync(probe, folder, name, layout.Related.GetValueOrDefault(name, [])), CancellationToken.None);
        }

        await manifest.FinishAsync(CancellationToken.None);
        return layout.Frames.Count;
    }

    private static async Task<ManifestEntry> EntryAsync(ImageProbe probe, string folder, string name, IReadOnlyList<string> related)
    {
        if (MediaTypes.FromName(name) == MediaKind.PointCloud)
        {
            return ManifestEntry.Of(name, null, null, related);
        }

        await using var picture = File.OpenRead(Path.Combine(folder, name));
        var facts = await probe.ProbeAsync(name, picture, CancellationToken.None);
        return ManifestEntry.Of(name, facts.Width, facts.Height, related);
    }

    private static async Task<int> OfVideoAsync(string path, Stream output)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"{path} is neither a folder nor a file.");
        }

        var name = Path.GetFileName(path);
        var index = await new VideoProbe(new()).IndexAsync(new(name, path), CancellationToken.None);
        var keys = index.KeyFrames.Select(key => new VideoKeyFrame(key.Number, index.Timestamp(key.Number))).ToList();
        await VideoManifest.WriteAsync(output, new(name, [index.Facts.Width, index.Facts.Height], index.FrameCount), keys, CancellationToken.None);
        return keys.Count;
    }
}
