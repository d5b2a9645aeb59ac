using System.Globalization;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.ValidationLayouts;
using CvatServerless.Functions.Timers;
using CvatServerless.Tests.Api.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Api;

/// <summary>Validation at the upload, layouts and consensus, every answer against the contract. Source: contract-data.md §7.</summary>
public sealed class ValidationApiTests(ApiFixture api)
{
    private static readonly (string Name, string Value)[] Pool =
    [
        ("sorting_method", "random"), ("validation_params.mode", "gt_pool"), ("validation_params.frame_selection_method", "random_uniform"),
        ("validation_params.frame_count", "3"), ("validation_params.frames_per_job_count", "2"), ("validation_params.random_seed", "5"),
    ];

    [Fact]
    public async Task tasks_validation_layout_Pool_IsReadAndDrawnByTheTasksStaffOnly()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4), Pool);
        var path = $"/api/tasks/{id}/validation_layout";

        var layout = await owner.GetAsync(path);
        var drawn = await owner.PatchAsync(path, new { frame_selection_method = "random_uniform" });
        var disabled = await owner.PatchAsync(path, new { disabled_frames = new[] { Frames(layout, "validation_frames")[0] } });
        var refused = await owner.PatchAsync(path, new { frame_selection_method = "manual", honeypot_real_frames = new[] { 1 } });

        (layout["mode"].GetString(), layout["frames_per_job_count"].GetInt32(), layout["honeypot_count"].GetInt32()).ShouldBe(("gt_pool", 2, 4));
        (drawn.Status, disabled.Status, refused.Status).ShouldBe((200, 200, 400));
        Frames(drawn, "honeypot_frames").ShouldBe(Frames(layout, "honeypot_frames"));
        Frames(disabled, "disabled_frames").Count.ShouldBe(1);
        (await stranger.GetAsync(path)).Status.ShouldBe(403);
        (await stranger.PatchAsync(path, new { frame_selection_method = "random_uniform" })).Status.ShouldBe(403);
        (await owner.GetAsync($"/api/tasks?validation_mode=gt_pool&id={id}"))["count"].GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task jobs_validation_layout_EveryKindOfJob_AnswersAsTheContractSays()
    {
        var owner = await api.NewUserAsync("owner");
        var pool = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4), Pool);
        var plain = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4));
        var job = (await JobsAsync(owner, pool, "annotation"))[0];
        var truth = (await JobsAsync(owner, pool, "ground_truth"))[0];
        var other = (await JobsAsync(owner, plain, "annotation"))[0];
        var draw = new { frame_selection_method = "random_uniform" };

        (await owner.GetAsync($"/api/jobs/{job}/validation_layout"))["honeypot_count"].GetInt32().ShouldBe(2);
        (await owner.GetAsync($"/api/jobs/{truth}/validation_layout"))["honeypot_count"].GetInt32().ShouldBe(0);
        (await owner.GetAsync($"/api/jobs/{other}/validation_layout")).Text.ShouldBe("{}");
        (await owner.PatchAsync($"/api/jobs/{job}/validation_layout", draw))["honeypot_count"].GetInt32().ShouldBe(2);
        (await owner.PatchAsync($"/api/jobs/{truth}/validation_layout", draw)).Text.ShouldBe("""["Honeypots cannot exist in ground_truth jobs"]""");
        (await owner.PatchAsync($"/api/jobs/{other}/validation_layout", draw)).Status.ShouldBe(400);
        (await owner.PatchAsync($"/api/tasks/{plain}/validation_layout", draw)).Status.ShouldBe(400);
        (await owner.DeleteAsync($"/api/jobs/{truth}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task tasks_partial_update_validation_layout_StoppedByACrash_IsFinishedByTheTimer()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4), Pool);
        var label = (await owner.GetAsync($"/api/labels?task_id={id}"))["results"][0].GetProperty("id").GetInt32();
        var (workspaces, workspace, key) = (api.Services.GetRequiredService<IWorkspaces>(), WorkspaceId.Personal(owner.Id), EntityKey.Of(id));
        var task = (await workspaces.FindAsync<AnnotationTask>(workspace, key, TestContext.Current.CancellationToken))!;
        var honeypots = task.Value.Data!.HoneypotFrames!;
        var job = (await JobsAsync(owner, id, "annotation"))[0];
        await owner.SendAsync(
            HttpMethod.Put,
            $"/api/jobs/{job}/annotations",
            System.Net.Http.Json.JsonContent.Create(new { tags = Enumerable.Range(0, 6).Select(frame => new { label_id = label, frame }) }));

        // What a process leaves that dies right after its decision.
        var pool = task.Value.Validation!.Frames;
        var turned = task.Value.Data.HoneypotRealFrames!.Select(frame => pool[(pool.ToList().IndexOf(frame) + 1) % pool.Count]).ToList();
        await api.Services.GetRequiredService<Unfinished>().BeginAsync(workspace, HoneypotDraws.Work, key, TestContext.Current.CancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        await workspaces.CommitAsync(workspace, new ChangeSet(owner.Id).Update(task, HoneypotDraw.Apply(task.Value, turned, now)), TestContext.Current.CancellationToken);
        await ActivatorUtilities.CreateInstance<FinishWork>(api.Services).Run(new TimerInfo(), TestContext.Current.CancellationToken);

        (await workspaces.FindAsync<AnnotationTask>(workspace, key, TestContext.Current.CancellationToken))!.Value.Draw.ShouldBeNull();
        (await api.Services.GetRequiredService<Unfinished>().ListAsync(HoneypotDraws.Work, TestContext.Current.CancellationToken)).ShouldNotContain(work => work.Key == key);
        var left = await owner.GetAsync($"/api/jobs/{job}/annotations");
        left["tags"].EnumerateArray().Select(tag => tag.GetProperty("frame").GetInt32()).ShouldBe(Enumerable.Range(0, 6).Except(honeypots));
    }

    [Fact]
    public async Task tasks_create_data_MalformedValidation_IsRefusedByField()
    {
        var owner = await api.NewUserAsync("owner");
        var id = await owner.TaskAsync();

        var answer = await owner.PostAsync($"/api/tasks/{id}/data/", new { image_quality = 70, validation_params = new { mode = "gt", frame_selection_method = "random_uniform", frame_count = 0 } });

        (answer.Status, answer.Text).ShouldBe((400, """{"validation_params":{"frame_count":["Ensure this value is greater than or equal to 1."]}}"""));
    }

    [Fact]
    public async Task consensus_create_merge_Replicas_IsARequestOfTheTasksStaff()
    {
        var owner = await api.NewUserAsync("owner");
        var stranger = await api.NewUserAsync("stranger");
        var id = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4, replicas: 2));
        var plain = await UploadAsync(owner, await NewTaskAsync(owner, segmentSize: 4));
        var replicas = await JobsAsync(owner, id, "replica");
        (await owner.PatchAsync($"/api/jobs/{replicas[0]}", new { state = "completed" })).Status.ShouldBe(200);
        var parent = (await owner.GetAsync($"/api/jobs/{replicas[0]}"))["parent_job_id"].GetInt32();

        (await stranger.PostAsync("/api/consensus/merges", new { task_id = id })).Status.ShouldBe(403);
        (await stranger.PostAsync("/api/consensus/merges", new { job_id = parent })).Status.ShouldBe(403);
        (await owner.PostAsync("/api/consensus/merges", new { task_id = 999_999_999 })).Status.ShouldBe(404);
        (await owner.PostAsync("/api/consensus/merges", new { task_id = plain })).Text.ShouldBe("""["Consensus is not enabled in this task"]""");
        (await owner.PostAsync("/api/consensus/merges", new { job_id = replicas[0] })).Status.ShouldBe(400);
        var started = await owner.PostAsync("/api/consensus/merges", new { job_id = parent });

        started.Status.ShouldBe(202);
        var request = await owner.EndOfAsync(started);
        (request["status"].GetString(), request["operation"].GetProperty("type").GetString()).ShouldBe(("finished", "merge:job"));
        (await owner.GetAsync($"/api/jobs/{parent}"))["state"].GetString().ShouldBe("completed");
        (await owner.GetAsync($"/api/tasks/{id}"))["initial_replicas"].GetInt32().ShouldBe(2);
    }

    private static IReadOnlyList<int> Frames(Answer answer, string name) => [.. answer[name].EnumerateArray().Select(frame => frame.GetInt32())];

    private static async Task<IReadOnlyList<int>> JobsAsync(Caller owner, int task, string type) =>
        [.. (await owner.GetAsync($"/api/jobs?task_id={task}&type={type}")).Results("id").Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Order()];

    private static async Task<int> NewTaskAsync(Caller owner, int segmentSize, int replicas = 0) => (await owner.PostAsync(
        "/api/tasks", new { name = "validated", labels = new[] { new { name = "car" } }, segment_size = segmentSize, consensus_replicas = replicas })).Id;

    /// <summary>Attaches eleven small pictures: with <see cref="Pool"/> two jobs of four regular frames and two honeypots, and a pool of three.</summary>
    private static async Task<int> UploadAsync(Caller owner, int id, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent { { new StringContent("70"), "image_quality" } };
        for (var i = 0; i < 11; i++)
        {
            byte[] picture = [.. System.Text.Encoding.ASCII.GetBytes($"P6\n{20 + i} 10\n255\n"), .. Enumerable.Repeat((byte)(20 * i), (20 + i) * 30)];
            form.Add(new ByteArrayContent(picture), $"client_files[{i}]", $"{i:00}.ppm");
        }

        foreach (var (field, value) in fields)
        {
            form.Add(new StringContent(value), field);
        }

        var started = await owner.SendAsync(HttpMethod.Post, $"/api/tasks/{id}/data/", form);
        started.Status.ShouldBe(202, started.Text);
        var request = await owner.EndOfAsync(started);
        request["status"].GetString().ShouldBe("finished", request.Text);
        return id;
    }
}
