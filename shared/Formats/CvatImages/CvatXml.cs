using System.Globalization;
using System.Text;

namespace CvatServerless.Formats.CvatImages;

/// <summary>XML in CVAT's layout: two spaces a level, every element with an end tag, containers' end tags on lines of their own, numbers with two decimals.</summary>
internal sealed class CvatXml(int indent)
{
    private readonly StringBuilder _text = new();
    private int _indent = indent;

    /// <summary>A number with two decimals.</summary>
    public static string Number(double value) => FixedPoint.Text(value, 2);

    /// <summary>Opens a container.</summary>
    public void Open(string name, Action<Attributes>? attributes = null)
    {
        Start(name, attributes);
        _text.Append(">\n");
        _indent++;
    }

    /// <summary>Closes a container.</summary>
    public void Close(string name)
    {
        _indent--;
        _text.Append(' ', 2 * _indent).Append("</").Append(name).Append(">\n");
    }

    /// <summary>An element with text, on one line.</summary>
    public void Leaf(string name, string text, Action<Attributes>? attributes = null)
    {
        Start(name, attributes);
        _text.Append('>');
        Escape(_text, text, quotes: false);
        _text.Append("</").Append(name).Append(">\n");
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static void Escape(StringBuilder output, string text, bool quotes)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append("&gt;"),
                '"' when quotes => output.Append("&quot;"),
                '\n' when quotes => output.Append("&#10;"),
                '\r' when quotes => output.Append("&#13;"),
                '\t' when quotes => output.Append("&#9;"),
                < ' ' and not ('\n' or '\r' or '\t') => output, // XML 1.0 has no way to write these
                '\uFFFE' or '\uFFFF' => output,
                _ => output.Append(c),
            };
        }
    }

    private void Start(string name, Action<Attributes>? attributes)
    {
        _text.Append(' ', 2 * _indent).Append('<').Append(name);
        attributes?.Invoke(new(_text));
    }

    /// <summary>Attributes of an element, in order.</summary>
    public readonly struct Attributes(StringBuilder text)
    {
        /// <summary>Text.</summary>
        public Attributes Add(string name, string value)
        {
            text.Append(' ').Append(name).Append("=\"");
            Escape(text, value, quotes: true);
            text.Append('"');
            return this;
        }

        /// <summary>A whole number.</summary>
        public Attributes Add(string name, int value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

        /// <summary>A number with two decimals.</summary>
        public Attributes Add(string name, double value) => Add(name, Number(value));
    }
}
