using CvatServerless.Formats;

namespace CvatServerless.Functions.Api.Server;

/// <summary>Dataset formats as the contract lists them.</summary>
internal static class FormatMapping
{
    /// <summary>All formats of the registry.</summary>
    public static FormatsRead ToRead() => new(
        [.. FormatRegistry.Importers.Select(format => ToRead(format.Info))],
        [.. FormatRegistry.Exporters.Select(format => ToRead(format.Info))]);

    private static FormatRead ToRead(FormatInfo format) => new(format.Name, format.Ext, format.Version, Enabled: true, format.Dimension);
}
