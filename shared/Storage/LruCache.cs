using System.Diagnostics.CodeAnalysis;

namespace CvatServerless.Storage;

/// <summary>A dictionary of bounded size that forgets what was not used for longest; safe for many threads.</summary>
public sealed class LruCache<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _nodes = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = new();

    /// <summary>A value, which then is the youngest.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            if (!_nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    /// <summary>Adds or replaces a value.</summary>
    public void Set(TKey key, TValue value)
    {
        lock (_lock)
        {
            Drop(key);
            _nodes.Add(key, _order.AddFirst((key, value)));
            if (_nodes.Count > capacity)
            {
                Drop(_order.Last!.Value.Key);
            }
        }
    }

    /// <summary>Removes a value.</summary>
    public void Remove(TKey key)
    {
        lock (_lock)
        {
            Drop(key);
        }
    }

    private void Drop(TKey key)
    {
        if (_nodes.Remove(key, out var node))
        {
            _order.Remove(node);
        }
    }
}
