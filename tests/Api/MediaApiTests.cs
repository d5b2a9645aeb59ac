using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CvatServerless.Tests.Api.Hosting;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Answers of the data operations for videos and point clouds. Source: contract-data.md §3.</summary>
public sealed class MediaApiTests(ApiFixture api)
{
    [Fact]
    public async Task tasks_retrieve_data_Video_AnswersAsTable31()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await UploadAsync(owner, "clip.mp4", await ClipAsync(50));

        var task = await owner.GetAsync($"/api/tasks/{id}");
        (task["mode"].GetString(), task["media_type"].GetString(), task["size"].GetInt32(), task["data_chunk_size"].GetInt32()).ShouldBe(("interpolation", "image", 50, 36));
        var meta = await owner.GetAsync($"/api/tasks/{id}/data/meta");
        meta["frames"].GetArrayLength().ShouldBe(1);
        meta["chapters"].GetArrayLength().ShouldBe(0);

        var chunk = await owner.GetAsync($"/api/tasks/{id}/data/?type=chunk&number=1");
        (chunk.Status, chunk.Headers["Content-Type"], chunk.Headers["Accept-Ranges"]).ShouldBe((200, "video/mp4", "bytes"));
        chunk.Headers.Keys.ShouldContain("X-Checksum");
        chunk.Headers.Keys.ShouldNotContain("Content-Disposition");
        (await owner.GetAsync($"/api/tasks/{id}/data/?type=frame&number=49&quality=original")).Headers["Content-Type"].ShouldBe("image/png");
        (await owner.GetAsync($"/api/tasks/{id}/preview")).Headers["Content-Type"].ShouldBe("image/jpeg");
        (await owner.GetAsync($"/api/tasks/{id}/data/?type=context_image&number=0")).Status.ShouldBe(404);
        (await owner.GetAsync($"/api/tasks/{id}/data/?type=chunk&number=2")).Status.ShouldBe(400);
        (await owner.GetAsync($"/api/tasks/{id}/data/?type=frame&number=50")).Status.ShouldBe(400);
        (await owner.SendAsync(HttpMethod.Get, $"/api/tasks/{id}/data/?type=chunk&number=0", null, ("Range", "bytes=99999999-"))).Status.ShouldBe(416);
    }

    [Fact]
    public async Task tasks_retrieve_data_VideoOnDemand_IsBuiltOnceForAll()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await UploadAsync(owner, "clip.mkv", await ClipAsync(120), ("use_cache", "true"));
        var path = $"/api/tasks/{id}/data/?type=chunk&number=3&quality=original";

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => owner.GetAsync(path)));

        answers.Select(answer => answer.Status).ShouldAllBe(status => status == 200);
        answers.Select(answer => answer.Headers["X-Checksum"]).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task projects_retrieve_preview_PointCloud_ShowsItFromAbove()
    {
        var owner = await api.NewUserAsync("owner");
        var project = await owner.ProjectAsync("p", "car");
        var task = (await owner.PostAsync("/api/tasks", new { name = "t", project_id = project })).Id;
        await UploadAsync(owner, task, "cloud.zip", Zip(("pointcloud/1.pcd", Cloud), ("related_images/1_pcd/x.txt", "no picture")));

        (await owner.GetAsync($"/api/tasks/{task}"))["dimension"].GetString().ShouldBe("3d");
        (await owner.GetAsync($"/api/projects/{project}"))["dimension"].GetString().ShouldBe("3d");
        (await owner.GetAsync($"/api/projects/{project}/preview")).Headers["Content-Type"].ShouldBe("image/jpeg");
        var preferring = await owner.SendAsync(HttpMethod.Get, $"/api/tasks/{task}/preview", null, ("Prefer", "handling=empty"));
        (preferring.Status, preferring.Headers["Content-Type"]).ShouldBe((200, "image/jpeg")); // made of the points: no placeholder
        (await owner.GetAsync($"/api/tasks/{task}/data/?type=frame&number=0")).Headers["Content-Type"].ShouldBe("image/x.point-cloud-data");

        // A project holds one dimension only.
        var flat = (await owner.PostAsync("/api/tasks", new { name = "flat", project_id = project })).Id;
        (await StartAsync(owner, flat, "clip.mp4", await ClipAsync(3)))["message"].GetString()!.ShouldContain("another dimension");
    }

    private const string Cloud = "VERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nTYPE F F F\nCOUNT 1 1 1\nWIDTH 2\nHEIGHT 1\nPOINTS 2\nDATA ascii\n0 0 0\n1 1 1\n";

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        return stream.ToArray();
    }

    private static async Task<byte[]> ClipAsync(int frames)
    {
        var info = new ProcessStartInfo("ffmpeg", $"-nostdin -v error -f lavfi -i testsrc2=s=64x48:r=30 -frames:v {frames} -c:v libx264 -preset ultrafast -g 20 -f matroska pipe:1")
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(info)!;
        using var output = new MemoryStream();
        await process.StandardOutput.BaseStream.CopyToAsync(output);
        await process.WaitForExitAsync();
        return output.ToArray();
    }

    private static async Task<int> UploadAsync(Caller owner, string name, byte[] content, params (string Name, string Value)[] fields)
    {
        var id = await owner.TaskAsync();
        await UploadAsync(owner, id, name, content, fields);
        return id;
    }

    [Fact]
    public async Task tasks_append_data_Stranger_Is403AndAddsNothing()
    {
        var (owner, stranger) = (await api.NewUserAsync("owner"), await api.NewUserAsync("stranger"));
        var id = await owner.TaskAsync();
        await api.JobsAsync(owner, id, 1);
        using var form = new MultipartFormDataContent { { new ByteArrayContent([1]), "client_files[0]", "b.png" } };

        (await stranger.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/data/append", form)).Status.ShouldBe(403);

        (await owner.GetAsync("/api/requests"))["count"].GetInt32().ShouldBe(0);
        (await api.Anonymous.PostAsync($"/api/tasks/{id}/data/append", new { })).Status.ShouldBe(401);
    }

    private static async Task UploadAsync(Caller owner, int id, string name, byte[] content, params (string Name, string Value)[] fields) =>
        (await StartAsync(owner, id, name, content, fields))["status"].GetString().ShouldBe("finished");

    /// <summary>Uploads a file and waits for the end of the request.</summary>
    private static async Task<Answer> StartAsync(Caller owner, int id, string name, byte[] content, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent("70"), "image_quality" }, { new ByteArrayContent(content), "client_files[0]", name } };
        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }

        return await owner.EndOfAsync(await owner.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/data/", form));
    }
}
