using Microsoft.DurableTask;

// The real platform throws these from packages that the app never references, so callers recognise them by full type name.
// They are internal for that reason: naming the type in a catch clause must not compile here, as it would not there.
namespace DurableTask.Core.Exceptions
{
    /// <summary>The engine's own exception for a failed task; the worker turns it into <see cref="Microsoft.DurableTask.TaskFailedException"/>.</summary>
    internal abstract class OrchestrationException(int taskId, string message, TaskFailureDetails? failure) : Exception(message)
    {
        public int TaskId { get; } = taskId;

        public TaskFailureDetails? Failure { get; } = failure;
    }

    internal sealed class TaskFailedException(int taskId, string message, TaskFailureDetails? failure) : OrchestrationException(taskId, message, failure);

    internal sealed class SubOrchestrationFailedException(int taskId, string message, TaskFailureDetails? failure) : OrchestrationException(taskId, message, failure);

    internal sealed class NonDeterministicOrchestrationException(string detail)
        : Exception($"Non-Deterministic workflow detected: {detail} Was a change made to the orchestrator code after this instance had already started running?");

    internal sealed class OrchestrationAlreadyExistsException(string instanceId)
        : Exception($"An Orchestration instance with the ID {instanceId} already exists.");
}

namespace Grpc.Core
{
    internal sealed class RpcException(string statusCode, string detail) : Exception($"Status(StatusCode=\"{statusCode}\", Detail=\"{detail}\")");
}
