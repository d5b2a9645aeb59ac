using System.Globalization;
using CvatServerless.Domain.Errors;
using Microsoft.AspNetCore.Http;

namespace CvatServerless.Functions.Api.Data;

/// <summary>The query of <c>tasks_retrieve_data</c> and <c>jobs_retrieve_data</c>. Source: contract-data.md §3.1.</summary>
/// <param name="Type"><c>chunk</c>, <c>frame</c> or <c>context_image</c>.</param>
/// <param name="Quality"><c>compressed</c> or <c>original</c>.</param>
/// <param name="Number">A frame or chunk in the task's numbering.</param>
/// <param name="Index">Jobs only: the n-th chunk of the job itself.</param>
internal readonly record struct DataQuery(string Type, string Quality, int? Number, int? Index)
{
    /// <summary>Reads and checks it.</summary>
    /// <exception cref="CvatException">400 as a list.</exception>
    public static DataQuery Parse(HttpRequest request, bool forJob)
    {
        var type = request.Query["type"].ToString();
        if (type is not ("chunk" or "frame" or "context_image"))
        {
            throw CvatException.Rule(type.Length == 0 ? "Data type not specified" : $"Unknown data type \"{type}\"");
        }

        var quality = request.Query["quality"].ToString() is { Length: > 0 } given ? given : "compressed";
        if (quality is not ("compressed" or "original"))
        {
            throw CvatException.Rule($"Unknown quality \"{quality}\"");
        }

        var query = new DataQuery(type, quality, Integer(request, "number"), forJob ? Integer(request, "index") : null);
        if (type == "chunk" && forJob && query.Number.HasValue == query.Index.HasValue)
        {
            throw CvatException.Rule("Exactly one of \"number\" and \"index\" must be given");
        }

        return query.Number is null && query.Index is null ? throw CvatException.Rule("Number is not specified") : query;
    }

    private static int? Integer(HttpRequest request, string name)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw CvatException.Rule($"\"{name}\" must be an integer");
    }
}
