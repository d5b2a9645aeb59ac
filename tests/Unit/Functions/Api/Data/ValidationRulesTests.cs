using System.Text.Json.Nodes;
using CvatServerless.Domain.Errors;
using CvatServerless.Functions.Api.Data;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Api.Data;

public sealed class ValidationRulesTests
{
    [Theory]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_count":3,"random_seed":0}""")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_share":1}""")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_per_job","frames_per_job_count":"2"}""")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_per_job","frames_per_job_share":"0.25"}""")]
    [InlineData("""{"mode":"gt","frame_selection_method":"manual","frames":["a.png"]}""")]
    [InlineData("""{"mode":"gt","frame_selection_method":"manual","frames[0]":"a.png","frames[1]":"b.png"}""")]
    [InlineData("""{"mode":"gt_pool","frame_selection_method":"random_uniform","frame_count":3,"frames_per_job_count":1}""")]
    [InlineData("""{"mode":"gt_pool","frame_selection_method":"manual","frames":["a.png"],"frames_per_job_share":0.1}""")]
    public void Parse_WellFormed_IsTaken(string parameters)
    {
        var errors = new FieldErrors();

        ValidationRules.Parse(Body(parameters), errors).ShouldNotBeNull();

        errors.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"frame_count":3}""", "mode frame_selection_method")]
    [InlineData("""{"mode":"x","frame_selection_method":"random_uniform"}""", "mode")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform"}""", "non_field_errors")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_count":3,"frame_share":0.5}""", "non_field_errors")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_count":0}""", "frame_count")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_share":0}""", "frame_share")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_share":"NaN"}""", "frame_share")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_count":1,"random_seed":-1}""", "random_seed")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_per_job","frame_count":1}""", "non_field_errors")]
    [InlineData("""{"mode":"gt","frame_selection_method":"manual"}""", "frames")]
    [InlineData("""{"mode":"gt","frame_selection_method":"manual","frames":["a","a"]}""", "frames")]
    [InlineData("""{"mode":"gt","frame_selection_method":"random_uniform","frame_count":1,"frames":["a"]}""", "frames")]
    [InlineData("""{"mode":"gt_pool","frame_selection_method":"random_per_job","frames_per_job_count":1}""", "frame_selection_method")]
    [InlineData("""{"mode":"gt_pool","frame_selection_method":"random_uniform","frame_count":3}""", "non_field_errors")]
    public void Parse_Malformed_NamesTheFields(string parameters, string fields)
    {
        var errors = new FieldErrors();

        ValidationRules.Parse(Body(parameters), errors);

        string.Join(' ', errors.Items["validation_params"].ShouldBeOfType<FieldErrors>().Items.Keys).ShouldBe(fields);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    public void Parse_NothingAskedFor_IsNull(string parameters) => ValidationRules.Parse(Body(parameters), new()).ShouldBeNull();

    private static JsonObject Body(string parameters) => new() { ["validation_params"] = JsonNode.Parse(parameters) };
}
