using System.Globalization;
using CvatServerless.Domain.Requests;
using CvatServerless.Domain.Tasks;
using CvatServerless.Formats;

namespace CvatServerless.Functions.Datasets;

/// <summary>Names of finished exports. Source: contract-resources.md §4.5.</summary>
internal static class DatasetNames
{
    private const int MaxNameLength = 100;

    /// <summary><c>task_{name}_{annotations|dataset}_{time}_{format}.zip</c>, lower case, of characters that the official client accepts.</summary>
    public static string Of(WorkRequest request, AnnotationTask task, DateTimeOffset updated, FormatInfo format)
    {
        var subject = request.Target == "job" ? $"{request.JobId}" : task.Name.Length > MaxNameLength ? task.Name[..MaxNameLength] : task.Name;
        var stamp = updated.UtcDateTime.ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);
        var extension = format.Ext.Split(',')[0].ToLowerInvariant();
        return Safe($"{request.Target}_{subject}_{request.Subresource}_{stamp}_{format.Name}".ToLowerInvariant()) + "." + extension;
    }

    /// <summary>The name that a client asked for, if any: made safe for a download, as it is for a cloud storage, whose keys were checked.</summary>
    public static string? Asked(string? name, int? cloudStorageId) => cloudStorageId is null && name is not null ? Safe(name) is { Length: > 0 } safe ? safe : null : name;

    /// <summary>A name that a client asked for, made safe.</summary>
    public static string Safe(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' ? c : '_')).TrimStart('.');
}
