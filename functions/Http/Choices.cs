namespace CvatServerless.Functions.Http;

/// <summary>Words of the contract (contract-resources.md §1.9).</summary>
internal static class Choices
{
    public static readonly string[] Statuses = ["annotation", "validation", "completed"];
    public static readonly string[] Stages = ["annotation", "validation", "acceptance"];
    public static readonly string[] States = ["new", "in progress", "completed", "rejected"];
    public static readonly string[] JobTypes = ["annotation", "ground_truth", "replica"];
    public static readonly string[] Modes = ["annotation", "interpolation"];
    public static readonly string[] Dimensions = ["1d", "2d", "3d"];
    public static readonly string[] MediaTypes = ["image", "point_cloud", "audio"];
    public static readonly string[] ValidationModes = ["gt", "gt_pool"];
}
