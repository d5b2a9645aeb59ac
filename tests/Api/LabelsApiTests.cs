using System.Text.Json;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class LabelsApiTests(ApiFixture api)
{
    private const string Skeleton = """
        {"name":"t","labels":[{"name":"person","type":"skeleton","attributes":[],
        "svg":"<circle r=\"1.5\" cx=\"20\" cy=\"20\" data-type=\"element node\" data-element-id=\"1\" data-node-id=\"1\" data-label-name=\"head\"></circle>",
        "sublabels":[{"name":"head","type":"points","color":"#ff0000","attributes":[]}]},
        {"name":"car","attributes":[{"name":"hue","mutable":false,"input_type":"select","default_value":"red","values":["red","blue"]}]}]}
        """;

    [Fact]
    public async Task labels_list_OfTask_HasSkeletonsAndAttributes()
    {
        var user = await api.NewUserAsync("owner");
        var task = await user.PostAsync("/api/tasks", Skeleton);

        var list = (await user.GetAsync($"/api/labels?task_id={task.Id}"))["results"];

        var (person, car) = (list[0], list[1]);
        var head = person.GetProperty("sublabels")[0];
        person.GetProperty("svg").GetString()!.ShouldContain($"data-label-id=\"{head.GetProperty("id").GetInt32()}\"");
        head.GetProperty("has_parent").GetBoolean().ShouldBeTrue();
        car.TryGetProperty("svg", out _).ShouldBeFalse();
        car.TryGetProperty("project_id", out _).ShouldBeFalse();
        car.GetProperty("attributes")[0].GetProperty("values")[1].GetString().ShouldBe("blue");
        car.GetProperty("color").GetString()!.ShouldMatch("^#[0-9a-f]{6}$");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<circle onload=\\\"alert(1)\\\"></circle>")]
    [InlineData("<circle")]
    [InlineData("<circle data-label-name=\\\"tail\\\"></circle>")]
    public async Task tasks_create_SkeletonWithBadSvg_Is400(string svg)
    {
        var body = $$"""{"name":"t","labels":[{"name":"p","type":"skeleton","svg":"{{svg}}","sublabels":[{"name":"head"}]}]}""";

        (await api.Admin.PostAsync("/api/tasks", body)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task labels_partial_update_Label_ChangesAndKeepsIds()
    {
        var user = await api.NewUserAsync("owner");
        var task = await user.PostAsync("/api/tasks", Skeleton);
        var car = (await user.GetAsync($"/api/labels?task_id={task.Id}&name=car"))["results"][0];
        var (id, hue) = (car.GetProperty("id").GetInt32(), car.GetProperty("attributes")[0].GetProperty("id").GetInt32());

        var answer = await user.PatchAsync($"/api/labels/{id}", new
        {
            name = "auto",
            color = "#2080c0",
            attributes = new object[] { new { id = hue, name = "colour" }, new { name = "age", mutable = true, input_type = "number", default_value = "1", values = new[] { "0", "9", "1" } } },
        });

        answer.Status.ShouldBe(200);
        answer["name"].GetString().ShouldBe("auto");
        answer["attributes"][0].GetProperty("id").GetInt32().ShouldBe(hue);
        answer["attributes"][0].GetProperty("name").GetString().ShouldBe("colour");
        answer["attributes"].GetArrayLength().ShouldBe(2);
        (await user.GetAsync($"/api/tasks/{task.Id}"))["updated_date"].GetDateTimeOffset().ShouldBeGreaterThan(task["updated_date"].GetDateTimeOffset());
    }

    [Fact]
    public async Task labels_partial_update_SublabelOrClash_Is400()
    {
        var user = await api.NewUserAsync("owner");
        var task = await user.PostAsync("/api/tasks", Skeleton);
        var list = (await user.GetAsync($"/api/labels?task_id={task.Id}"))["results"];
        var head = list[0].GetProperty("sublabels")[0].GetProperty("id").GetInt32();
        var car = list[1].GetProperty("id").GetInt32();

        (await user.GetAsync($"/api/labels/{head}"))["has_parent"].GetBoolean().ShouldBeTrue();
        (await user.PatchAsync($"/api/labels/{head}", new { name = "x" })).Body.ValueKind.ShouldBe(JsonValueKind.Array);
        (await user.PatchAsync($"/api/labels/{car}", new { name = "person" })).Text.ShouldBe("""["All label names must be unique"]""");
        (await user.PatchAsync($"/api/labels/{car}", new { deleted = true })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task labels_destroy_Owner_Removes()
    {
        var user = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var task = await user.TaskAsync("t", "a", "b");
        var id = (await user.GetAsync($"/api/labels?task_id={task}"))["results"][0].GetProperty("id").GetInt32();
        (await stranger.DeleteAsync($"/api/labels/{id}")).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/labels/{id}")).Status.ShouldBe(403);

        (await user.DeleteAsync($"/api/labels/{id}")).Status.ShouldBe(204);

        (await user.GetAsync($"/api/labels/{id}")).Status.ShouldBe(404);
        (await user.GetAsync($"/api/labels?task_id={task}")).Results("name").ShouldBe(["b"]);
    }

    [Fact]
    public async Task labels_list_Parameters_ExcludeEachOther()
    {
        var user = await api.NewUserAsync("owner");
        var task = await user.TaskAsync("t", "b", "a");

        (await user.GetAsync($"/api/labels?task_id={task}&project_id=1")).Status.ShouldBe(400);
        (await user.GetAsync("/api/labels?task_id=987654")).Status.ShouldBe(404);
        (await user.GetAsync("/api/labels?task_id=x")).Status.ShouldBe(400);
        (await user.GetAsync($"/api/labels?task_id={task}&org=&page=1&sort=name")).Results("name").ShouldBe(["a", "b"]);
        (await user.GetAsync("/api/labels?search=b")).Results("name").ShouldBe(["b"]);
    }
}
