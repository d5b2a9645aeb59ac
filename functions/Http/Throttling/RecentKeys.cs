namespace CvatServerless.Functions.Http.Throttling;

/// <summary>Values by key, of the keys that were used last: where there are too many, the longest unused one goes. Not for several threads.</summary>
internal sealed class RecentKeys<T>(int capacity)
    where T : class
{
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value)> _order = new();

    /// <summary>How many there are.</summary>
    public int Count => _nodes.Count;

    /// <summary>The value of a key, or null; counts as use.</summary>
    public T? Find(string key)
    {
        if (!_nodes.TryGetValue(key, out var node))
        {
            return null;
        }

        _order.Remove(node);
        _order.AddLast(node);
        return node.Value.Value;
    }

    /// <summary>The value of a key, made where it is missing.</summary>
    public T GetOrAdd(string key, Func<T> make)
    {
        if (Find(key) is { } found)
        {
            return found;
        }

        if (_nodes.Count >= capacity)
        {
            Remove(_order.First!.Value.Key);
        }

        var value = make();
        _nodes[key] = _order.AddLast((key, value));
        return value;
    }

    /// <summary>Forgets a key.</summary>
    public void Remove(string key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _order.Remove(node);
        }
    }
}
