using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Consensus;

/// <summary>The tag <c>consensus</c>, without its settings.</summary>
public sealed class ConsensusApi(ConsensusMerges merges)
{
    /// <summary>Merges replicas into their annotation jobs.</summary>
    [Function("consensus_create_merge")]
    public async Task<IActionResult> Create(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/consensus/merges")] HttpRequest req, [DurableClient] DurableTaskClient client, CancellationToken ct) =>
        await merges.StartAsync(req, client, ct);
}
