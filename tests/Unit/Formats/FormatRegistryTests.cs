using CvatServerless.Formats;
using CvatServerless.Formats.Coco;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Formats;

public sealed class FormatRegistryTests
{
    [Fact]
    public void Formats_AreOfferedAsTheContractHasThem()
    {
        FormatRegistry.Exporters.Select(exporter => exporter.Info).ShouldBe(
        [
            new("COCO 1.0", "ZIP", "1.0"), new("CVAT for images 1.1", "ZIP", "1.1"), new("Ultralytics YOLO Detection 1.0", "ZIP", "1.0"),
        ]);
        FormatRegistry.Importers.Select(importer => importer.Info).ShouldBe(
        [
            new("COCO 1.0", "JSON, ZIP", "1.0"), new("CVAT 1.1", "XML, ZIP", "1.1"), new("Ultralytics YOLO Detection 1.0", "ZIP", "1.0"),
        ]);
    }

    [Fact]
    public void Lookup_IsByTheFullName()
    {
        FormatRegistry.FindExporter("CVAT XML 1.1").ShouldBeNull();
        FormatRegistry.FindExporter("COCO 1.0").ShouldBeOfType<CocoExporter>();
        FormatRegistry.FindImporter("CVAT for images 1.1").ShouldBeNull();
    }
}
