using CvatServerless.Media.Probing;

namespace CvatServerless.Media.Frames;

/// <summary>Which files of an upload are frames, and which pictures belong to them as context.</summary>
/// <param name="Frames">Frames by name, in the order of the files.</param>
/// <param name="Related">The context images, sorted, of those frames that have some.</param>
/// <param name="Unused">Pictures that belong to nothing.</param>
/// <param name="Is3D">Whether frames are point clouds.</param>
public sealed record FrameLayout(IReadOnlyList<string> Frames, IReadOnlyDictionary<string, IReadOnlyList<string>> Related, IReadOnlyList<string> Unused, bool Is3D);

/// <summary>Finds context images by the layouts that CVAT knows. Source: contract-data.md §2.6 and §4.1.</summary>
public static class RelatedImages
{
    private const string Folder = "related_images";

    /// <summary>Sorts out files by their paths; others than pictures and point clouds are left out.</summary>
    public static FrameLayout Sort(IEnumerable<string> names)
    {
        var (clouds, pictures) = (new List<string>(), new List<string>(names.TryGetNonEnumeratedCount(out var count) ? count : 0));
        foreach (var name in names)
        {
            var kind = MediaTypes.FromName(name);
            if (kind is MediaKind.Image or MediaKind.PointCloud)
            {
                (kind == MediaKind.Image ? pictures : clouds).Add(name);
            }
        }

        return clouds.Count > 0 ? Scenes(clouds, pictures) : Pictures(pictures);
    }

    /// <summary>The picture that a context image belongs to, by CVAT's layout for pictures; empty: to none. Null: it is no context image.</summary>
    public static string? OwnerOf(string name) => IsRelated(name) ? FrameOf(name) : null;

    private static FrameLayout Pictures(List<string> pictures)
    {
        var context = pictures.Where(IsRelated).ToLookup(FrameOf, StringComparer.Ordinal);
        var frames = context.Count == 0 ? pictures : pictures.FindAll(name => !IsRelated(name));
        return new(frames, Related(frames, name => context[name]), [], Is3D: false);
    }

    private static FrameLayout Scenes(List<string> clouds, List<string> pictures)
    {
        var byFolder = pictures.ToLookup(FolderOf, StringComparer.Ordinal);
        var cameras = pictures.Where(name => CameraOf(name) is not null).ToLookup(name => CameraOf(name)!, StringComparer.OrdinalIgnoreCase);
        var related = Related(clouds, cloud => Candidates(cloud, byFolder, cameras).Distinct(StringComparer.Ordinal));
        var used = related.Values.SelectMany(images => images).ToHashSet(StringComparer.Ordinal);
        return new(clouds, related, pictures.FindAll(name => !used.Contains(name)), Is3D: true);
    }

    private static Dictionary<string, IReadOnlyList<string>> Related(List<string> frames, Func<string, IEnumerable<string>> imagesOf)
    {
        var related = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var frame in frames)
        {
            var images = imagesOf(frame).Order(StringComparer.Ordinal).ToArray();
            if (images.Length > 0)
            {
                related[frame] = images;
            }
        }

        return related;
    }

    private static IEnumerable<string> Candidates(string cloud, ILookup<string, string> byFolder, ILookup<string, string> cameras)
    {
        var (folder, stem, extension) = (FolderOf(cloud), StemOf(cloud), MediaTypes.Extension(cloud));
        var found = byFolder[folder].Where(name => StemOf(name) == stem || NameOf(folder) == stem);
        if (NameOf(folder).Equals("pointcloud", StringComparison.OrdinalIgnoreCase))
        {
            found = found.Concat(byFolder[Join(FolderOf(folder), $"{Folder}/{stem}_{extension}")]);
        }

        // velodyne_points/data/<n>.bin with image_<digits>/data/<n>.<picture> beside velodyne_points.
        var sensor = FolderOf(folder);
        return NameOf(folder).Equals("data", StringComparison.OrdinalIgnoreCase) && NameOf(sensor).Equals("velodyne_points", StringComparison.OrdinalIgnoreCase)
            ? found.Concat(cameras[Join(FolderOf(sensor), stem)])
            : found;
    }

    /// <summary>The key of a camera's picture: the folder beside which its camera's lies, and the picture's stem; null for others.</summary>
    private static string? CameraOf(string name)
    {
        var data = FolderOf(name);
        var camera = FolderOf(data);
        var cameraName = NameOf(camera);
        var isCamera = NameOf(data).Equals("data", StringComparison.OrdinalIgnoreCase)
            && cameraName.StartsWith("image_", StringComparison.OrdinalIgnoreCase) && cameraName.Length > 6 && cameraName.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0;
        return isCamera ? Join(FolderOf(camera), StemOf(name)) : null;
    }

    /// <summary><c>dir/related_images/name_ext/x.png</c> belongs to <c>dir/name.ext</c>.</summary>
    private static string FrameOf(string name)
    {
        var folder = FolderOf(name);
        var owner = NameOf(folder);
        var underscore = owner.LastIndexOf('_');
        var related = FolderOf(folder);
        return underscore > 0 && NameOf(related) == Folder ? Join(FolderOf(related), $"{owner[..underscore]}.{owner[(underscore + 1)..]}") : "";
    }

    private static bool IsRelated(string name)
    {
        foreach (var segment in name.AsSpan().Split('/'))
        {
            if (segment.End.Value < name.Length && name.AsSpan(segment) is Folder)
            {
                return true;
            }
        }

        return false;
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string StemOf(string path)
    {
        var name = NameOf(path);
        return name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : name;
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
