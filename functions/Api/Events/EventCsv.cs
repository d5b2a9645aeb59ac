using System.Globalization;
using System.Text;

namespace CvatServerless.Functions.Api.Events;

/// <summary>Events as CSV (RFC 4180) in the contract's columns.</summary>
internal sealed class EventCsv(Stream stream) : IAsyncDisposable
{
    private const string Columns = "scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,task_id,job_id,user_id,user_name,user_email,org_id,org_slug,payload";

    private readonly StreamWriter _writer = new(stream, new UTF8Encoding(false), 64 * 1024, leaveOpen: true) { NewLine = "\r\n" };

    /// <summary>The first line.</summary>
    public Task HeaderAsync() => _writer.WriteLineAsync(Columns);

    /// <summary>One event.</summary>
    public Task WriteAsync(EventRecord record) => _writer.WriteLineAsync(string.Join(',', new[]
    {
        record.Scope, record.ObjName, Text(record.ObjId), record.ObjVal, record.Source,
        record.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture), Text(record.Count), Text(record.Duration), Text(record.ProjectId),
        Text(record.TaskId), Text(record.JobId), Text(record.UserId), record.UserName, record.UserEmail, Text(record.OrgId), record.OrgSlug, record.Payload,
    }.Select(Quoted)));

    /// <summary>Hands on what is buffered; the stream stays open, it belongs to the store.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string? value) =>
        value is null ? "" : value.AsSpan().IndexOfAny("\",\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
