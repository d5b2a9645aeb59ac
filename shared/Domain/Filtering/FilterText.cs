using System.Globalization;
using System.Text;

namespace CvatServerless.Domain.Filtering;

/// <summary>A condition as a text that two conditions share exactly when they are the same.</summary>
internal static class FilterText
{
    /// <summary>The text.</summary>
    public static string Of(FilterNode node)
    {
        var text = new StringBuilder();
        Write(text, node);
        return text.ToString();
    }

    private static void Write(StringBuilder text, FilterNode node)
    {
        switch (node)
        {
            case AllNode all:
                WriteAll(text, "and", all.Nodes);
                break;
            case AnyNode any:
                WriteAll(text, "or", any.Nodes);
                break;
            case NotNode not:
                WriteAll(text, "not", [not.Node]);
                break;
            case CompareNode compare:
                WriteValues(text, compare.Operator.ToString(), compare.Field, [compare.Value]);
                break;
            case RangeNode range:
                WriteValues(text, "range", range.Field, [range.From, range.To]);
                break;
            case InNode within:
                WriteValues(text, "in", within.Field, within.Values);
                break;
            case ContainsNode contains:
                WriteValues(text, "contains", contains.Field, [contains.Text]);
                break;
            case IsSetNode set:
                WriteValues(text, "set", set.Field, []);
                break;
            default:
                throw new ArgumentException($"An unknown condition {node}.", nameof(node));
        }
    }

    private static void WriteAll(StringBuilder text, string name, IReadOnlyList<FilterNode> nodes)
    {
        text.Append(name).Append('(');
        foreach (var node in nodes)
        {
            Write(text, node);
        }

        text.Append(')');
    }

    /// <summary>Texts bear their length, so that none can look like the end of itself.</summary>
    private static void WriteValues(StringBuilder text, string name, string field, IReadOnlyList<object> values)
    {
        text.Append(name).Append(' ').Append(field);
        foreach (var value in values)
        {
            var word = value is DateTimeOffset date ? date.UtcTicks.ToString(CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
            text.Append(' ').Append(word.Length).Append(value.GetType().Name[0]).Append(word);
        }

        text.Append(';');
    }
}
