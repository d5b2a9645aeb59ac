using CsCheck;
using CvatServerless.Media.Frames;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Frames;

public sealed class FrameSortingTests
{
    [Fact]
    public void Sort_Lexicographical_IsByCodePoints() =>
        Sort(FrameOrder.Lexicographical, "b", "a10", "a2", "A", "é", "test_1", "data/x", "\U0001F600", "\uFFFD")
            .ShouldBe(["A", "a10", "a2", "b", "data/x", "test_1", "é", "\uFFFD", "\U0001F600"]);

    [Fact]
    public void Sort_Natural_IsByNumbersWithoutCase() =>
        Sort(FrameOrder.Natural, "img10.jpg", "Img2.jpg", "img1.jpg", "img002b.jpg", "1.jpg").ShouldBe(["1.jpg", "img1.jpg", "Img2.jpg", "img002b.jpg", "img10.jpg"]);

    [Fact]
    public void Sort_Natural_GoesDirectoryByDirectory() =>
        Sort(FrameOrder.Natural, "a 2/1.jpg", "a/10.jpg", "a/9.jpg", "A/1.jpg").ShouldBe(["A/1.jpg", "a/9.jpg", "a/10.jpg", "a 2/1.jpg"]);

    [Fact]
    public void Sort_Natural_PutsThePlainNameBeforeItsCopies() =>
        Sort(FrameOrder.Natural, "a (1).jpg", "a.jpg").ShouldBe(["a.jpg", "a (1).jpg"]);

    [Fact]
    public void Sort_Predefined_KeepsTheOrder() => Sort(FrameOrder.Predefined, "b", "a", "c").ShouldBe(["b", "a", "c"]);

    [Fact]
    public void Sort_Random_IsAPermutationFixedByTheSeed()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"{i:D3}").ToArray();

        var first = FrameSorting.Sort(names, x => x, FrameOrder.Random, seed: 42);

        first.ShouldBe(FrameSorting.Sort(names, x => x, FrameOrder.Random, seed: 42));
        first.ShouldNotBe(FrameSorting.Sort(names, x => x, FrameOrder.Random, seed: 43));
        first.ShouldNotBe(names);
        first.Order(StringComparer.Ordinal).ShouldBe(names);
    }

    [Fact]
    public void CompareNatural_AnyNames_IsATotalOrder()
    {
        var name = Gen.String[Gen.Char["aB1029/. "], 0, 8];
        Gen.Select(name, name, name).Sample((a, b, c) =>
        {
            Math.Sign(FrameSorting.CompareNatural(a, b)).ShouldBe(-Math.Sign(FrameSorting.CompareNatural(b, a)));
            (FrameSorting.CompareNatural(a, b) == 0).ShouldBe(a == b);
            if (FrameSorting.CompareNatural(a, b) <= 0 && FrameSorting.CompareNatural(b, c) <= 0)
            {
                FrameSorting.CompareNatural(a, c).ShouldBeLessThanOrEqualTo(0);
            }
        });
    }

    private static IReadOnlyList<string> Sort(FrameOrder order, params string[] names) => FrameSorting.Sort(names, name => name, order, seed: 0);
}
