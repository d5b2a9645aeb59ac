using CsCheck;
using CvatServerless.Domain.Filtering;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Filtering;

public sealed class RowCollectorTests
{
    [Theory]
    [InlineData("name", "2 1 4 3")]
    [InlineData("-name", "3 4 1 2")]
    [InlineData("number,id", "1 3 2 4")]
    [InlineData("unknown", "4 3 2 1")]
    public void Slice_Sorted_IgnoresCaseAndPutsMissingLast(string sort, string expected)
    {
        SampleRow[] rows = [SampleRow.Of(1, "b", 1), SampleRow.Of(2, "A", 2), SampleRow.Of(3, null, 1), SampleRow.Of(4, "c")];

        string.Join(' ', Page(rows, sort, 0, 10).Select(row => row.Id)).ShouldBe(expected);
    }

    [Fact]
    public void Slice_AnyRows_IsTheSliceOfTheSortedList()
    {
        var row = Gen.Select(Gen.Int[0, 9], OneOf("a", "B", "b", "C", "ab", null), (number, name) => (number, name));
        Gen.Select(row.Array[0, 300], OneOf("name", "-name", "number", "-number,name", "id", "-id"), Gen.Int[0, 320], Gen.Int[1, 40]).Sample(
            (values, sort, start, length) =>
            {
                var rows = values.Select((value, i) => SampleRow.Of(i + 1, value.name, value.number)).ToArray();

                var page = Page(rows, sort!, start, length);

                page.ShouldBe(Page(rows, sort!, 0, int.MaxValue).Skip(start).Take(length));
            },
            seed: "0N0XIzNsQ0O2",
            iter: 300);
    }

    [Fact]
    public void Slice_ManyPagesOfOneCollector_AreThoseOfTheSortedList()
    {
        Gen.Select(Gen.Int[0, 40].Array[0, 900], Gen.Int[0, 950].Array[1, 30], Gen.Int[1, 60]).Sample(
            (numbers, starts, length) =>
            {
                var rows = numbers.Select((number, i) => SampleRow.Of(i + 1, null, number)).ToArray();
                var collector = Collect(rows, "number");
                var sorted = Page(rows, "number", 0, int.MaxValue);

                foreach (var start in starts)
                {
                    collector.Slice(start, length).ShouldBe(sorted.Skip(start).Take(length));
                }
            },
            seed: "0N0XIzNsQ0O2",
            iter: 200);
    }

    [Fact]
    public void Slice_WholeList_IsOrdered()
    {
        var rows = Enumerable.Range(1, 5000).Select(i => SampleRow.Of(i, null, i * 7919 % 5000)).ToArray();

        var numbers = Page(rows, "number", 0, int.MaxValue).Select(row => row.Number!.Value).ToList();

        numbers.ShouldBe(numbers.Order());
    }

    private static IReadOnlyList<SampleRow> Page(SampleRow[] rows, string sort, int start, int length) => Collect(rows, sort).Slice(start, length);

    private static RowCollector<SampleRow> Collect(SampleRow[] rows, string sort)
    {
        var collector = ListQuery.Parse(name => name == "sort" ? sort : null, SampleRow.Fields).Collector();
        foreach (var row in rows)
        {
            collector.Offer(row);
        }

        return collector;
    }

    private static Gen<string?> OneOf(params string?[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
