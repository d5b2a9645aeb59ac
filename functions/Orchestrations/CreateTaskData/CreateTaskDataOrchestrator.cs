using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>
/// Makes a task's data: list of files → those from elsewhere are fetched → plan → chunks (fanned out, the first segment's first) → commit → tidy up. A
/// long video is committed once its first chunk is there, since the others can be made on demand: annotators begin while they are prepared. Every step writes blobs under names that depend on the attempt only, so it can be repeated at any point.
/// </summary>
public static class CreateTaskDataOrchestrator
{
    /// <summary>The function's name.</summary>
    public const string Name = "CreateTaskData";

    /// <summary>Activities of one task at a time; more would only keep other tasks waiting.</summary>
    private const int Parallel = 8;

    /// <summary>Runs one request.</summary>
    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var item = context.GetInput<WorkItem>() ?? throw new InvalidOperationException("No input.");
        try
        {
            if (await context.CallActivityAsync<bool>(ListSources.Name, item, WorkPolicy.Retry))
            {
                await RepeatAsync(context, FetchSources.Name, item);
            }

            var plan = await context.CallActivityAsync<TaskDataPlan?>(PlanTaskData.Name, item, WorkPolicy.Retry);
            if (plan is { IsSeenEarly: true })
            {
                await context.CallActivityAsync(BuildVideoChunks.Name, new TaskDataStep(item, plan, BuildVideoChunks.FirstChunk), WorkPolicy.Retry);
                await context.CallActivityAsync(CommitTaskData.Name, new TaskDataStep(item, plan, 0), WorkPolicy.Retry);
                await BuildAsync(context, item, plan);
                await context.CallActivityAsync(FinishTaskData.Name, new TaskDataStep(item, plan, 0), WorkPolicy.Retry);
            }
            else if (plan is not null)
            {
                await BuildAsync(context, item, plan);
                await context.CallActivityAsync(CommitTaskData.Name, new TaskDataStep(item, plan, 0), WorkPolicy.Retry);
            }
        }
        catch (TaskFailedException e)
        {
            await context.CallActivityAsync(FailTaskData.Name, new WorkFailure(item, WorkPolicy.Message(e)), WorkPolicy.Retry);
            return;
        }

        await context.CallActivityAsync(TidyTaskData.Name, item, WorkPolicy.Retry);
    }

    private static Task BuildAsync(TaskOrchestrationContext context, WorkItem item, TaskDataPlan plan)
    {
        var activity = plan switch
        {
            { Video: not null } => BuildVideoChunks.Name,
            { IsOutside: true, Parameters.UseCache: true } => ProbeFrames.Name,
            _ => BuildChunks.Name,
        };

        // One after the other where a bucket is waited for: only one of them would have its turn.
        return FanOutAsync(plan.GroupCount, plan.IsFromCloud ? 1 : Parallel, group => RepeatAsync(context, activity, new TaskDataStep(item, plan, group)));
    }

    /// <summary>Calls an activity until nothing is left.</summary>
    private static async Task RepeatAsync(TaskOrchestrationContext context, string activity, object input)
    {
        while (await context.CallActivityAsync<WorkOutcome?>(activity, input, WorkPolicy.Retry) is { IsDone: false } outcome)
        {
            if (outcome.WaitSeconds > 0)
            {
                await context.CreateTimer(TimeSpan.FromSeconds(outcome.WaitSeconds), CancellationToken.None);
            }
        }
    }

    private static async Task FanOutAsync(int count, int width, Func<int, Task> start)
    {
        var running = new List<Task>();
        try
        {
            for (var group = 0; group < count; group++)
            {
                if (running.Count == width)
                {
                    var done = await Task.WhenAny(running);
                    running.Remove(done);
                    await done;
                }

                running.Add(start(group));
            }
        }
        finally
        {
            // Also after a failure: what still runs must not write into a folder that is being removed.
            await Task.WhenAll(running);
        }
    }
}

/// <summary>The input of the steps after the plan.</summary>
/// <param name="Item">The request.</param>
/// <param name="Plan">What is to be made.</param>
/// <param name="Group">Which group of chunks.</param>
public sealed record TaskDataStep(WorkItem Item, TaskDataPlan Plan, int Group);
