namespace CvatServerless.Domain.Annotations;

/// <summary>Geometry of a shape. Stored in logs as its number: values may only be added.</summary>
public enum ShapeType : byte
{
    /// <summary><c>[xtl, ytl, xbr, ybr]</c>, before rotation.</summary>
    Rectangle = 0,

    /// <summary>x, y pairs, open ring.</summary>
    Polygon = 1,

    /// <summary>x, y pairs.</summary>
    Polyline = 2,

    /// <summary>x, y pairs.</summary>
    Points = 3,

    /// <summary><c>[cx, cy, right x, top y]</c>, before rotation.</summary>
    Ellipse = 4,

    /// <summary>16 numbers: 8 corners in a picture, or centre, angles (radians), sizes and seven zeros in a point cloud.</summary>
    Cuboid = 5,

    /// <summary>Run lengths over the bounding box, then left, top, right, bottom (inclusive).</summary>
    Mask = 6,

    /// <summary>No points of its own; its elements carry them.</summary>
    Skeleton = 7,
}

/// <summary>How an object came to be. Stored in logs as its number: values may only be added.</summary>
public enum AnnotationSource : byte
{
    /// <summary>Drawn by a person.</summary>
    Manual = 0,

    /// <summary>Made by a model.</summary>
    Auto = 1,

    /// <summary>Made by a model that a person steered.</summary>
    SemiAuto = 2,

    /// <summary>Imported.</summary>
    File = 3,

    /// <summary>Merged from replicas.</summary>
    Consensus = 4,
}

/// <summary>What a write does with the objects of its body.</summary>
public enum AnnotationAction : byte
{
    /// <summary>Remove everything, then create (PUT).</summary>
    Replace = 0,

    /// <summary>Append (PATCH create).</summary>
    Create = 1,

    /// <summary>Replace the objects with the given ids; those without are created (PATCH update).</summary>
    Update = 2,

    /// <summary>Remove the objects with the given ids (PATCH delete).</summary>
    Delete = 3,
}

/// <summary>The contract's words for the enumerations. Source: contract-annotations.md §1.2.</summary>
public static class AnnotationWords
{
    private static readonly string[] Shapes = ["rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton"];
    private static readonly string[] Sources = ["manual", "auto", "semi-auto", "file", "consensus"];

    /// <summary>Allowed sources in the order in which an error names them.</summary>
    public static readonly IReadOnlyList<string> AllowedSources = ["auto", "semi-auto", "manual", "file", "consensus"];

    /// <summary>The word of a shape type.</summary>
    public static string Word(this ShapeType type) => Shapes[(int)type];

    /// <summary>The word of a source.</summary>
    public static string Word(this AnnotationSource source) => Sources[(int)source];

    /// <summary>Reads a shape type.</summary>
    public static bool TryParse(string? word, out ShapeType type)
    {
        var index = Array.IndexOf(Shapes, word);
        type = (ShapeType)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Reads a source.</summary>
    public static bool TryParse(string? word, out AnnotationSource source)
    {
        var index = Array.IndexOf(Sources, word);
        source = (AnnotationSource)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>Reads <c>create</c>, <c>update</c> or <c>delete</c>, the actions of a PATCH.</summary>
    public static bool TryParse(string? word, out AnnotationAction action)
    {
        action = word switch { "create" => AnnotationAction.Create, "update" => AnnotationAction.Update, _ => AnnotationAction.Delete };
        return word is "create" or "update" or "delete";
    }
}
