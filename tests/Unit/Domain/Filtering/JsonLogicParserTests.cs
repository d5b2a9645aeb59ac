using System.Text;
using CsCheck;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Filtering;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Filtering;

public sealed class JsonLogicParserTests
{
    private static readonly SampleRow[] Rows =
    [
        SampleRow.Of(1, "alpha", 10, true, new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        SampleRow.Of(2, "Beta", 20, false, new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero)),
        SampleRow.Of(3),
    ];

    [Theory]
    [InlineData("""{"==":[{"var":"name"},"alpha"]}""", "1")]
    [InlineData("""{"!":{"==":[{"var":"name"},"alpha"]}}""", "2 3")]
    [InlineData("""{"!!":{"==":[{"var":"name"},"alpha"]}}""", "1")]
    [InlineData("""{"<":[{"var":"number"},20]}""", "1")]
    [InlineData("""{"<=":[{"var":"number"},"20"]}""", "1 2")]
    [InlineData("""{">":[{"var":"number"},10.0]}""", "2")]
    [InlineData("""{">=":[{"var":"id"},2]}""", "2 3")]
    [InlineData("""{"<=":["2026-01-15",{"var":"date"},"2026-02-01T00:00:00Z"]}""", "2")]
    [InlineData("""{"in":[{"var":"id"},[1,3]]}""", "1 3")]
    [InlineData("""{"in":["et",{"var":"name"}]}""", "2")]
    [InlineData("""{"in":["ET",{"var":"name"}]}""", "")]
    [InlineData("""{"var":"name"}""", "1 2")]
    [InlineData("""{"!":{"var":"name"}}""", "3")]
    [InlineData("""{"==":[{"var":"name"},null]}""", "3")]
    [InlineData("""{"==":[{"var":"flag"},true]}""", "1")]
    [InlineData("""{"and":[{"var":"name"},{"or":[{"==":[{"var":"id"},2]},{"==":[{"var":"id"},3]}]}]}""", "2")]
    public void Parse_Form_SelectsRows(string filter, string expected)
    {
        var condition = SampleRow.Fields.Compile(JsonLogicParser.Parse(filter, SampleRow.Fields));

        string.Join(' ', Rows.Where(condition).Select(row => row.Id)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "Json syntax")]
    [InlineData("[]", "Json syntax")]
    [InlineData("""{"==":[{"var":"name"},"\ud800"]}""", "Json syntax")]
    [InlineData("{}", "shouldn't be empty")]
    [InlineData("""{"var":"nothing"}""", "'nothing' term is not supported")]
    [InlineData("""{"var":"secret"}""", "'secret' term is not supported")]
    [InlineData("""{"some":[1]}""", "some operation with [1] arguments is not implemented")]
    [InlineData("""{"==":[1,{"var":"id"}]}""", "is not implemented")]
    [InlineData("""{"==":[{"var":"id"},"x"]}""", "must be a whole number")]
    [InlineData("""{"==":[{"var":"date"},"yesterday"]}""", "must be an ISO 8601 date")]
    [InlineData("""{"==":[{"var":"flag"},[]]}""", "must be a boolean")]
    [InlineData("""{"in":["1",{"var":"id"}]}""", "is no text")]
    [InlineData("""{"and":[]}""", "is not implemented")]
    [InlineData("""{"and":[1]}""", "Json syntax")]
    [InlineData("""{"!":[{"var":"id"}]}""", "Json syntax")]
    [InlineData("""{"var":{"!":{"var":"id"}}}""", "is not implemented")]
    [InlineData("""{"var":[]}""", "is not implemented")]
    public void Parse_Unreadable_Is400List(string filter, string message)
    {
        var exception = Should.Throw<CvatException>(() => JsonLogicParser.Parse(filter, SampleRow.Fields));

        exception.Kind.ShouldBe(ErrorKind.Invalid);
        exception.Body.ShouldBeOfType<ListBody>().Messages.Single().ShouldContain(message);
    }

    [Fact]
    public void Parse_DeepNesting_Is400()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            text.Append("{\"!\":");
        }

        Should.Throw<CvatException>(() => JsonLogicParser.Parse(text.ToString(), SampleRow.Fields));
        Should.Throw<CvatException>(() => JsonLogicParser.Parse(new string('x', JsonLogicParser.MaxLength + 1), SampleRow.Fields));
    }

    [Fact]
    public void Parse_AnyJson_AnswersOrRefuses()
    {
        var scalars = OneOf("1", "-2.5", "true", "null", "\"name\"", "\"2026-01-01\"", "{\"var\":\"name\"}", "{\"var\":\"number\"}", "{\"var\":\"date\"}", "{\"var\":\"x\"}");
        var names = OneOf("and", "or", "!", "!!", "==", "<", "<=", ">", ">=", "in", "var", "some");
        var json = Gen.Recursive<string>((depth, inner) => depth > 4
            ? scalars
            : Gen.OneOf(scalars, inner.Array[0, 3].Select(items => $"[{string.Join(',', items)}]"), names.Select(inner).Select((name, body) => $"{{\"{name}\":{body}}}")));

        json.Sample(
            text =>
            {
                try
                {
                    var condition = SampleRow.Fields.Compile(JsonLogicParser.Parse(text, SampleRow.Fields));
                    Rows.Count(condition).ShouldBeGreaterThanOrEqualTo(0);
                }
                catch (CvatException e)
                {
                    e.Kind.ShouldBe(ErrorKind.Invalid);
                }
            },
            seed: "0N0XIzNsQ0O2",
            iter: 2000);
    }

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
