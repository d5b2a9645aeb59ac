using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>Requests that give a task data: the first ones, or more behind those that it has.</summary>
internal static class TaskDataWork
{
    /// <summary>The action of a request that adds to what is there.</summary>
    public const string Append = "append";

    /// <summary>The task of a request, by the request's id: it tells also where the request is gone.</summary>
    public static int TaskOf(string requestId) => int.Parse(requestId.AsSpan(requestId.LastIndexOf('=') + 1), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Whether the request adds to what is there.</summary>
    public static bool IsAppend(this WorkRequest request) => request.Action == Append;

    /// <summary>Whether a task still waits for what a request is to bring.</summary>
    public static bool Awaits(this AnnotationTask task, WorkRequest request) =>
        !task.IsDeleted && (request.IsAppend() ? task.Data is { } data && !data.DataIds().Contains(request.InstanceId) : task.Data is null);
}
