using System.Text.Json;
using CvatServerless.Functions.Http;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions;

public sealed class FieldReaderTests
{
    [Theory]
    [InlineData("{}", false, "x: This field is required.")]
    [InlineData("{}", true, "")]
    [InlineData("""{"x":null}""", true, "x: This field may not be null.")]
    [InlineData("""{"x":"  "}""", false, "x: This field may not be blank.")]
    [InlineData("""{"x":"12345"}""", false, "x: Ensure this field has no more than 4 characters.")]
    [InlineData("""{"x":true}""", false, "x: Not a valid string.")]
    [InlineData("""{"x":12}""", false, "")]
    public void Text_Value_IsJudgedAsTheFrameworkDoes(string body, bool partial, string errors)
    {
        var fields = Read(body, partial);

        fields.Text("x", 4, required: true);

        fields.Errors.ToString().ShouldBe(errors);
    }

    [Theory]
    [InlineData("""{"x":"7"}""", 7)]
    [InlineData("""{"x":7}""", 7)]
    [InlineData("""{"x":7.5}""", null)]
    [InlineData("""{"x":99999999999}""", null)]
    public void Int_Value_IsReadOrRefused(string body, int? expected)
    {
        var fields = Read(body);

        fields.Int("x").Value.ShouldBe(expected);

        fields.Errors.IsEmpty.ShouldBe(expected is not null);
    }

    [Fact]
    public void Int_Null_DiffersFromAbsence()
    {
        Read("""{"x":null}""").Int("x").ShouldBe(new Optional<int?>(true, null));
        Read("{}").Int("x").IsSet.ShouldBeFalse();
    }

    [Fact]
    public void Objects_Errors_StandAtTheirPlace()
    {
        var fields = Read("""{"x":[{"y":"a"},{},3]}""");

        fields.Objects("x", item => item.Text("y", 5, required: true).Value);

        fields.Errors.ToString().ShouldBe("x: y: This field is required., non_field_errors: Invalid data. Expected a dictionary, but got int.");
    }

    private static FieldReader Read(string body, bool partial = false) => new(JsonSerializer.Deserialize<JsonElement>(body), partial);
}
