namespace CvatServerless.Functions.Orchestrations;

/// <summary>What every orchestration and activity of a request is given: where its row is, and which attempt this is.</summary>
/// <param name="Workspace">The partition.</param>
/// <param name="RequestId">The contract's rq_id.</param>
/// <param name="InstanceId">The attempt; a row that names another one has been taken over.</param>
public sealed record WorkItem(string Workspace, string RequestId, string InstanceId);

/// <summary>Why a request failed, in words for its owner.</summary>
public sealed record WorkFailure(WorkItem Item, string Message);
