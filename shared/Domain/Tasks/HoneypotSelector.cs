namespace CvatServerless.Domain.Tasks;

/// <summary>
/// Chooses the pool's frames that honeypots show: always the least used ones, at random among equals, none twice for one job. So all of a pool is shown about equally
/// often, and jobs get different frames as far as there are enough. Source: contract-data.md §7.
/// </summary>
/// <param name="random">Where chance comes from.</param>
public sealed class HoneypotSelector(NumpyRandom random)
{
    private readonly SortedDictionary<int, List<int>> _byUses = [];

    /// <summary>Adds a frame that is shown <paramref name="uses"/> times already.</summary>
    public void Add(int frame, int uses)
    {
        if (!_byUses.TryGetValue(uses, out var frames))
        {
            _byUses[uses] = frames = [];
        }

        frames.Add(frame);
    }

    /// <summary>Different frames for one job, at most as many as there are.</summary>
    public IReadOnlyList<int> Next(int count)
    {
        var chosen = new List<(int Frame, int Uses)>(count);
        foreach (var (uses, frames) in _byUses)
        {
            for (; chosen.Count < count && frames.Count > 0; frames.RemoveAt(frames.Count - 1))
            {
                var index = random.Below(frames.Count - 1);
                chosen.Add((frames[index], uses));
                frames[index] = frames[^1];
            }
        }

        foreach (var uses in _byUses.Where(entry => entry.Value.Count == 0).Select(entry => entry.Key).ToList())
        {
            _byUses.Remove(uses);
        }

        chosen.ForEach(entry => Add(entry.Frame, entry.Uses + 1));
        return chosen.ConvertAll(entry => entry.Frame);
    }
}
