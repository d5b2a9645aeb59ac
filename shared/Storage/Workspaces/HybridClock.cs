using System.Security.Cryptography;

namespace CvatServerless.Storage.Workspaces;

/// <summary>
/// Gives positions that only grow within the process, differ from every other process's, and lie behind every position that the process has seen: whoever
/// changes an entity has read it before, so the later change of an entity has the later position even where clocks differ.
/// </summary>
internal sealed class HybridClock(TimeProvider time)
{
    private readonly uint _node = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private readonly Lock _lock = new();
    private long _millis;
    private int _counter;

    /// <summary>The next position.</summary>
    public LogPosition Next()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (now > _millis)
            {
                (_millis, _counter) = (now, 0);
            }
            else if (++_counter > ushort.MaxValue)
            {
                (_millis, _counter) = (_millis + 1, 0);
            }

            return new LogPosition(_millis, (ushort)_counter, _node);
        }
    }

    /// <summary>Takes note of a position that somebody wrote.</summary>
    public void Observe(LogPosition seen)
    {
        lock (_lock)
        {
            if (seen.Millis > _millis || (seen.Millis == _millis && seen.Counter > _counter))
            {
                (_millis, _counter) = (seen.Millis, seen.Counter);
            }
        }
    }
}
