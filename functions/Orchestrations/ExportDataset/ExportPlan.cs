using System.Text.Json.Serialization;

namespace CvatServerless.Functions.Orchestrations.ExportDataset;

/// <summary>What <c>PlanExport</c> decided; small, as steps are given it.</summary>
/// <param name="PartCount">Jobs in the export.</param>
/// <param name="PartsPerStep">Jobs that one activity renders.</param>
public sealed record ExportPlan(int PartCount, int PartsPerStep)
{
    /// <summary>At most this many activities for one export.</summary>
    public const int MaxSteps = 64;

    /// <summary>Activities that render.</summary>
    [JsonIgnore]
    public int StepCount => (PartCount + PartsPerStep - 1) / PartsPerStep;
}

/// <summary>The input of the rendering and stitching steps.</summary>
public sealed record ExportStep(WorkItem Item, ExportPlan Plan, int Number);

/// <summary>A job's part of an export: the frames that it adds (those that an earlier job has are left to that one), and where they are rendered to.</summary>
internal sealed record ExportPart(int JobId, int StartFrame, int StopFrame, string Blob);

/// <summary>A line of a rendered part.</summary>
internal sealed record RenderedLine(int Frame, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ExportPart))]
[JsonSerializable(typeof(RenderedLine))]
internal sealed partial class ExportJson : JsonSerializerContext;

/// <summary>Names of the blobs of an export.</summary>
internal static class ExportBlobs
{
    /// <summary>Rendered parts of all exports.</summary>
    public const string Parts = "export-parts/";

    /// <summary>How long a rendered part is used again; it is kept a day longer (<c>purge_blobs</c>), so that no export loses one that it counts on.</summary>
    public static readonly TimeSpan PartReuse = TimeSpan.FromDays(6);

    /// <summary>The parts of an attempt.</summary>
    public static string Plan(string instanceId) => $"exports/{instanceId}/plan.jsonl";

    /// <summary>The finished archive.</summary>
    public static string Result(string instanceId) => $"exports/{instanceId}/result.zip";

    /// <summary>Everything of an attempt.</summary>
    public static string Folder(string instanceId) => $"exports/{instanceId}/";

    /// <summary>A rendered part; the same content has the same name, so it is used again as long as nothing it depends on has changed.</summary>
    public static string Part(int taskId, string key) => $"{Parts}task-{taskId}/{key}.jsonl";
}
