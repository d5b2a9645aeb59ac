using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Filtering;

public sealed class ListQueryTests
{
    [Theory]
    [InlineData("a b,c", "a|b|c")]
    [InlineData(" \"two words\" x", "two words|x")]
    [InlineData("it's", "it's")]
    [InlineData("", "")]
    public void SearchTerms_Text_IsSplit(string text, string expected) => string.Join('|', ListQuery.SearchTerms(text)).ShouldBe(expected);

    [Theory]
    [InlineData("page", "0")]
    [InlineData("page", "x")]
    [InlineData("page", "-1")]
    public void Parse_BadPage_Is404(string name, string value) => Fault(name, value).Kind.ShouldBe(ErrorKind.NotFound);

    [Theory]
    [InlineData("number", "x", "number: Enter a number.")]
    [InlineData("status", "lost", "status: Select a valid choice. lost is not one of the available choices.")]
    public void Parse_BadParameter_Is400ByField(string name, string value, string message) => Fault(name, value).Message.ShouldBe(message);

    [Theory]
    [InlineData("20", 20)]
    [InlineData("0", 10)]
    [InlineData("x", 10)]
    [InlineData(null, 10)]
    [InlineData("all", int.MaxValue)]
    public void Parse_PageSize_FallsBack(string? text, int expected) => Parse("page_size", text).PageSize.ShouldBe(expected);

    [Fact]
    public void PageOf_BehindTheEnd_Is404ButAnEmptyFirstPageIsNot()
    {
        var query = Parse("page", "2");

        Should.Throw<CvatException>(() => query.PageOf(query.Collector())).Kind.ShouldBe(ErrorKind.NotFound);
        Parse("page", "1").PageOf(query.Collector()).ShouldBeEmpty();
    }

    [Fact]
    public void Parse_FlagInPythonsSpelling_Filters()
    {
        var rows = Parse("flag", "True").Collector();

        rows.Offer(SampleRow.Of(1, flag: true));
        rows.Offer(SampleRow.Of(2, flag: false));

        rows.Count.ShouldBe(1);
    }

    private static CvatException Fault(string name, string value) => Should.Throw<CvatException>(() => Parse(name, value));

    private static ListQuery<SampleRow> Parse(string name, string? value) => ListQuery.Parse(asked => asked == name ? value : null, SampleRow.Fields);
}
