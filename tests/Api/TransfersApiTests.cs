using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Moves to another workspace.</summary>
public sealed class TransfersApiTests(ApiFixture api)
{
    [Fact]
    public async Task Project_WithASkeleton_TakesItsPointsAlong()
    {
        var owner = await api.NewUserAsync("mover");
        var organization = await owner.FoundAsync();
        const string Svg = """<circle r="0.75" cx="10" cy="10" data-type="element node" data-element-id="1" data-node-id="1" data-label-name="nose"></circle>""";
        var project = (await owner.PostAsync("/api/projects", new { name = "p", labels = new[] { new { name = "face", type = "skeleton", svg = Svg, sublabels = new[] { new { name = "nose", type = "points" } } } } })).Id;
        var label = (await owner.GetAsync($"/api/labels?project_id={project}"))["results"][0];
        var point = label.GetProperty("sublabels")[0].GetProperty("id").GetInt32();

        (await owner.PatchAsync($"/api/projects/{project}", new { organization_id = organization.Id })).Status.ShouldBe(200);

        (await owner.GetAsync($"/api/labels/{point}"))["name"].GetString().ShouldBe("nose");
    }
}
