using CvatServerless.Formats.Coco;
using CvatServerless.Formats.CvatImages;
using CvatServerless.Formats.UltralyticsYolo;

namespace CvatServerless.Formats;

/// <summary>Every format, by hand.</summary>
public static class FormatRegistry
{
    /// <summary>What can be written.</summary>
    public static readonly IReadOnlyList<IDatasetExporter> Exporters = [new CocoExporter(), new CvatImagesExporter(), new YoloDetectionExporter()];

    /// <summary>What can be read.</summary>
    public static readonly IReadOnlyList<IDatasetImporter> Importers = [new CocoImporter(), new CvatImporter(), new YoloDetectionImporter()];

    /// <summary>A writer by its full name, or null.</summary>
    public static IDatasetExporter? FindExporter(string name) => Exporters.FirstOrDefault(format => format.Info.Name == name);

    /// <summary>A reader by its full name, or null.</summary>
    public static IDatasetImporter? FindImporter(string name) => Importers.FirstOrDefault(format => format.Info.Name == name);
}
