using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Sources;
using CvatServerless.Domain.Tasks;

namespace CvatServerless.Functions.Api.Data;

/// <summary>
/// Validation of <c>DataRequest</c> (<c>tasks_create_data</c>). JSON and multipart bodies end here as one object; numbers and booleans may be
/// text, also in Python's spelling. Source: contract-data.md §1.5.
/// </summary>
internal static partial class DataRules
{
    private static readonly string[] Sortings = ["lexicographical", "natural", "predefined", "random"];

    /// <summary>Reads the parameters.</summary>
    /// <exception cref="CvatException">400 by field.</exception>
    public static DataParameters Parse(JsonObject body)
    {
        var errors = new FieldErrors();
        var start = Integer(body, "start_frame", 0, int.MaxValue, errors) ?? 0;
        var stop = Integer(body, "stop_frame", 0, int.MaxValue, errors);
        var filter = Text(body, "frame_filter", 256, errors) ?? "";
        var parameters = new DataParameters
        {
            ImageQuality = Integer(body, "image_quality", 1, 100, errors) ?? 70,
            ChunkSize = Integer(body, "chunk_size", 1, int.MaxValue, errors),
            StartFrame = start,
            StopFrame = stop is 0 ? null : stop,
            FrameFilter = filter,
            FrameStep = Step(filter, errors),
            SortingMethod = Choice(body, "sorting_method", Sortings, errors) ?? "lexicographical",
            UseCache = (Boolean(body, "use_cache", errors) ?? false) || Choice(body, "storage_method", ["cache", "file_system"], errors) == "cache",
            UseZipChunks = Boolean(body, "use_zip_chunks", errors) ?? false,
            CopyData = Boolean(body, "copy_data", errors) ?? false,
            UploadFileOrder = Texts(body, "upload_file_order", errors),
            ServerFiles = Texts(body, "server_files", errors),
            ServerFilesExclude = Texts(body, "server_files_exclude", errors),
            FilenamePattern = Text(body, "filename_pattern", 1024, errors),
            RemoteFiles = Urls(body, errors),
            CloudStorageId = Integer(body, "cloud_storage_id", 0, int.MaxValue, errors),
            JobFileMapping = Mapping(body, errors),
            Validation = ValidationRules.Parse(body, errors),
        };
        Check(parameters, errors);
        errors.ThrowIfAny();
        return parameters;
    }

    /// <summary>What goes together and what does not.</summary>
    private static void Check(DataParameters parameters, FieldErrors errors)
    {
        if (parameters.StopFrame < parameters.StartFrame)
        {
            errors.Add(FieldErrors.NonField, "Stop frame must be more or equal start frame");
        }

        if (parameters.FilenamePattern is null)
        {
            return;
        }

        if (parameters.FilenamePattern.Length == 0)
        {
            errors.Add("filename_pattern", "This field may not be blank.");
        }

        if (parameters.ServerFilesExclude.Count > 0)
        {
            errors.Add(FieldErrors.NonField, "The filename_pattern and server_files_exclude cannot be used together");
        }

        if (parameters.ServerFiles.Any(file => !file.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)))
        {
            errors.Add(FieldErrors.NonField, "The filename_pattern can only be used with specified manifest or without server_files");
        }
    }

    private static string[] Urls(JsonObject body, FieldErrors errors)
    {
        var urls = Texts(body, "remote_files", errors);
        foreach (var url in urls.Where(url => !RemoteFiles.IsUrl(url)))
        {
            errors.Add("remote_files", $"'{url}' is no http or https URL without credentials.");
        }

        return urls;
    }

    private static int Step(string filter, FieldErrors errors)
    {
        if (filter.Length == 0)
        {
            return 1;
        }

        var match = StepPattern().Match(filter);
        if (match.Success && int.TryParse(match.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var step) && step >= 1)
        {
            return step;
        }

        errors.Add("frame_filter", "Invalid frame filter expression");
        return 1;
    }

    internal static int? Integer(JsonObject body, string field, int min, int max, FieldErrors errors)
    {
        if (body[field] is not { } node)
        {
            return null;
        }

        var text = node is JsonValue ? node.ToString() : "";
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            errors.Add(field, "A valid integer is required.");
            return null;
        }

        if (value < min || value > max)
        {
            errors.Add(field, value < min
                ? $"Ensure this value is greater than or equal to {min}."
                : $"Ensure this value is less than or equal to {max}.");
            return null;
        }

        return value;
    }

    private static bool? Boolean(JsonObject body, string field, FieldErrors errors)
    {
        switch (body[field] is JsonValue value ? value.ToString().ToUpperInvariant() : body[field] is null ? null : "?")
        {
            case null:
                return null;
            case "TRUE" or "1" or "ON" or "YES":
                return true;
            case "FALSE" or "0" or "OFF" or "NO":
                return false;
            default:
                errors.Add(field, "Must be a valid boolean.");
                return null;
        }
    }

    private static string? Text(JsonObject body, string field, int maxLength, FieldErrors errors)
    {
        if (body[field] is not { } node)
        {
            return null;
        }

        if (node is not JsonValue value || value.GetValueKind() is not (System.Text.Json.JsonValueKind.String or System.Text.Json.JsonValueKind.Number))
        {
            errors.Add(field, "Not a valid string.");
            return null;
        }

        var text = value.ToString();
        if (text.Length > maxLength)
        {
            errors.Add(field, $"Ensure this field has no more than {maxLength} characters.");
        }

        return text;
    }

    internal static string? Choice(JsonObject body, string field, string[] choices, FieldErrors errors)
    {
        var text = Text(body, field, 64, errors);
        if (text is null || choices.Contains(text))
        {
            return text;
        }

        errors.Add(field, $"\"{text}\" is not a valid choice.");
        return null;
    }

    internal static string[] Texts(JsonObject body, string field, FieldErrors errors)
    {
        if (body[field] is not { } node)
        {
            return [];
        }

        if (node is not JsonArray array)
        {
            errors.Add(field, "Expected a list of items.");
            return [];
        }

        var texts = array.OfType<JsonValue>().Select(value => value.ToString()).ToArray();
        if (texts.Length != array.Count || texts.Any(text => text.Length is 0 or > 1024 || text.Any(char.IsControl)))
        {
            errors.Add(field, "Every item must be a path of 1 to 1024 characters.");
        }
        else if (field is "server_files" or "server_files_exclude" && texts.Any(text => text.Split('/', '\\').Contains("..")))
        {
            errors.Add(field, "Paths may not leave their root.");
        }

        return texts;
    }

    private static string[][] Mapping(JsonObject body, FieldErrors errors)
    {
        if (body["job_file_mapping"] is not { } node)
        {
            return [];
        }

        var lists = (node as JsonArray)?.Select(item => (item as JsonArray)?.OfType<JsonValue>().Select(value => value.ToString()).ToArray()).ToArray();
        if (lists is null || lists.Any(list => list is null or { Length: 0 } || list.Contains("")))
        {
            errors.Add("job_file_mapping", "Every job needs a list of at least one file.");
            return [];
        }

        var all = lists.SelectMany(list => list!).ToArray();
        if (all.Length != all.Distinct(StringComparer.Ordinal).Count())
        {
            errors.Add("job_file_mapping", "Each file may be in one job only, once.");
        }

        return lists!;
    }

    [GeneratedRegex(@"step\s*=\s*([0-9]+)")]
    private static partial Regex StepPattern();
}
