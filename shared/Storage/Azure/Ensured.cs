using System.Collections.Concurrent;

namespace CvatServerless.Storage.Azure;

/// <summary>Makes tables, queues and the container once per process, at their first use.</summary>
internal sealed class Ensured
{
    private readonly ConcurrentDictionary<string, Task> _made = new(StringComparer.Ordinal);

    /// <summary>Runs <paramref name="make"/> unless it has succeeded for <paramref name="name"/> before.</summary>
    public async Task EnsureAsync(string name, Func<Task> make)
    {
        var making = _made.GetOrAdd(name, _ => make());
        try
        {
            await making;
        }
        catch
        {
            _made.TryRemove(new KeyValuePair<string, Task>(name, making));
            throw;
        }
    }
}
