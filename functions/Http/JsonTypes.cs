using System.Text.Json;

namespace CvatServerless.Functions.Http;

/// <summary>The types of JSON values as error messages call them.</summary>
internal static class JsonTypes
{
    /// <summary>A JSON value's type in the framework's words.</summary>
    public static string NameOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "dict",
        JsonValueKind.String => "str",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "int" : "float",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "NoneType",
    };
}
