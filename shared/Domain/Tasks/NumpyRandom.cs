namespace CvatServerless.Domain.Tasks;

/// <summary>
/// NumPy's <c>Generator(MT19937(seed))</c>, as far as validation frames are chosen with it: the same seed chooses here what it chooses in CVAT. The generator is the
/// 32-bit Mersenne Twister (Matsumoto and Nishimura 1998), seeded through NumPy's <c>SeedSequence</c>. Not safe for use by several threads at once.
/// </summary>
public sealed class NumpyRandom
{
    private const int Words = 624;
    private const int Middle = 397;
    private const int SmallPopulation = 10_000;

    private readonly uint[] _state = new uint[Words];
    private int _position = Words - 1;

    /// <summary>Seeds it; any number that is not negative.</summary>
    public NumpyRandom(int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        SeedState(Pool((uint)seed), _state);
        _state[0] = 0x80000000;
    }

    /// <summary>A number in <c>[0, max]</c>, each equally likely (Lemire's method).</summary>
    public int Below(int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        if (max == 0)
        {
            return 0;
        }

        var range = (uint)max + 1;
        var product = (ulong)Next() * range;
        if ((uint)product < range)
        {
            var threshold = (uint.MaxValue - (uint)max) % range;
            while ((uint)product < threshold)
            {
                product = (ulong)Next() * range;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary><c>choice(population, count, replace=False)</c>: different numbers of <c>[0, population)</c>, in no order that means anything.</summary>
    /// <param name="population">How many there are to choose from.</param>
    /// <param name="count">How many are wanted, at most <paramref name="population"/>.</param>
    /// <param name="shuffle">NumPy's argument of that name: it takes other numbers from the generator.</param>
    public int[] Choose(int population, int count, bool shuffle)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, population);
        if (population > SmallPopulation && count > population / (shuffle ? 50 : 20))
        {
            var all = Enumerable.Range(0, population).ToArray();
            ShuffleTail(all, Math.Max(population - count, 1));
            return all[(population - count)..];
        }

        var chosen = Floyd(population, count);
        if (shuffle)
        {
            ShuffleTail(chosen, 1);
        }

        return chosen;
    }

    /// <summary><c>shuffle</c>: in place. NumPy draws its positions otherwise than those of <see cref="Choose"/>: bits too many are cut off, numbers too large are drawn again.</summary>
    public void Shuffle(IList<int> items)
    {
        for (var i = items.Count - 1; i >= 1; i--)
        {
            var mask = uint.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount((uint)i);
            var j = Next() & mask;
            while (j > i)
            {
                j = Next() & mask;
            }

            (items[i], items[(int)j]) = (items[(int)j], items[i]);
        }
    }

    // Robert Floyd's sampling: each new number is drawn from one more than before, and replaced by the last one where it is there already.
    private int[] Floyd(int population, int count)
    {
        var chosen = new int[count];
        var seen = new HashSet<int>(count);
        for (var i = 0; i < count; i++)
        {
            var last = population - count + i;
            var drawn = Below(last);
            chosen[i] = seen.Add(drawn) ? drawn : last;
            seen.Add(chosen[i]);
        }

        return chosen;
    }

    private void ShuffleTail(int[] items, int first)
    {
        for (var i = items.Length - 1; i >= first; i--)
        {
            var j = Below(i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private uint Next()
    {
        if (_position == Words)
        {
            Twist();
            _position = 0;
        }

        var y = _state[_position++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Twist()
    {
        for (var i = 0; i < Words; i++)
        {
            var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Words] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Words] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908B0DF);
        }
    }

    /// <summary>The seed mixed into four words (O'Neill's <c>seed_seq</c> as NumPy has it).</summary>
    private static uint[] Pool(uint seed)
    {
        var constant = 0x43B0D7E5u;
        var pool = new uint[4];
        for (var i = 0; i < pool.Length; i++)
        {
            pool[i] = Hash(i == 0 ? seed : 0, ref constant, 0x931E8875);
        }

        for (var source = 0; source < pool.Length; source++)
        {
            for (var target = 0; target < pool.Length; target++)
            {
                if (source != target)
                {
                    pool[target] = Mix(pool[target], Hash(pool[source], ref constant, 0x931E8875));
                }
            }
        }

        return pool;
    }

    private static void SeedState(uint[] pool, uint[] state)
    {
        var constant = 0x8B51F9DDu;
        for (var i = 0; i < state.Length; i++)
        {
            state[i] = Hash(pool[i % pool.Length], ref constant, 0x58F38DED);
        }
    }

    private static uint Hash(uint value, ref uint constant, uint factor)
    {
        value ^= constant;
        constant *= factor;
        value *= constant;
        return value ^ (value >> 16);
    }

    private static uint Mix(uint x, uint y)
    {
        var mixed = (0xCA01F9DD * x) - (0x4973F715 * y);
        return mixed ^ (mixed >> 16);
    }
}
