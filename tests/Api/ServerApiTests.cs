using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class ServerApiTests(ApiFixture api)
{
    [Fact]
    public async Task server_retrieve_about_Anonymous_NamesTheContract()
    {
        var answer = await api.Anonymous.GetAsync("/api/server/about");

        answer.Status.ShouldBe(200);
        answer["version"].GetString().ShouldBe("2.80.0");
    }

    [Fact]
    public async Task server_retrieve_plugins_HasUpperCaseKeys() => (await api.Admin.GetAsync("/api/server/plugins"))["ANALYTICS"].GetBoolean().ShouldBeFalse();

    [Fact]
    public async Task server_retrieve_annotation_formats_HasTheThree()
    {
        var answer = await api.Admin.GetAsync("/api/server/annotation/formats");

        var names = answer["exporters"].EnumerateArray().Select(format => format.GetProperty("name").GetString()).ToList();
        names.ShouldContain("COCO 1.0");
        names.ShouldContain("CVAT for images 1.1");
        names.ShouldContain("Ultralytics YOLO Detection 1.0");
    }

    [Fact]
    public async Task schema_retrieve_Anonymous_IsTheDocument()
    {
        var answer = await api.Anonymous.SendAsync(HttpMethod.Get, "/api/schema/?scheme=json", null);

        answer.Status.ShouldBe(200);
        answer["openapi"].GetString().ShouldBe("3.0.3");
    }

    [Fact]
    public async Task server_retrieve_health_Anonymous_Works() => (await api.Anonymous.GetAsync("/api/server/health/?format=json")).Status.ShouldBe(200);
}
