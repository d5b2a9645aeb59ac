using System.Text;
using System.Xml;
using CvatServerless.Domain.Errors;

namespace CvatServerless.Domain.Labels;

/// <summary>
/// The drawing of a skeleton's template. It is shown in other people's browsers, so only plain shapes with harmless attributes are let in.
/// </summary>
public static class SkeletonSvg
{
    private const string NameAttribute = "data-label-name";
    private const string IdAttribute = "data-label-id";
    private const int MaxLength = 256 * 1024;
    private static readonly HashSet<string> Elements = new(StringComparer.Ordinal) { "circle", "line", "g", "text", "desc", "path", "polyline", "ellipse", "rect" };
    private static readonly XmlReaderSettings Reading = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, ConformanceLevel = ConformanceLevel.Fragment };

    /// <summary>Checks a template and refers to sublabels by id instead of by name.</summary>
    /// <param name="svg">The template as sent.</param>
    /// <param name="ids">Sublabel name → id.</param>
    /// <exception cref="CvatException">400: it isn't XML, has something that could run, or names an unknown sublabel.</exception>
    public static string Bind(string svg, IReadOnlyDictionary<string, int> ids)
    {
        if (svg.Length > MaxLength)
        {
            throw CvatException.Rule($"The svg of a skeleton has more than {MaxLength} characters.");
        }

        var result = new StringBuilder(svg.Length);
        try
        {
            using var reader = XmlReader.Create(new StringReader(svg), Reading);
            while (reader.Read())
            {
                Copy(reader, result, ids);
            }
        }
        catch (XmlException e)
        {
            throw CvatException.Rule($"The svg of a skeleton is not well-formed: {e.Message}");
        }

        return result.ToString();
    }

    private static void Copy(XmlReader reader, StringBuilder result, IReadOnlyDictionary<string, int> ids)
    {
        switch (reader.NodeType)
        {
            case XmlNodeType.Element:
                CopyElement(reader, result, ids);
                break;
            case XmlNodeType.EndElement:
                result.Append("</").Append(reader.LocalName).Append('>');
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                Escape(result, reader.Value);
                break;
            case XmlNodeType.Whitespace:
                result.Append(reader.Value);
                break;
            default:
                break; // comments and processing instructions say nothing
        }
    }

    private static void CopyElement(XmlReader reader, StringBuilder result, IReadOnlyDictionary<string, int> ids)
    {
        if (!Elements.Contains(reader.LocalName))
        {
            throw CvatException.Rule($"The svg of a skeleton may not contain the element '{reader.LocalName}'.");
        }

        var (name, isEmpty) = (reader.LocalName, reader.IsEmptyElement);
        result.Append('<').Append(name);
        while (reader.MoveToNextAttribute())
        {
            CopyAttribute(result, reader.Name, reader.Value, ids);
        }

        result.Append('>');
        if (isEmpty)
        {
            result.Append("</").Append(name).Append('>');
        }
    }

    private static void CopyAttribute(StringBuilder result, string name, string value, IReadOnlyDictionary<string, int> ids)
    {
        if (name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || name.Contains("href", StringComparison.OrdinalIgnoreCase)
            || value.Contains("javascript:", StringComparison.OrdinalIgnoreCase) || value.Contains("url(", StringComparison.OrdinalIgnoreCase))
        {
            throw CvatException.Rule($"The svg of a skeleton may not contain the attribute '{name}' with this value.");
        }

        if (name == NameAttribute)
        {
            var id = ids.TryGetValue(value, out var known) ? known : throw CvatException.Rule($"The svg of a skeleton names the unknown sublabel '{value}'.");
            (name, value) = (IdAttribute, id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        result.Append(' ').Append(name).Append("=\"");
        Escape(result, value);
        result.Append('"');
    }

    private static void Escape(StringBuilder result, string text) =>
        result.Append(text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal));
}
