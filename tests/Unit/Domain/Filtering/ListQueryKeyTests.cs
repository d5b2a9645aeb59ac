using CvatServerless.Domain.Filtering;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Filtering;

public sealed class ListQueryKeyTests
{
    [Theory]
    [InlineData("search=a b", "search=a  b&page=3&page_size=2", true)]
    [InlineData("search=a b", "search=\"a b\"", false)]
    [InlineData("sort=name", "sort=-name", false)]
    [InlineData("sort=name", "sort=name,unknown", true)]
    [InlineData("name=a", "name=b", false)]
    [InlineData("name=a;", "name=a", false)]
    [InlineData("""filter={"in":[{"var":"name"},["a","b c"]]}""", """filter={"in":[{"var":"name"},["a b","c"]]}""", false)]
    [InlineData("""filter={"!":{"==":[{"var":"id"},1]}}""", """filter={"==":[{"var":"id"},1]}""", false)]
    [InlineData("""filter={"==":[{"var":"id"},1]}""", """filter={ "==": [ {"var":"id"}, 1 ] }""", true)]
    public void Key_TwoQueries_IsTheSameForTheSameRows(string one, string other, bool same) => (KeyOf(one) == KeyOf(other)).ShouldBe(same);

    private static string KeyOf(string query)
    {
        var parameters = query.Split('&').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        return ListQuery.Parse(parameters.GetValueOrDefault, SampleRow.Fields).Key;
    }
}
