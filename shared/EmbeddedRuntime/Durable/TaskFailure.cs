using System.Reflection;

namespace Microsoft.DurableTask;

/// <summary>A failure as data: exceptions never cross from one task to another as objects.</summary>
/// <param name="ErrorType">Full name of the exception's type.</param>
/// <param name="ErrorMessage">Its message.</param>
/// <param name="StackTrace">Its stack trace, for people.</param>
/// <param name="InnerFailure">The cause, where there is one.</param>
/// <param name="Properties">Further data; the embedded engine gives none.</param>
public record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure, IDictionary<string, object?>? Properties)
{
    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var inner = exception switch
        {
            TaskFailedException failed => failed.FailureDetails,
            { InnerException: { } cause } => FromException(cause),
            _ => null,
        };
        return new TaskFailureDetails(exception.GetType().FullName ?? exception.GetType().Name, exception.Message, exception.StackTrace, inner, null);
    }

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    /// <summary>Whether <see cref="ErrorType"/> is <typeparamref name="T"/> or derives from it; inner failures are not looked at.</summary>
    public bool IsCausedBy<T>()
        where T : Exception => IsCausedBy(typeof(T));

    /// <inheritdoc cref="IsCausedBy{T}"/>
    /// <exception cref="AmbiguousMatchException">Two loaded types have the failure's type name.</exception>
    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);
        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"The type {targetBaseExceptionType} is not an exception.", nameof(targetBaseExceptionType));
        }

        var type = Type.GetType(ErrorType, throwOnError: false) ?? FindLoadedType(ErrorType);
        return type is not null && targetBaseExceptionType.IsAssignableFrom(type);
    }

    private static Type? FindLoadedType(string name)
    {
        var found = AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(name, throwOnError: false)).OfType<Type>().ToList();
        return found.Count > 1 ? throw new AmbiguousMatchException($"Several loaded types are called {name}.") : found.FirstOrDefault();
    }
}

/// <summary>An activity or a sub-orchestration failed.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails)
        : base(Text(taskName, taskId, failureDetails?.ErrorMessage))
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails!;
    }

    public TaskFailedException(string taskName, int taskId, Exception innerException)
        : base(Text(taskName, taskId, innerException?.Message), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = innerException switch
        {
            global::DurableTask.Core.Exceptions.OrchestrationException engine => engine.Failure!,
            null => null!,
            _ => TaskFailureDetails.FromException(innerException),
        };
    }

    /// <summary>The name that was called.</summary>
    public string TaskName { get; }

    /// <summary>The call's sequence id within its orchestration.</summary>
    public int TaskId { get; }

    /// <summary>The cause. <b>Null</b> where a sub-orchestration was terminated or its orchestrator does not exist, as on the real platform.</summary>
    public TaskFailureDetails FailureDetails { get; }

    private static string Text(string name, int id, string? message) => $"Task '{name}' (#{id}) failed with an unhandled exception: {message}";
}
