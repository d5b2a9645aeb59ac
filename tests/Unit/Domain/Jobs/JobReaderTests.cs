using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CvatServerless.Domain.Jobs;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Jobs;

public sealed class JobReaderTests
{
    private static readonly DateTimeOffset Date = new(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    private static readonly DateTimeOffset Date2026 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Job Full = new()
    {
        Id = 1,
        TaskId = 2,
        ProjectId = 3,
        AssigneeId = 4,
        AssigneeUpdatedDate = Date.AddTicks(1),
        Type = "ground_truth",
        ParentJobId = 8,
        Stage = "acceptance",
        State = "wörd of a later release",
        StartFrame = 5,
        StopFrame = 6,
        CreatedDate = Date,
        UpdatedDate = Date.AddDays(1),
        AnnotationRevision = long.MaxValue,
        LastMerge = "attempt",
    };

    [Fact]
    public void Read_EveryFieldSet_GivesWhatTheSerializerGives() => JobReader.Read(Bytes(Full)).ShouldBe(Full);

    /// <summary>A new field of the record fails here until the reader, and the job above, know it.</summary>
    [Fact]
    public void Read_EveryFieldSet_LeavesNoneAtItsDefault()
    {
        var plain = new Job { Id = 0, TaskId = 0, StartFrame = 0, StopFrame = 0, CreatedDate = default, UpdatedDate = default };
        foreach (var property in typeof(Job).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            property.GetValue(Full).ShouldNotBe(property.GetValue(plain), property.Name);
        }
    }

    [Fact]
    public void Read_OnlyRequiredFields_TakesTheRecordsDefaults()
    {
        var document = """{"id":1,"task_id":2,"start_frame":0,"stop_frame":9,"created_date":"2026-01-01T00:00:00Z","updated_date":"2026-01-01T00:00:00Z","assignee_id":null,"later":{"a":[1]}}"""u8.ToArray();

        JobReader.Read(document).ShouldBe(new Job { Id = 1, TaskId = 2, StartFrame = 0, StopFrame = 9, CreatedDate = Date2026, UpdatedDate = Date2026 });
    }

    [Theory]
    [InlineData("id")]
    [InlineData("task_id")]
    [InlineData("start_frame")]
    [InlineData("stop_frame")]
    [InlineData("created_date")]
    [InlineData("updated_date")]
    public void Read_RequiredFieldMissing_Throws(string name)
    {
        var document = JsonNode.Parse(Bytes(Full))!.AsObject();
        document.Remove(name);

        Should.Throw<JsonException>(() => JobReader.Read(JsonSerializer.SerializeToUtf8Bytes(document)));
    }

    private static byte[] Bytes(Job job) => JsonSerializer.SerializeToUtf8Bytes(job, Job.Json);
}
