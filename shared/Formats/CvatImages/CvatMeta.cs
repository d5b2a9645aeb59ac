using System.Globalization;
using System.Text.RegularExpressions;
using CvatServerless.Domain.Labels;
using CvatServerless.Formats.Model;

namespace CvatServerless.Formats.CvatImages;

/// <summary>The <c>meta</c> element of CVAT's XML. Source: contract-annotations.md §4.1.</summary>
internal static partial class CvatMeta
{
    /// <summary>The element as text.</summary>
    public static string Render(ExportContext context)
    {
        var isTask = context.Scope == "task";
        var xml = new CvatXml(indent: 1);
        xml.Open("meta");
        xml.Open(context.Scope);
        xml.Leaf("id", Text(context.Id));
        if (isTask)
        {
            xml.Leaf("name", context.TaskName);
        }

        xml.Leaf("size", Text(context.Size));
        xml.Leaf("mode", context.Mode);
        xml.Leaf("overlap", Text(context.Overlap));
        xml.Leaf("bugtracker", context.BugTracker);
        xml.Leaf("created", Date(context.Created));
        xml.Leaf("updated", Date(context.Updated));
        xml.Leaf("subset", context.Subset.Length > 0 ? context.Subset : "default");
        xml.Leaf("start_frame", Text(context.StartFrame));
        xml.Leaf("stop_frame", Text(context.StopFrame));
        xml.Leaf("frame_filter", context.FrameFilter);
        WriteSegments(xml, context.Segments);
        WritePerson(xml, "owner", context.Owner);
        WritePerson(xml, "assignee", context.Assignee);
        WriteLabels(xml, context.Labels);
        xml.Close(context.Scope);
        xml.Leaf("dumped", Date(context.Dumped));
        xml.Close("meta");
        return xml.ToString();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);

    // As Python prints a date: without a fraction where there is none.
    private static string Date(DateTimeOffset value) => value.UtcDateTime.ToString(
        value.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture) + "+00:00";

    private static void WriteSegments(CvatXml xml, IReadOnlyList<ExportSegment> segments)
    {
        xml.Open("segments");
        foreach (var segment in segments)
        {
            xml.Open("segment");
            xml.Leaf("id", Text(segment.Id));
            xml.Leaf("start", Text(segment.StartFrame));
            xml.Leaf("stop", Text(segment.StopFrame));
            xml.Leaf("url", segment.Url);
            xml.Close("segment");
        }

        xml.Close("segments");
    }

    private static void WritePerson(CvatXml xml, string element, ExportPerson? person)
    {
        if (person is null)
        {
            xml.Leaf(element, "");
            return;
        }

        xml.Open(element);
        xml.Leaf("username", person.Username);
        xml.Leaf("email", person.Email);
        xml.Close(element);
    }

    private static void WriteLabels(CvatXml xml, IReadOnlyList<Label> labels)
    {
        xml.Open("labels");
        foreach (var label in labels)
        {
            WriteLabel(xml, label.Name, label.Color, label.Type, label.Attributes, label.Svg is { } svg ? WithNames(svg, label) : null, null);
            foreach (var sub in label.Sublabels)
            {
                WriteLabel(xml, sub.Name, sub.Color, sub.Type, sub.Attributes, null, label.Name);
            }
        }

        xml.Close("labels");
    }

    private static void WriteLabel(
        CvatXml xml, string name, string color, string type, IReadOnlyList<LabelAttribute> attributes, string? svg, string? parent)
    {
        xml.Open("label");
        xml.Leaf("name", name);
        xml.Leaf("color", color);
        xml.Leaf("type", type);
        xml.Open("attributes");
        foreach (var attribute in attributes)
        {
            xml.Open("attribute");
            xml.Leaf("name", attribute.Name);
            xml.Leaf("mutable", attribute.Mutable ? "True" : "False");
            xml.Leaf("input_type", attribute.InputType);
            xml.Leaf("default_value", attribute.DefaultValue);
            xml.Leaf("values", string.Join('\n', attribute.Values));
            xml.Close("attribute");
        }

        xml.Close("attributes");
        if (svg is not null)
        {
            xml.Leaf("svg", svg);
        }

        if (parent is not null)
        {
            xml.Leaf("parent", parent);
        }

        xml.Close("label");
    }

    private static string WithNames(string svg, Label label) => LabelId().Replace(
        svg,
        match => label.Sublabels.FirstOrDefault(sub => Text(sub.Id) == match.Groups[1].Value) is { } sub ? $"data-label-name=\"{sub.Name}\"" : match.Value);

    [GeneratedRegex("data-label-id=\"([0-9]+)\"")]
    private static partial Regex LabelId();
}
