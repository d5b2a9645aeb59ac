namespace CvatServerless.Media.Videos;

/// <summary>Turns packets in order of storage into frames in order of showing.</summary>
internal sealed class PacketOrder
{
    private readonly List<(long Timestamp, bool IsKey)> _packets = [];
    private bool _hasGaps;

    /// <summary>Packets so far.</summary>
    public int Count => _packets.Count;

    /// <summary>Takes the next packet; null where it has no timestamp.</summary>
    public void Add(long? timestamp, bool isKey)
    {
        _hasGaps |= timestamp is null;
        _packets.Add((timestamp ?? _packets.Count, isKey));
    }

    /// <summary>The index; null where the packets alone don't tell (no timestamps, repeated ones, no key frame in front).</summary>
    public VideoIndex? ToIndex(VideoFacts facts)
    {
        if (_hasGaps || Count == 0 || !_packets[0].IsKey)
        {
            return null;
        }

        var timestamps = _packets.Select(packet => packet.Timestamp).ToArray();
        Array.Sort(timestamps);
        var keys = KeyFrames(timestamps);
        var isStrict = timestamps.Zip(timestamps.Skip(1)).All(pair => pair.First < pair.Second);

        // Frames that are shown before the first key frame but stored behind it can't be decoded.
        return isStrict && keys[0].Number == 0 ? new(facts with { HasRandomAccess = true }, timestamps, keys) : null;
    }

    /// <summary>Frames in the order in which a decoder gave them, to be counted from the beginning.</summary>
    public VideoIndex ToSequence(VideoFacts facts)
    {
        var timestamps = _packets.Select(packet => packet.Timestamp).ToArray();
        return new(facts with { HasRandomAccess = false }, timestamps, []);
    }

    private KeyFrame[] KeyFrames(long[] timestamps)
    {
        var laterMinimum = new long[Count + 1];
        laterMinimum[Count] = long.MaxValue;
        for (var i = Count - 1; i >= 0; i--)
        {
            laterMinimum[i] = Math.Min(laterMinimum[i + 1], _packets[i].Timestamp);
        }

        var keys = new List<KeyFrame>();
        var earlierMaximum = long.MinValue;
        for (var i = 0; i < Count; i++)
        {
            var (timestamp, isKey) = _packets[i];
            if (isKey)
            {
                keys.Add(new(Array.BinarySearch(timestamps, timestamp), earlierMaximum < timestamp && laterMinimum[i + 1] > timestamp));
            }

            earlierMaximum = Math.Max(earlierMaximum, timestamp);
        }

        return [.. keys.OrderBy(key => key.Number)];
    }
}
