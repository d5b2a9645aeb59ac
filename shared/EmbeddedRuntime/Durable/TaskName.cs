namespace Microsoft.DurableTask;

/// <summary>The name of an orchestrator or activity. Two names are equal without regard to case.</summary>
public readonly struct TaskName : IEquatable<TaskName>
{
    /// <summary>Makes a name; null gives the default, empty name.</summary>
    public TaskName(string name) => Name = name ?? string.Empty;

    /// <summary>The name as it was spelt.</summary>
    public string Name { get; }

    public static implicit operator string(TaskName value) => value.Name;

    public static implicit operator TaskName(string value) => string.IsNullOrEmpty(value) ? default : new TaskName(value);

    public static bool operator ==(TaskName a, TaskName b) => a.Equals(b);

    public static bool operator !=(TaskName a, TaskName b) => !a.Equals(b);

    public bool Equals(TaskName other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);

    public override bool Equals(object? obj) => obj is TaskName other && Equals(other);

    public override int GetHashCode() => Name is null ? 0 : StringComparer.OrdinalIgnoreCase.GetHashCode(Name);

    public override string ToString() => Name ?? string.Empty;
}

/// <summary>Who called a sub-orchestration.</summary>
/// <param name="Name">The caller's orchestrator name.</param>
/// <param name="InstanceId">The caller's instance id.</param>
public record ParentOrchestrationInstance(TaskName Name, string InstanceId);
