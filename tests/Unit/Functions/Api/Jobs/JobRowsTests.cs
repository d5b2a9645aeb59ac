using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Jobs;
using CvatServerless.Domain.Projects;
using CvatServerless.Domain.Tasks;
using CvatServerless.Domain.Workspaces;
using CvatServerless.Functions.Api.Jobs;
using CvatServerless.Functions.Api.Users;
using CvatServerless.Storage;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Api.Jobs;

public sealed class JobRowsTests : IDisposable
{
    private const int Tasks = 6;
    private static readonly WorkspaceId Workspace = WorkspaceId.Personal(1);
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskData Data = new()
    {
        DataId = "d",
        Size = 10,
        Mode = "annotation",
        ChunkSize = 10,
        ImageQuality = 70,
        StartFrame = 0,
        StopFrame = 9,
        ChunksUpdatedDate = Start,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cvatserverless-rows-");
    private readonly UserDirectory _users = new([new User { Id = 1, Username = "ann", DateJoined = Start, SecurityStamp = "" }], "http://localhost");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_AfterAnyChanges_IsWhatIsMadeAnew(int seed)
    {
        await using var services = new ServiceCollection().AddStorage(new() { DataDirectory = _folder.FullName }).BuildServiceProvider();
        var workspaces = services.GetRequiredService<IWorkspaces>();
        await FillAsync(workspaces);
        var (followed, random) = (new JobRows(), new Random(seed));
        for (var step = 0; step < 60; step++)
        {
            for (var change = random.Next(4); change > 0; change--)
            {
                await ChangeAsync(workspaces, random, step);
            }

            var (rows, anew) = await workspaces.ReadAsync(Workspace, view => (followed.Of(Workspace, view, _users), new JobRows().Of(Workspace, view, _users)), TestContext.Current.CancellationToken);

            rows.Select(Describe).ShouldBe(anew.Select(Describe));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task FillAsync(IWorkspaces workspaces)
    {
        await workspaces.CommitAsync(Workspace, new ChangeSet(1).Create(new Project { Id = 1, Name = "p", CreatedDate = Start, UpdatedDate = Start }), default);
        for (var id = 1; id <= Tasks; id++)
        {
            var changes = new ChangeSet(1).Create(new AnnotationTask { Id = id, Name = $"t{id}", ProjectId = id % 2 == 0 ? 1 : null, CreatedDate = Start, UpdatedDate = Start, Data = Data });
            for (var job = 1; job <= 5; job++)
            {
                changes.Create(Job((id * 100) + (job * 10), id));
            }

            await workspaces.CommitAsync(Workspace, changes, default);
        }
    }

    private static async Task ChangeAsync(IWorkspaces workspaces, Random random, int step)
    {
        var task = random.Next(1, Tasks + 1);
        var job = EntityKey.Of((task * 100) + (random.Next(1, 6) * 10));
        switch (random.Next(6))
        {
            case 0:
                await workspaces.UpdateAsync<AnnotationTask>(Workspace, EntityKey.Of(task), 1, old => old with { Name = $"step {step}", LabelsUpdatedDate = Start.AddDays(step) }, default);
                break;
            case 1:
                await workspaces.DeleteAllAsync<Job>(Workspace, 1, [job], default);
                break;
            case 2 when await workspaces.FindAsync<Job>(Workspace, EntityKey.Of((task * 100) + step), default) is null:
                await workspaces.CommitAsync(Workspace, new ChangeSet(1).Create(Job((task * 100) + step, task)), default);
                break;
            case 3 when step % 10 == 0:
                await workspaces.UpdateAsync<Project>(Workspace, EntityKey.Of(1), 1, old => old with { Name = $"step {step}" }, default);
                break;
            case 3:
                await workspaces.UpdateAsync<AnnotationTask>(Workspace, EntityKey.Of(task), 1, old => old with { Data = old.Data is null ? Data : null }, default);
                break;
            case 4 when step % 7 == 0:
                await workspaces.UpdateAsync<AnnotationTask>(Workspace, EntityKey.Of(task), 1, old => old with { IsDeleted = !old.IsDeleted }, default);
                break;
            default:
                await workspaces.UpdateAsync<Job>(Workspace, job, 1, old => old with { State = $"step {step}", AssigneeId = step % 2 }, default);
                break;
        }
    }

    private static Job Job(int id, int task) => new() { Id = id, TaskId = task, ProjectId = task % 2 == 0 ? 1 : null, StartFrame = 0, StopFrame = 9, CreatedDate = Start, UpdatedDate = Start };

    private static string Describe(JobRow row) => $"{row.Id} {row.Task.Name} {row.Project?.Name} {row.AssigneeName} {row.State} {row.UpdatedDate:O}";
}
