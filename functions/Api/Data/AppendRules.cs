using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Api.Data;

/// <summary>What can be added to a task that has data (<c>tasks_append_data</c>).</summary>
internal static class AppendRules
{
    /// <summary>Refuses tasks that take no more.</summary>
    /// <exception cref="CvatException">400: it has no data yet, is a video's, or holds honeypots.</exception>
    public static void CheckTask(AnnotationTask task)
    {
        if (task.Data is not { } data)
        {
            throw CvatException.Text("The task has no data yet. Attach some first.");
        }

        if (data.Mode == "interpolation")
        {
            throw CvatException.Text("Nothing can be added to a video.");
        }

        if (data.HoneypotFrames is not null)
        {
            throw CvatException.Text("Nothing can be added to a task with honeypots: its frames are mixed already.");
        }
    }

    /// <summary>Chunks, quality and storage are as the task has them; all that comes is added.</summary>
    /// <exception cref="CvatException">400 by field: it says how a task is made.</exception>
    public static DataParameters Of(TaskData data, DataParameters parameters)
    {
        var errors = new FieldErrors();
        Refuse("start_frame", parameters.StartFrame > 0);
        Refuse("stop_frame", parameters.StopFrame is not null);
        Refuse("frame_filter", parameters.FrameStep > 1);
        Refuse("job_file_mapping", parameters.JobFileMapping.Count > 0);
        Refuse("validation_params", parameters.Validation is not null);
        errors.ThrowIfAny();
        return parameters with { ChunkSize = data.ChunkSize, ImageQuality = data.ImageQuality, UseCache = data.StorageMethod == "cache" };

        void Refuse(string field, bool isGiven)
        {
            if (isGiven)
            {
                errors.Add(field, "This can be given only when a task gets its first data.");
            }
        }
    }
}
