using System.Collections;

namespace CvatServerless.Functions.Orchestrations.CreateTaskData;

/// <summary>A list whose items are made when they are asked for, each time anew: of a hundred thousand frames only those live that somebody looks at.</summary>
internal sealed class ComputedList<T>(int count, Func<int, T> at) : IReadOnlyList<T>
{
    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index] => at(index);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => Enumerable.Range(0, count).Select(at).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
