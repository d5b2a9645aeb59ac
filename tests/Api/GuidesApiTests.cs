using System.Net.Http.Headers;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

public sealed class GuidesApiTests(ApiFixture api)
{
    private static readonly byte[] Gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, (byte)';'];

    [Fact]
    public async Task guides_create_ForProject_ShowsOnProjectAndJobs()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("p", "car");
        var task = (await owner.PostAsync("/api/tasks", new { name = "t", project_id = project })).Id;
        var job = (await api.JobsAsync(owner, task, 1))[0];
        var before = await owner.GetAsync($"/api/projects/{project}");

        var guide = await owner.PostAsync("/api/guides", new { project_id = project, markdown = "# Cars\n" });

        guide.Status.ShouldBe(201);
        (guide["project_id"].GetInt32(), guide["task_id"].GetRawText(), guide["markdown"].GetString()).ShouldBe((project, "null", "# Cars\n"));
        var after = await owner.GetAsync($"/api/projects/{project}");
        after["guide_id"].GetInt32().ShouldBe(guide.Id);
        after["updated_date"].GetDateTimeOffset().ShouldBeGreaterThan(before["updated_date"].GetDateTimeOffset());
        (await owner.GetAsync($"/api/jobs/{job}"))["guide_id"].GetInt32().ShouldBe(guide.Id);
        (await owner.GetAsync($"/api/tasks/{task}"))["guide_id"].GetRawText().ShouldBe("null");
    }

    [Theory]
    [InlineData("{}", """["One of project_id or task_id must be specified"]""")]
    [InlineData("""{"project_id":1,"task_id":2}""", """["Both project_id and task_id must not be specified"]""")]
    [InlineData("""{"project_id":987654}""", """["Project matching query does not exist."]""")]
    [InlineData("""{"task_id":"x"}""", """{"task_id":["A valid integer is required."]}""")]
    public async Task guides_create_BadBody_SaysWhatIsWrong(string body, string expected)
    {
        var answer = await api.Admin.PostAsync("/api/guides", body);

        (answer.Status, answer.Text).ShouldBe((400, expected));
    }

    [Fact]
    public async Task guides_create_TwiceAtTheSameTime_MakesOne()
    {
        var owner = await api.NewUserAsync("owner");
        var task = await owner.TaskAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => owner.PostAsync("/api/guides", new { task_id = task })));

        answers.Count(answer => answer.Status == 201).ShouldBe(1);
        answers.Where(answer => answer.Status != 201).ShouldAllBe(answer => answer.Text == """["The task has a guide already."]""");
    }

    [Fact]
    public async Task guides_MissingOrListed_Is405And404()
    {
        (await api.Admin.GetAsync("/api/guides")).Status.ShouldBe(405);
        (await api.Admin.GetAsync("/api/guides/987654")).Text.ShouldBe("""{"detail":"No AnnotationGuide matches the given query."}""");
        (await api.Anonymous.GetAsync("/api/guides/987654")).Status.ShouldBe(401);
    }

    [Fact]
    public async Task guides_Annotator_ReadsAndMayNotWrite()
    {
        var owner = await api.NewUserAsync("owner");
        var (annotator, stranger) = (await api.NewUserAsync("annotator"), await api.NewUserAsync("stranger"));
        var task = await owner.TaskAsync();
        var job = (await api.JobsAsync(owner, task, 1))[0];
        await api.Admin.PatchAsync($"/api/jobs/{job}", new { assignee = annotator.Id });
        var guide = await owner.PostAsync("/api/guides", new { task_id = task, markdown = "m" });

        (await annotator.GetAsync($"/api/guides/{guide.Id}"))["markdown"].GetString().ShouldBe("m");
        (await annotator.PatchAsync($"/api/guides/{guide.Id}", new { markdown = "x" })).Status.ShouldBe(403);
        (await annotator.DeleteAsync($"/api/guides/{guide.Id}")).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/guides/{guide.Id}")).Status.ShouldBe(403);
        (await stranger.PostAsync("/api/guides", new { task_id = task })).Status.ShouldBe(403);
    }

    [Fact]
    public async Task guides_Public_IsReadWithoutSigningIn()
    {
        var owner = await api.NewUserAsync("owner");
        var (guide, asset) = await GuideWithAssetAsync(owner);
        (await owner.PatchAsync($"/api/guides/{guide}", new { is_public = true })).Status.ShouldBe(200);
        (await api.Anonymous.GetAsync($"/api/guides/{guide}")).Status.ShouldBe(401, "only an administrator publishes");
        (await api.Anonymous.GetAsync($"/api/assets/{asset}")).Status.ShouldBe(401);

        (await api.Admin.PatchAsync($"/api/guides/{guide}", new { is_public = true })).Status.ShouldBe(200);

        (await api.Anonymous.GetAsync($"/api/guides/{guide}")).Status.ShouldBe(200);
        (await api.Anonymous.GetAsync($"/api/assets/{asset}")).Headers["Cache-Control"].ShouldBe("public, max-age=86400");
        (await api.Anonymous.PatchAsync($"/api/guides/{guide}", new { markdown = "x" })).Status.ShouldBe(401);
    }

    [Fact]
    public async Task guides_partial_update_DropsAssetsThatAreNotMentioned()
    {
        var owner = await api.NewUserAsync("owner");
        var (guide, kept) = await GuideWithAssetAsync(owner);
        var dropped = (await UploadAsync(owner, guide, "b.gif", Gif))["uuid"].GetString();

        var answer = await owner.PatchAsync($"/api/guides/{guide}", new { markdown = $"![a](/api/assets/{kept}) and /api/assets/{dropped}" });

        answer.Status.ShouldBe(200);
        (await owner.GetAsync($"/api/assets/{kept}")).Status.ShouldBe(200);
        (await owner.GetAsync($"/api/assets/{dropped}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task guides_partial_update_AssetOfAnotherGuide_Is400()
    {
        var owner = await api.NewUserAsync("owner");
        var (_, foreign) = await GuideWithAssetAsync(owner);
        var (guide, _) = await GuideWithAssetAsync(owner);

        var answer = await owner.PatchAsync($"/api/guides/{guide}", new { markdown = $"![a](/api/assets/{foreign})" });

        (answer.Status, answer.Text).ShouldBe((400, $"""["The asset {foreign} belongs to another guide."]"""));
    }

    [Fact]
    public async Task guides_destroy_TakesAssetsAlong()
    {
        var owner = await api.NewUserAsync("owner");
        var (guide, asset) = await GuideWithAssetAsync(owner);

        (await owner.DeleteAsync($"/api/guides/{guide}")).Status.ShouldBe(204);

        (await owner.GetAsync($"/api/guides/{guide}")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/assets/{asset}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task assets_retrieve_CannotRunOnThisOrigin()
    {
        var owner = await api.NewUserAsync("owner");
        var (guide, _) = await GuideWithAssetAsync(owner);
        var pdf = await UploadAsync(owner, guide, "évil\"\r\n<b>.html", [.. "%PDF-1.7\n<script>alert(1)</script>"u8]);

        var answer = await owner.GetAsync($"/api/assets/{pdf["uuid"].GetString()}");

        answer.Headers["Content-Type"].ShouldBe("application/pdf");
        answer.Headers["X-Content-Type-Options"].ShouldBe("nosniff");
        answer.Headers["Content-Security-Policy"].ShouldBe("default-src 'none'; sandbox");
        answer.Headers["Content-Disposition"].ShouldStartWith("attachment;");
        answer.Headers["Cache-Control"].ShouldBe("max-age=86400, private");
    }

    [Fact]
    public async Task assets_create_WhatIsNoPictureOrTooMuch_Is400()
    {
        var owner = await api.NewUserAsync("owner");
        var (guide, _) = await GuideWithAssetAsync(owner);

        (await UploadAsync(owner, guide, "a.png", [.. "<svg xmlns='http://www.w3.org/2000/svg'/>"u8])).Body[0].GetString()!.ShouldStartWith("File is not supported as an asset.");
        (await UploadAsync(owner, guide, "a.png", [0x89, .. "PNG\r\n\x1a\n"u8, 1, 2, 3])).Status.ShouldBe(400);
        (await UploadAsync(owner, guide, "a.gif", [.. Gif, .. new byte[10 << 20]])).Text.ShouldBe("""["Maximum size of asset is 10 MB"]""");
        (await UploadAsync(owner, guide, "a.gif", [])).Text.ShouldBe("""{"file":["The submitted file is empty."]}""");
        (await owner.PostAsync("/api/assets", new { guide_id = guide })).Status.ShouldBe(415);
        for (var i = 1; i < 30; i++)
        {
            (await UploadAsync(owner, guide, "a.gif", Gif)).Status.ShouldBe(201);
        }

        (await UploadAsync(owner, guide, "a.gif", Gif)).Text.ShouldBe("""["Maximum number of assets per guide reached (30)"]""");
    }

    [Fact]
    public async Task assets_destroy_Stranger_Is403()
    {
        var (owner, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("stranger"));
        var (guide, asset) = await GuideWithAssetAsync(owner);

        (await UploadAsync(stranger, guide, "a.gif", Gif)).Status.ShouldBe(403);
        (await stranger.GetAsync($"/api/assets/{asset}")).Status.ShouldBe(403);
        (await stranger.DeleteAsync($"/api/assets/{asset}")).Status.ShouldBe(403);
        (await owner.DeleteAsync($"/api/assets/{asset}")).Status.ShouldBe(204);
        (await owner.GetAsync($"/api/assets/{asset}")).Status.ShouldBe(404);
    }

    private static async Task<(int Guide, string Asset)> GuideWithAssetAsync(Caller owner)
    {
        var guide = (await owner.PostAsync("/api/guides", new { task_id = await owner.TaskAsync() })).Id;
        return (guide, (await UploadAsync(owner, guide, "a.gif", Gif))["uuid"].GetString()!);
    }

    private static async Task<Answer> UploadAsync(Caller caller, int guide, string name, byte[] content)
    {
        using var file = new ByteArrayContent(content);
        file.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "file", FileNameStar = name };
        using var form = new MultipartFormDataContent { file, { new StringContent($"{guide}"), "guide_id" } };
        return await caller.SendAsync(HttpMethod.Post, "/api/assets", form);
    }
}
