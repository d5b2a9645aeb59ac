using System.Text.Json.Serialization;
using CvatServerless.Media.Probing;

namespace CvatServerless.Functions.Api.Server;

/// <summary>Schema <c>About</c>; all five are required by the official client.</summary>
internal sealed record AboutRead(string Name, string Description, string Version, string LogoUrl, string Subtitle);

/// <summary>Schema <c>Plugins</c>.</summary>
internal sealed record PluginsRead([property: JsonPropertyName("ANALYTICS")] bool Analytics, [property: JsonPropertyName("MODELS")] bool Models);

/// <summary>Schema <c>FileInfo</c>; the type is <c>DIR</c> or <c>REG</c>.</summary>
internal sealed record FileRead(string Name, string Type, string MimeType)
{
    private const string Folder = "DIR";

    /// <summary>A folder, by the last part of its path.</summary>
    public static FileRead OfFolder(string name) => new(name, Folder, Folder);

    /// <summary>A file, by the last part of its path.</summary>
    public static FileRead OfFile(string name) => new(name, "REG", MediaTypes.ListedType(name));
}

/// <summary>Schema <c>DatasetFormats</c>.</summary>
internal sealed record FormatsRead(IReadOnlyList<FormatRead> Importers, IReadOnlyList<FormatRead> Exporters);

/// <summary>Schema <c>DatasetFormat</c>.</summary>
internal sealed record FormatRead(string Name, string Ext, string Version, bool Enabled, string Dimension);
