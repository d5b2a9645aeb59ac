using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

/// <summary>Expected numbers are those of NumPy 2.4: <c>Generator(MT19937(seed=…)).choice(population, size=…, replace=False, shuffle=…)</c>.</summary>
public sealed class NumpyRandomTests
{
    [Theory]
    [InlineData(0, 10, 3, false, "3 5 2", 10)]
    [InlineData(7, 20, 5, false, "4 7 11 0 3", 25)]
    [InlineData(7, 20, 5, true, "4 7 0 3 11", 25)]
    [InlineData(42, 1000, 12, false, "536 900 614 400 56 751 807 347 857 816 626 69", 6779)]
    [InlineData(2147483646, 50, 50, true, "25 49 2 28 26 13 5 11 46 14 34 10", 1225)]
    [InlineData(3, 20_000, 2000, false, "15643 2808 13423 6052 2337 5564 9653 5082 3925 8865 11973 18915", 19_934_260)]
    [InlineData(1, 1, 1, false, "0", 0)]
    public void Choose_Seed_ChoosesWhatNumPyChooses(int seed, int population, int count, bool shuffle, string first, int sum)
    {
        var chosen = new NumpyRandom(seed).Choose(population, count, shuffle);

        string.Join(' ', chosen.Take(12)).ShouldBe(first);
        (chosen.Length, chosen.Sum()).ShouldBe((count, sum));
    }

    [Fact]
    public void Shuffle_Seed_OrdersAsNumPyDoes()
    {
        int[] items = [.. Enumerable.Range(0, 12)];

        new NumpyRandom(5).Shuffle(items);

        items.ShouldBe([5, 3, 2, 7, 1, 11, 10, 0, 4, 6, 9, 8]);
    }
}
