using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CvatServerless.Formats.UltralyticsYolo;

/// <summary>An image of a YOLO dataset: its id (path without extension), its label file where there is one.</summary>
internal sealed record YoloItem(string Id, string? LabelFile);

/// <summary>
/// The layout of an Ultralytics dataset: <c>data.yaml</c> names the labels and the subsets; a subset is a list file, a folder, or a list of either; label
/// files lie where <c>images</c> in the image's path is replaced by <c>labels</c>. Source: contract-annotations.md §4.7.
/// </summary>
internal sealed class YoloDataset
{
    private const string DatumaroName = "yolo_ultralytics_detection";
    private const int MaxRootDepth = 4;

    private static readonly HashSet<string> Reserved = ["names", "path", "nc", "download", "kpt_shape", "flip_idx", "kpt_names", "channels"];
    private static readonly HashSet<string> ImageExtensions =
        new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".jp2", ".jpe", ".ppm" };

    private readonly HashSet<string> _files;
    private readonly string _root;
    private readonly YamlMappingNode _yaml;
    private readonly Func<string, Task<string>> _read;

    private YoloDataset(HashSet<string> files, string yamlName, YamlMappingNode yaml, Func<string, Task<string>> read)
    {
        (_files, _yaml, _read) = (files, yaml, read);
        _root = yamlName[..(yamlName.LastIndexOf('/') + 1)];
        Names = ReadNames(yamlName);
    }

    /// <summary>Label names by number.</summary>
    public IReadOnlyDictionary<int, string> Names { get; }

    /// <summary>Finds and reads the yaml among the files of a zip.</summary>
    public static async Task<YoloDataset> OpenAsync(HashSet<string> files, Func<string, Task<string>> read)
    {
        var yamlName = files
            .Where(name => (name.EndsWith(".yaml", StringComparison.Ordinal) || name.EndsWith(".yml", StringComparison.Ordinal)) && Depth(name) <= MaxRootDepth)
            .OrderBy(Depth).ThenBy(name => name.EndsWith("data.yaml", StringComparison.Ordinal) ? 0 : 1).FirstOrDefault()
            ?? throw new DatasetException("Dataset must contain a file: data.yaml");
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(await read(yamlName)));
            return yaml.Documents.Count > 0 && yaml.Documents[0].RootNode is YamlMappingNode mapping
                ? new YoloDataset(files, yamlName, mapping, read)
                : throw DatasetException.Unreadable(DatumaroName, yamlName, "the file is not a mapping");
        }
        catch (YamlException cause)
        {
            throw DatasetException.Unreadable(DatumaroName, yamlName, cause.Message, cause);
        }
    }

    /// <summary>The images of all subsets; where pictures are missing, of their label files.</summary>
    public async Task<IReadOnlyList<YoloItem>> ItemsAsync()
    {
        var items = new List<YoloItem>();
        var seen = new HashSet<string>();
        foreach (var (key, value) in _yaml.Children)
        {
            if (key is not YamlScalarNode { Value: { } name } || Reserved.Contains(name))
            {
                continue;
            }

            foreach (var path in value is YamlSequenceNode list ? list.Children : [value])
            {
                if (path is YamlScalarNode { Value: { Length: > 0 } text })
                {
                    items.AddRange((await SubsetAsync(name, text)).Where(item => seen.Add(item.Id + "\n" + item.LabelFile)));
                }
            }
        }

        return items;
    }

    private async Task<IEnumerable<YoloItem>> SubsetAsync(string subset, string path)
    {
        var clean = Clean(path);
        if (!clean.EndsWith(".txt", StringComparison.Ordinal))
        {
            return FromFolder(clean.TrimEnd('/') + "/");
        }

        if (!_files.Contains(_root + clean))
        {
            throw new DatasetException($"Can't find the list '{clean}' of the subset '{subset}'");
        }

        var lines = (await _read(_root + clean)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Select(line => FromImage(Clean(line)));
    }

    private YoloItem FromImage(string image)
    {
        var file = LabelFileOf(image);
        return new YoloItem(Path.ChangeExtension(WithoutSubset(image), null), _files.Contains(_root + file) ? _root + file : null);
    }

    private IEnumerable<YoloItem> FromFolder(string folder)
    {
        var images = _files.Where(name => name.StartsWith(_root + folder, StringComparison.Ordinal) && ImageExtensions.Contains(Path.GetExtension(name)))
            .Select(name => FromImage(name[_root.Length..])).ToList();
        var known = images.Select(image => image.LabelFile).ToHashSet();
        var labels = LabelFileOf(folder + "x.jpg")[..^"x.txt".Length];
        var alone = _files.Where(name => name.StartsWith(_root + labels, StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.Ordinal) && !known.Contains(name))
            .Select(name => new YoloItem(name[(_root.Length + labels.Length)..^".txt".Length], name));
        return images.Concat(alone);
    }

    // images/<subset>/a/1.jpg and <subset>/images/a/1.jpg → labels beside images.
    private static string LabelFileOf(string image)
    {
        var parts = Path.ChangeExtension(image, null).Split('/');
        var index = Array.IndexOf(parts, "images");
        if (index >= 0)
        {
            parts[index] = "labels";
        }

        return string.Join('/', parts) + ".txt";
    }

    private static string WithoutSubset(string image)
    {
        var parts = image.Split('/');
        return parts.Length > 2 && (parts[0] == "images" || parts[1] == "images") ? string.Join('/', parts[2..]) : image;
    }

    private static string Clean(string path)
    {
        var parts = path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part is not ("." or "..")).ToList();
        if (parts.Count > 0 && parts[0] == "data")
        {
            parts.RemoveAt(0);
        }

        return string.Join('/', parts);
    }

    private Dictionary<int, string> ReadNames(string yamlName)
    {
        if (!_yaml.Children.TryGetValue(new YamlScalarNode("names"), out var names))
        {
            throw DatasetException.Unreadable(DatumaroName, yamlName, "'names' is missing");
        }

        var result = new Dictionary<int, string>();
        switch (names)
        {
            case YamlSequenceNode list:
                for (var index = 0; index < list.Children.Count; index++)
                {
                    result[index] = (list.Children[index] as YamlScalarNode)?.Value ?? "";
                }

                return result;
            case YamlMappingNode map:
                foreach (var (key, value) in map.Children)
                {
                    result[int.TryParse((key as YamlScalarNode)?.Value, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw DatasetException.Unreadable(DatumaroName, yamlName, "the keys of 'names' are not integers")] = (value as YamlScalarNode)?.Value ?? "";
                }

                return result;
            default:
                throw DatasetException.Unreadable(DatumaroName, yamlName, "'names' is neither a list nor a mapping");
        }
    }

    private static int Depth(string name) => name.Count(character => character == '/');
}
