using System.Text;
using System.Text.Json;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats;
using Shouldly;
using Xunit;
using static CvatServerless.Tests.Unit.Formats.DatasetSamples;

namespace CvatServerless.Tests.Unit.Formats;

[Trait("Format", "Coco")]
public sealed class CocoTests
{
    private const string Format = "COCO 1.0";

    private static readonly LabeledData Boxes = new()
    {
        Shapes = [Box(1, [2, 1, 4, 2]), Shape(ShapeType.Mask, 1, [0, 2, 1, 1, 2, 1, 3, 2]), Shape(ShapeType.Polyline, 1, [0, 0, 1, 1])],
    };

    [Fact]
    public async Task Export_BoxAndMask_IsTheReferencesText()
    {
        var files = await ExportTextsAsync(Format, Boxes);

        files.Keys.ShouldBe(["annotations/instances_default.json"]);
        files.Values.Single().ShouldBe("""
            {"licenses":[{"name":"","id":0,"url":""}],"info":{"contributor":"","date_created":"","description":"","url":"","version":"","year":""},
            "categories":[{"id":1,"name":"car","supercategory":""},{"id":2,"name":"man","supercategory":""},{"id":3,"name":"nose","supercategory":"man"},{"id":4,"name":"day & night","supercategory":""}],
            "images":[{"id":1,"width":100,"height":80,"file_name":"a/1.jpg","license":0,"flickr_url":"","coco_url":"","date_captured":0},
            {"id":2,"width":6,"height":4,"file_name":"a/2.png","license":0,"flickr_url":"","coco_url":"","date_captured":0}],
            "annotations":[{"id":1,"image_id":2,"category_id":1,"segmentation":[],"area":2.0,"bbox":[2.0,1.0,2.0,1.0],"iscrowd":0,"attributes":{"model":"x","parked":false,"occluded":false,"rotation":0.0}},
            {"id":2,"image_id":2,"category_id":1,"segmentation":{"counts":[9,1,3,2,9],"size":[4,6]},"area":3.0,"bbox":[2.0,1.0,2.0,2.0],"iscrowd":1,"attributes":{"model":"x","parked":false,"occluded":false}}]}
            """.ReplaceLineEndings(""));
    }

    [Fact]
    public async Task Export_Group_BecomesOneInstanceOfItsLargest()
    {
        var data = new LabeledData
        {
            Shapes = [Box(0, [0, 0, 2, 2], group: 4), Shape(ShapeType.Polygon, 0, [10, 10, 20, 10, 20, 20, 10, 20], group: 4), Box(0, [5, 5, 6, 6])],
        };

        using var json = JsonDocument.Parse((await ExportTextsAsync(Format, data)).Values.Single());

        var annotations = json.RootElement.GetProperty("annotations");
        annotations.GetArrayLength().ShouldBe(2);
        annotations[1].GetProperty("bbox").GetRawText().ShouldBe("[0.0,0.0,20.0,20.0]");
        annotations[1].GetProperty("area").GetRawText().ShouldBe("100.0");
        annotations[1].GetProperty("segmentation").GetRawText().ShouldBe("[[10.0,10.0,20.0,10.0,20.0,20.0,10.0,20.0]]");
    }

    [Fact]
    public async Task Export_OfASubset_NamesFilesByIt()
    {
        (await ExportTextsAsync(Format, Boxes, "val")).Keys.ShouldBe(["annotations/instances_val.json"]);
        FormatRegistry.FindExporter(Format)!.MediaPath(Context with { Subset = "val" }, Frames[0]).ShouldBe("images/val/a/1.jpg");
    }

    [Fact]
    public async Task RoundTrip_OfShapesAndTracks_KeepsThem()
    {
        var track = new LabeledTrack
        {
            LabelId = 3,
            Frame = 0,
            Shapes =
            [
                new TrackedShape { Type = ShapeType.Rectangle, Frame = 0, Points = [0, 0, 1, 1], Attributes = [new AttributeValue(9, "true")] },
                new TrackedShape { Type = ShapeType.Rectangle, Frame = 1, Points = [0, 0, 1, 1], Outside = true },
            ],
        };
        var data = Boxes with { Tracks = [track], Shapes = [.. Boxes.Shapes, Shape(ShapeType.Polygon, 0, [1, 1, 9, 1, 9, 9.25]), Box(0, [1, 1, 3, 3], rotation: 30)] };

        var again = await ImportAsync(Format, await ExportAsync(Format, data));

        Lines(again).ShouldBe(
        [
            "0 3 Polygon [1,1,9,1,9,9.25] g0 r0", "0 3 Rectangle [1,1,3,3] g0 r30", "1 3 Rectangle [2,1,4,2] g0 r0", "1 3 Mask [0,2,1,1,2,1,3,2] g0 r0",
        ]);
        var restored = again.Tracks.ShouldHaveSingleItem();
        restored.Shapes.Select(shape => (shape.Frame, shape.Outside)).ShouldBe([(0, false), (1, true)]);
        restored.Shapes[0].Attributes.ShouldBe([new AttributeValue(9, "true")]);
        restored.Attributes.ShouldBe([new AttributeValue(7, "x")]);
    }

    [Fact]
    public async Task Import_MembersInAnyOrderAndCompressedMasks_AreRead()
    {
        // The text is what pycocotools makes of the runs [9,1,3,2,9].
        const string Json = """
            {"annotations":[{"id":7,"image_id":3,"category_id":9,"segmentation":{"counts":"91321O6","size":[4,6]},"bbox":[0,0,1,1]},
            {"id":8,"image_id":3,"category_id":9,"segmentation":[[0,0,1,0,1,1],[2,2,3,2,3,3]]}],
            "images":[{"id":3,"file_name":"2.png"}],"categories":[{"id":9,"name":"car"}]}
            """;

        var data = await ImportAsync(Format, Encoding.UTF8.GetBytes(Json.Replace("91321O6", Compressed([9, 1, 3, 2, 9]), StringComparison.Ordinal)), name: "x.json");

        Lines(data).ShouldBe(["1 3 Mask [0,2,1,1,2,1,3,2] g0 r0", "1 3 Polygon [0,0,1,0,1,1] g1 r0", "1 3 Polygon [2,2,3,2,3,3] g1 r0"]);
    }

    [Theory]
    [InlineData("""{"images":[{"id":1,"file_name":"zzz/7.png"}],"categories":[],"annotations":[]}""", "Could not match item id: 'zzz/7' with any task frame")]
    [InlineData("""{"images":[{"id":1,"file_name":"a/2.png"}],"categories":[{"id":1,"name":"bus"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,1,2,2]}]}""", "Image a/2: can't import annotation #0 (bbox): Label 'bus' is not registered for this task")]
    [InlineData("""{"images":[{"id":1,"file_name":"a/2.png"}],"categories":[{"id":1,"name":"car"}],"annotations":[{"id":1,"image_id":1,"category_id":2,"bbox":[1,1,2,2]}]}""", "Failed to import dataset 'coco_instances' at 'annotations/instances_default.json': annotation 1 has the unknown category 2")]
    [InlineData("""{"images":[{"id":1,"file_name":"a/2.png"}],"categories":[{"id":1,"name":"car"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":[[1,2,3]]}]}""", "Failed to import dataset 'coco_instances' at 'annotations/instances_default.json': a polygon of annotation 1 needs")]
    [InlineData("""{"images":[{"id":1,"file_name":"a/2.png","width":6,"height":4}],"categories":[{"id":1,"name":"car"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":{"counts":[4],"size":[2,2]}}]}""", "Failed to import dataset 'coco_instances' at 'annotations/instances_default.json': the mask of annotation 1 is 2×2, its image 6×4")]
    [InlineData("""{"images":[""", "Failed to import dataset 'coco_instances' at 'annotations/instances_default.json': ")]
    public async Task Import_BadFile_SaysWhatAndWhy(string json, string expected)
    {
        var error = await Should.ThrowAsync<DatasetException>(() => ImportAsync(Format, Zip(("annotations/instances_default.json", json))));

        error.Message.ShouldStartWith(expected);
    }

    [Fact]
    public async Task Import_ZipWithoutAnnotations_SaysWhatIsMissing()
    {
        var error = await Should.ThrowAsync<DatasetException>(() => ImportAsync(Format, Zip(("readme.txt", "x"))));

        error.Message.ShouldBe("Dataset must contain a file: annotations/instances_*.json");
    }

    // rleToString of cocoapi's maskApi.c, as an independent twin of the reader under test.
    private static string Compressed(int[] counts)
    {
        var text = new StringBuilder();
        for (var index = 0; index < counts.Length; index++)
        {
            long value = counts[index] - (index > 2 ? counts[index - 2] : 0);
            bool more;
            do
            {
                var bits = value & 0x1F;
                value >>= 5;
                more = (bits & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? bits | 0x20 : bits) + 48));
            }
            while (more);
        }

        return text.ToString().Replace("\\", "\\\\", StringComparison.Ordinal);
    }
}
