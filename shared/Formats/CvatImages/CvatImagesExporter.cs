using System.Globalization;
using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.CvatImages;

/// <summary>CVAT for images 1.1: one <c>annotations.xml</c> with an <c>image</c> element per frame. Source: contract-annotations.md §4.1.</summary>
public sealed class CvatImagesExporter : IDatasetExporter
{
    /// <inheritdoc/>
    public FormatInfo Info { get; } = new("CVAT for images 1.1", "ZIP", "1.1");

    /// <inheritdoc/>
    public string MediaPath(ExportContext context, ExportFrame frame) => $"images/{frame.Name}";

    /// <inheritdoc/>
    public string RenderFrame(ExportContext context, FrameAnnotations frame)
    {
        var xml = new CvatXml(indent: 1);
        xml.Open("image", attributes => attributes
            .Add("id", frame.Frame.AbsoluteNumber).Add("name", frame.Frame.Name).Add("width", frame.Frame.Width).Add("height", frame.Frame.Height));
        foreach (var shape in frame.Shapes)
        {
            WriteShape(xml, context.Names, shape.Shape, isElement: false);
        }

        foreach (var tag in frame.Tags)
        {
            if (context.Names.Find(tag.LabelId) is { } label)
            {
                xml.Open("tag", attributes =>
                {
                    attributes.Add("label", label.Name).Add("source", tag.Source.Word());
                    AddGroup(attributes, tag.Group);
                });
                WriteAttributes(xml, context.Names, tag.Attributes);
                xml.Close("tag");
            }
        }

        xml.Close("image");
        return xml.ToString();
    }

    /// <inheritdoc/>
    public async Task WriteAsync(ExportContext context, Func<IAsyncEnumerable<RenderedFrame>> frames, IDatasetSink sink, CancellationToken ct)
    {
        await using var file = sink.Create("annotations.xml");
        await using var writer = new StreamWriter(file, new UTF8Encoding(false), 64 * 1024, leaveOpen: true);
        await writer.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n");
        await writer.WriteAsync(CvatMeta.Render(context));
        await foreach (var frame in frames())
        {
            ct.ThrowIfCancellationRequested();
            await writer.WriteAsync(frame.Text);
        }

        await writer.WriteAsync("</annotations>\n");
    }

    private static void WriteShape(CvatXml xml, LabelIndex names, LabeledShape shape, bool isElement)
    {
        if (names.Find(shape.LabelId) is not { } label)
        {
            return;
        }

        var element = Element(shape.Type);
        xml.Open(element, attributes =>
        {
            attributes.Add("label", label.Name).Add("source", shape.Source.Word());
            if (isElement)
            {
                attributes.Add("outside", shape.Outside ? 1 : 0);
            }

            if (shape.Type != ShapeType.Skeleton)
            {
                attributes.Add("occluded", shape.Occluded ? 1 : 0);
            }

            AddGeometry(attributes, shape);
            if (!isElement)
            {
                attributes.Add("z_order", shape.ZOrder);
            }

            AddGroup(attributes, shape.Group);
        });
        foreach (var part in shape.Elements)
        {
            WriteShape(xml, names, part, isElement: true);
        }

        WriteAttributes(xml, names, shape.Attributes);
        xml.Close(element);
    }

    private static string Element(ShapeType type) => type == ShapeType.Rectangle ? "box" : type.Word();

    private static void AddGroup(CvatXml.Attributes attributes, int group)
    {
        if (group != 0)
        {
            attributes.Add("group_id", group);
        }
    }

    private static void AddGeometry(CvatXml.Attributes attributes, LabeledShape shape)
    {
        var p = shape.Points;
        switch (shape.Type)
        {
            case ShapeType.Rectangle:
                attributes.Add("xtl", p[0]).Add("ytl", p[1]).Add("xbr", p[2]).Add("ybr", p[3]);
                AddRotation(attributes, shape.Rotation);
                break;
            case ShapeType.Ellipse:
                attributes.Add("cx", p[0]).Add("cy", p[1]).Add("rx", p[2] - p[0]).Add("ry", p[1] - p[3]);
                AddRotation(attributes, shape.Rotation);
                break;
            case ShapeType.Cuboid:
                AddCuboid(attributes, p);
                break;
            case ShapeType.Mask:
                attributes.Add("rle", string.Join(", ", p[..^4].Select(count => ((long)count).ToString(CultureInfo.InvariantCulture))))
                    .Add("left", (int)p[^4]).Add("top", (int)p[^3]).Add("width", (int)(p[^2] - p[^4]) + 1).Add("height", (int)(p[^1] - p[^3]) + 1);
                break;
            case ShapeType.Skeleton:
                break;
            default:
                attributes.Add("points", string.Join(';', Enumerable.Range(0, p.Length / 2).Select(i => $"{CvatXml.Number(p[2 * i])},{CvatXml.Number(p[(2 * i) + 1])}")));
                break;
        }
    }

    private static void AddRotation(CvatXml.Attributes attributes, double degrees)
    {
        if (degrees != 0)
        {
            attributes.Add("rotation", degrees);
        }
    }

    private static void AddCuboid(CvatXml.Attributes attributes, double[] p)
    {
        string[] corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];
        for (var i = 0; i < corners.Length; i++)
        {
            attributes.Add("x" + corners[i], p[2 * i]).Add("y" + corners[i], p[(2 * i) + 1]);
        }
    }

    private static void WriteAttributes(CvatXml xml, LabelIndex names, IEnumerable<AttributeValue> values)
    {
        foreach (var value in values)
        {
            if (names.FindAttribute(value.SpecId) is { } spec)
            {
                xml.Leaf("attribute", value.Value, attributes => attributes.Add("name", spec.Name));
            }
        }
    }
}
