using System.Text.Json.Serialization.Metadata;

namespace CvatServerless.Domain.Workspaces;

/// <summary>A resource that lives in a workspace: one row, <c>{Kind}:{Key}</c>, whose body is this record as JSON.</summary>
public interface IWorkspaceEntity
{
    /// <summary>Its key within its kind: an id padded to ten digits (<see cref="EntityKey.Of(int)"/>), or a string without <c>/ \ # ?</c>.</summary>
    string Key { get; }
}

/// <inheritdoc/>
public interface IWorkspaceEntity<TSelf> : IWorkspaceEntity
    where TSelf : class, IWorkspaceEntity<TSelf>
{
    /// <summary>The resource's name in row keys and in the change log, such as <c>task</c>; never changes once released.</summary>
    static abstract string Kind { get; }

    /// <summary>How it is stored.</summary>
    static abstract JsonTypeInfo<TSelf> Json { get; }
}

/// <summary>Keys of entities.</summary>
public static class EntityKey
{
    /// <summary>An id as a key: zero-padded to ten digits, so that ordinal order is numeric order.</summary>
    public static string Of(int id) => id.ToString("D10", System.Globalization.CultureInfo.InvariantCulture);
}
