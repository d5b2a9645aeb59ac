using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Json;
using CvatServerless.Domain.Annotations.Log;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Labels;
using CvatServerless.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace CvatServerless.Functions.Api.Annotations;

/// <summary>Bodies and queries of the annotation operations. Source: contract-annotations.md §1.1.</summary>
internal static class AnnotationsRequest
{
    private static readonly string[] OldExport = ["format", "filename", "action", "location", "cloud_storage_id"];

    /// <summary>Refuses the export of earlier releases.</summary>
    /// <exception cref="CvatException">410.</exception>
    public static void RefuseOldExport(HttpRequest request)
    {
        if (OldExport.Any(request.Query.ContainsKey))
        {
            throw CvatException.Text("This endpoint no longer exports annotations. Use POST …/dataset/export?save_images=False instead.", ErrorKind.Gone);
        }
    }

    /// <summary>Refuses the upload of earlier releases.</summary>
    /// <exception cref="CvatException">410.</exception>
    public static void RefuseOldImport(HttpRequest request)
    {
        if (request.Query.ContainsKey("format") || request.Query.ContainsKey("rq_id"))
        {
            throw CvatException.Text("This endpoint no longer imports files. Use POST …/annotations/ instead.", ErrorKind.Gone);
        }
    }

    /// <summary>The action of a PATCH.</summary>
    /// <exception cref="CvatException">400.</exception>
    public static AnnotationAction Action(HttpRequest request) => AnnotationWords.TryParse(request.QueryText("action"), out AnnotationAction action)
        ? action
        : throw CvatException.Rule("Please specify a correct 'action' for the request");

    /// <summary>The kind of operation that an action becomes.</summary>
    public static OperationKind Kind(AnnotationAction action) => action switch
    {
        AnnotationAction.Replace => OperationKind.Replace,
        AnnotationAction.Create => OperationKind.Create,
        AnnotationAction.Update => OperationKind.Update,
        _ => OperationKind.Delete,
    };

    /// <summary>Reads a body as a stream and checks it.</summary>
    /// <exception cref="CvatException">400.</exception>
    public static async Task<LabeledData> ReadAsync(HttpRequest request, AnnotationAction action, IReadOnlyList<Label> labels, CancellationToken ct)
    {
        var data = await LabeledDataReader.ReadAsync(request.Body, action, ct);
        LabelReferences.Check(data, new LabelIndex(labels));
        AnnotationIds.CheckUnique(data);
        return data;
    }

    /// <summary>Answers with annotations, written as a stream.</summary>
    public static IActionResult Write(LabeledData data) => new LabeledDataResult(data);

    private sealed class LabeledDataResult(LabeledData data) : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            context.HttpContext.Response.ContentType = Wire.ContentType;
            await LabeledDataWriter.WriteAsync(context.HttpContext.Response.Body, data, context.HttpContext.RequestAborted);
        }
    }
}
