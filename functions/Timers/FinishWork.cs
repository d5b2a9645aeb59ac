using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Organizations;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Server;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Tasks;
using CvatServerless.Functions.Api.ValidationLayouts;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Timers;

/// <summary>Goes on with deletions, moves and other changes that a crash stopped: nobody sees what they left, but it takes room.</summary>
public sealed class FinishWork(
    Unfinished unfinished, DeleteProject projects, DeleteTask tasks, DeleteJob jobs, TaskMoves moves, HoneypotDraws draws,
    DeleteOrganization organizations, ServerLog serverLog, ILogger<FinishWork> logger)
{
    /// <summary>Looks at what has begun and not ended, at the start and every ten minutes.</summary>
    [Function("finish_work")]
    public async Task Run([TimerTrigger("0 */10 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken ct)
    {
        await FinishAsync(DeleteProject.Work, projects.ResumeAsync, ct);
        await FinishAsync(DeleteTask.Work, tasks.ResumeAsync, ct);
        await FinishAsync(DeleteJob.Work, jobs.ResumeAsync, ct);
        await FinishAsync(TaskMoves.Work, moves.ResumeAsync, ct);
        await FinishAsync(HoneypotDraws.Work, draws.ResumeAsync, ct);
        await FinishAsync(DeleteOrganization.Work, organizations.ResumeAsync, ct);
        await FinishAsync(ServerLog.Founding, serverLog.ResumeAsync, ct);
        await serverLog.FollowAccountsAsync(null, ct);
    }

    private async Task FinishAsync(string kind, Func<WorkspaceId, string, CancellationToken, Task> resume, CancellationToken ct)
    {
        foreach (var work in await unfinished.ListAsync(kind, ct))
        {
            try
            {
                await resume(work.Workspace, work.Key, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                logger.LogError(e, "{Work} of {Key} in {Workspace} could not be finished.", work.Work, work.Key, work.Workspace);
            }
        }
    }
}
