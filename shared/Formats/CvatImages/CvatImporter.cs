using System.Globalization;
using System.Xml;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.CvatImages;

/// <summary>
/// CVAT 1.1: CVAT's XML for images and for video, plain or every <c>*.xml</c> of a zip, read as a stream. Source: contract-annotations.md §4.1–4.2.
/// </summary>
public sealed class CvatImporter : IDatasetImporter
{
    private static readonly XmlReaderSettings Settings = new()
    {
        Async = true,
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreWhitespace = true,
        MaxCharactersInDocument = 8L << 30,
    };

    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("CVAT 1.1", "XML, ZIP", "1.1");

    /// <inheritdoc/>
    public async Task<LabeledData> ReadAsync(ImportContext context, IDatasetFile file, CancellationToken ct)
    {
        var paths = file.IsArchive ? [.. file.Paths.Where(path => path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase))] : file.Paths;
        if (paths.Count == 0)
        {
            throw new DatasetException("Dataset must contain a file: annotations.xml");
        }

        var found = new CvatObjects(context);
        foreach (var path in paths)
        {
            var stream = await file.OpenAsync(path, ct);
            try
            {
                using var reader = XmlReader.Create(stream, Settings);
                await ReadAsync(reader, found, ct);
            }
            catch (Exception e) when (e is XmlException or FormatException or OverflowException or ArgumentException)
            {
                throw new DatasetException($"Failed to import dataset 'cvat' at '{path}': {e.Message}", e);
            }

            if (file.IsArchive)
            {
                await stream.DisposeAsync();
            }
        }

        return found.ToData();
    }

    private static async Task ReadAsync(XmlReader reader, CvatObjects found, CancellationToken ct)
    {
        await reader.ReadAsync();
        while (!reader.EOF)
        {
            ct.ThrowIfCancellationRequested();
            if (reader.NodeType == XmlNodeType.Element && reader.Name == "meta")
            {
                // Skipping leaves the reader on what follows: another read would lose it.
                await reader.SkipAsync();
                continue;
            }

            switch (reader.NodeType == XmlNodeType.Element ? reader.Name : "")
            {
                case "image":
                    using (var image = reader.ReadSubtree())
                    {
                        await found.ReadImageAsync(await CvatElement.LoadAsync(image));
                    }

                    break;
                case "track":
                    using (var track = reader.ReadSubtree())
                    {
                        found.ReadTrack(await CvatElement.LoadAsync(track));
                    }

                    break;
            }

            await reader.ReadAsync();
        }
    }
}

/// <summary>An element with what is below it: one image or one track at a time.</summary>
internal sealed class CvatElement(string name, Dictionary<string, string> attributes)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Elements in it.</summary>
    public List<CvatElement> Children { get; } = [];

    /// <summary>An attribute, or null.</summary>
    public string? Find(string attribute) => attributes.GetValueOrDefault(attribute);

    /// <summary>An attribute.</summary>
    /// <exception cref="DatasetException">It is missing.</exception>
    public string Get(string attribute) => Find(attribute) ?? throw new DatasetException($"An element '{name}' has no attribute '{attribute}'");

    /// <summary>A number.</summary>
    public double Number(string attribute) => double.Parse(Get(attribute), CultureInfo.InvariantCulture);

    /// <summary>A whole number, with a default.</summary>
    public int Integer(string attribute, int defaultValue = 0) => Find(attribute) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : defaultValue;

    /// <summary>Reads the element under the reader.</summary>
    public static async Task<CvatElement> LoadAsync(XmlReader reader)
    {
        await reader.MoveToContentAsync();
        var stack = new Stack<CvatElement>();
        var root = Read(reader);
        if (!reader.IsEmptyElement)
        {
            stack.Push(root);
        }

        while (stack.Count > 0 && await reader.ReadAsync())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var isEmpty = reader.IsEmptyElement;
                    var child = Read(reader);
                    stack.Peek().Children.Add(child);
                    if (!isEmpty)
                    {
                        stack.Push(child);
                    }

                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                    stack.Peek().Text += reader.Value;
                    break;
                case XmlNodeType.EndElement:
                    stack.Pop();
                    break;
            }
        }

        return root;
    }

    private static CvatElement Read(XmlReader reader)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = reader.Name;
        while (reader.MoveToNextAttribute())
        {
            attributes[reader.Name] = reader.Value;
        }

        reader.MoveToElement();
        return new(name, attributes);
    }
}
