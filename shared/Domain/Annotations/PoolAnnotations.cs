using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Domain.Annotations;

/// <summary>Rules for the annotations of a task with honeypots: tags and shapes only; what a task's write says of the pool holds for the honeypots too. Source: contract-annotations.md §1.4.</summary>
public static class PoolAnnotations
{
    /// <summary>Refuses tracks where the task has honeypots.</summary>
    /// <exception cref="CvatException">400.</exception>
    public static void Check(AnnotationTask task, LabeledData body)
    {
        if (task.Validation is { IsPool: true } && body.Tracks.Count > 0)
        {
            throw CvatException.Rule("Tracks are not supported when task validation mode is gt_pool");
        }
    }

    /// <summary>
    /// What a write on the whole task means to its jobs: annotations on frames of the pool are repeated on the honeypots that show them, instead of what the body
    /// has there. A body that says nothing of the pool is left as it is, unless it replaces everything.
    /// </summary>
    /// <exception cref="CvatException">400: tracks; or single annotations of the pool are to be changed.</exception>
    public static LabeledData OfTask(AnnotationTask task, OperationKind kind, LabeledData body)
    {
        if (task is not { Validation: { IsPool: true } layout, Data: { HoneypotFrames: { } honeypots } data })
        {
            return body;
        }

        Check(task, body);
        var pool = layout.Frames.ToHashSet();
        var known = AnnotationSlicer.OnFrames(body, pool);
        if (known.IsEmpty && kind != OperationKind.Replace)
        {
            return body;
        }

        if (kind is OperationKind.Update or OperationKind.Delete)
        {
            throw CvatException.Rule("Annotations on validation frames can only be edited via task import or the GT job");
        }

        var shownBy = honeypots.Zip(data.HoneypotRealFrames!).ToLookup(pair => pair.Second, pair => pair.First);
        return body with
        {
            Tags = [.. body.Tags.Where(tag => !data.IsHoneypot(tag.Frame)), .. known.Tags.SelectMany(tag => shownBy[tag.Frame].Select(frame => tag with { Id = 0, Frame = frame }))],
            Shapes = [.. body.Shapes.Where(shape => !data.IsHoneypot(shape.Frame)), .. known.Shapes.SelectMany(shape => shownBy[shape.Frame].Select(frame => On(shape, frame)))],
        };
    }

    private static LabeledShape On(LabeledShape shape, int frame) =>
        shape with { Id = 0, Frame = frame, Elements = Array.ConvertAll(shape.Elements, element => On(element, frame)) };
}
