using System.Text;

namespace CvatServerless.Storage;

/// <summary>The queue service's limits, checked by both adapters.</summary>
internal static class QueueRules
{
    private const int MaxTextBytes = 48 * 1024;
    private const int MaxReceive = 32;

    /// <summary>Checks a message.</summary>
    /// <exception cref="ArgumentException">It is too long.</exception>
    public static void Check(string queue, string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        var bytes = Encoding.UTF8.GetByteCount(text);
        if (bytes > MaxTextBytes)
        {
            throw new ArgumentException($"A message of {bytes} bytes is longer than {MaxTextBytes}.", nameof(text));
        }
    }

    /// <summary>Checks how many messages are asked for at once.</summary>
    public static void CheckCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxReceive);
    }
}
