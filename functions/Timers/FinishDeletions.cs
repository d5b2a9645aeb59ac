using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Tasks;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace CvatServerless.Functions.Timers;

/// <summary>Goes on with deletions and moves that a crash stopped: nobody sees what they left, but it takes room.</summary>
public sealed class FinishDeletions(ILocators locators, DeleteProject deletions, TaskMoves moves, ILogger<FinishDeletions> logger)
{
    /// <summary>Looks through all workspaces, at the start and once an hour.</summary>
    [Function("finish_deletions")]
    public async Task Run([TimerTrigger("0 30 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken ct)
    {
        foreach (var workspace in await locators.AllAsync(ct))
        {
            try
            {
                await deletions.FinishAllAsync(workspace, ct);
                await moves.FinishAllAsync(workspace, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                logger.LogError(e, "A deletion or a move in {Workspace} could not be finished.", workspace);
            }
        }
    }
}
