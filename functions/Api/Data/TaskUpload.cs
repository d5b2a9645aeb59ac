using System.Text.Json.Nodes;
using CvatServerless.Domain;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Identity;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Functions.Http;
using CvatServerless.Functions.Orchestrations;
using CvatServerless.Functions.Orchestrations.CreateTaskData;
using CvatServerless.Functions.Uploads;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.DurableTask.Client;

namespace CvatServerless.Functions.Api.Data;

/// <summary>
/// The five forms of <c>tasks_create_data</c>, told apart by the presence of a header (its value says nothing). Source: contract-data.md §1.1.
/// </summary>
public sealed class TaskUpload(UploadStore uploads, MultipartUploads multipart, TusProtocol tus, WorkRequests requests, Access access, TimeProvider time)
{
    private const string FileField = "client_files";

    /// <summary>Carries out one call.</summary>
    internal Task<IActionResult> ReceiveAsync(HttpRequest request, FoundTask found, DurableTaskClient client, CancellationToken ct) =>
        found.Task.Data is null ? ReceiveAsync(request, found, isAppend: false, client, ct) : throw CvatException.Text("Adding more data is not supported");

    /// <summary>Carries out one call for a task that has data: what comes is added behind it. An extension of this product (<c>tasks_append_data</c>).</summary>
    internal Task<IActionResult> AppendAsync(HttpRequest request, FoundTask found, DurableTaskClient client, CancellationToken ct)
    {
        AppendRules.CheckTask(found.Task);
        return ReceiveAsync(request, found, isAppend: true, client, ct);
    }

    private async Task<IActionResult> ReceiveAsync(HttpRequest request, FoundTask found, bool isAppend, DurableTaskClient client, CancellationToken ct)
    {
        var target = UploadStore.TaskData(found.Task);
        var headers = request.Headers;
        if (headers.ContainsKey("Upload-Finish"))
        {
            return await FinishAsync(request, found, isAppend, client, ct);
        }

        if (headers.ContainsKey("Upload-Start"))
        {
            return Wire.Empty(StatusCodes.Status202Accepted);
        }

        if (headers.ContainsKey("Upload-Length"))
        {
            return await tus.CreateAsync(request, target, request.Actor().UserId, $"{request.BaseUrl()}/api/tasks/{found.Task.Id}/data", offerFileId: false);
        }

        if (!headers.ContainsKey("Upload-Multiple"))
        {
            return await FinishAsync(request, found, isAppend, client, ct);
        }

        if (!MultipartUploads.IsMultipart(request))
        {
            throw CvatException.Detail(ErrorKind.UnsupportedMediaType, $"Unsupported media type \"{request.ContentType}\" in request.");
        }

        var (fields, files) = await multipart.ReadAsync(request, target, FileField, indexed: true);
        await DiscardUnless(() => DataRules.Parse(fields), files);
        return Wire.Empty();
    }

    private async Task<IActionResult> FinishAsync(HttpRequest request, FoundTask found, bool isAppend, DurableTaskClient client, CancellationToken ct)
    {
        var target = UploadStore.TaskData(found.Task);
        DataParameters parameters;
        if (MultipartUploads.IsMultipart(request))
        {
            var (fields, files) = await multipart.ReadAsync(request, target, FileField, indexed: true);
            parameters = await DiscardUnless(() => DataRules.Parse(fields), files);
        }
        else
        {
            var body = await Wire.BodyAsync(request, ct);
            parameters = DataRules.Parse(JsonObject.Create(body) ?? throw CvatException.Field(FieldErrors.NonField, "Invalid data. Expected a dictionary."));
        }

        await CheckStorageAsync(request.Actor(), found, parameters.CloudStorageId, ct);
        CheckOrder(parameters, await uploads.ListAsync(target, ct));
        return isAppend
            ? await StartAsync(request, found, TaskDataWork.Append, AppendRules.Of(found.Task.Data!, parameters), client, ct)
            : await StartAsync(request, found, "create", parameters, client, ct);
    }

    private async Task<IActionResult> StartAsync(HttpRequest request, FoundTask found, string action, DataParameters parameters, DurableTaskClient client, CancellationToken ct)
    {
        var id = $"action={action}&target=task&target_id={found.Task.Id}";
        var instance = requests.NewInstanceId(id);
        var draft = new WorkRequest
        {
            Id = id,
            InstanceId = instance,
            Orchestrator = CreateTaskDataOrchestrator.Name,
            Action = action,
            Target = "task",
            ProjectId = found.Task.ProjectId,
            TaskId = found.Task.Id,
            InputBlob = DataBlobs.Parameters(instance),
            OwnerId = request.Actor().UserId,
            CreatedDate = time.GetUtcNow(),
        };
        return Wire.Started(id, await requests.StartAsync(client, found.Workspace, draft, parameters, DomainJson.Default.DataParameters, ct));
    }

    /// <summary>Files of a call whose parameters are refused don't stay.</summary>
    private async Task<DataParameters> DiscardUnless(Func<DataParameters> parse, IReadOnlyList<UploadedFile> files)
    {
        try
        {
            return parse();
        }
        catch (CvatException)
        {
            foreach (var file in files)
            {
                await uploads.DeleteAsync(file, CancellationToken.None);
            }

            throw;
        }
    }

    /// <summary>With predefined sorting, the order names exactly the uploaded files.</summary>
    private static void CheckOrder(DataParameters parameters, IReadOnlyList<UploadedFile> files)
    {
        const int MaxNamed = 5;
        if (parameters.SortingMethod != "predefined" || parameters.UploadFileOrder.Count == 0 || files.Count == 0)
        {
            return;
        }

        var uploaded = files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var ordered = parameters.UploadFileOrder.ToHashSet(StringComparer.Ordinal);
        var wrong = ordered.Except(uploaded).Select(name => $"{name} (extra)").Concat(uploaded.Except(ordered).Select(name => $"{name} (missing)")).ToList();
        if (wrong.Count > 0)
        {
            var rest = wrong.Count > MaxNamed ? $" and {wrong.Count - MaxNamed} more" : "";
            throw CvatException.Rule($"Uploaded files do not match the 'upload_file_order' field contents: {string.Join(", ", wrong.Take(MaxNamed))}{rest}");
        }
    }

    private async Task CheckStorageAsync(Actor actor, FoundTask found, int? storageId, CancellationToken ct)
    {
        if (storageId is { } id)
        {
            await access.CloudStorageOfAsync(actor, found.Workspace, id, ct);
        }
    }
}
