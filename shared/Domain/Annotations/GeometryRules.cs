namespace CvatServerless.Domain.Annotations;

/// <summary>How many numbers a shape has. Source: contract-annotations.md §1.3.</summary>
public static class GeometryRules
{
    /// <summary>Numbers of a rectangle or an ellipse.</summary>
    public const int BoxLength = 4;

    /// <summary>Numbers of a cuboid.</summary>
    public const int CuboidLength = 16;

    /// <summary>Numbers behind the run lengths of a mask: left, top, right, bottom.</summary>
    public const int MaskBoxLength = 4;

    /// <summary>What is wrong with that many numbers, or null.</summary>
    public static string? Points(ShapeType type, int length)
    {
        var right = type switch
        {
            ShapeType.Rectangle or ShapeType.Ellipse => length == BoxLength,
            ShapeType.Cuboid => length == CuboidLength,
            ShapeType.Polygon => length >= 6 && length % 2 == 0,
            ShapeType.Polyline => length >= 4 && length % 2 == 0,
            ShapeType.Points => length >= 2 && length % 2 == 0,
            ShapeType.Mask => length > MaskBoxLength,
            _ => length == 0,
        };
        return right ? null : $"invalid length for shape type '{type.Word()}'";
    }

    /// <summary>What is wrong with that many elements, or null.</summary>
    public static string? Elements(ShapeType type, int count) => (type == ShapeType.Skeleton, count) switch
    {
        (true, 0) => "at least one required for skeleton shape",
        (false, > 0) => "not allowed for non-skeleton shape",
        _ => null,
    };
}
