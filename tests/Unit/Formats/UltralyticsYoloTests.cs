using CvatServerless.Domain.Annotations;
using CvatServerless.Formats;
using Shouldly;
using Xunit;
using static CvatServerless.Tests.Unit.Formats.DatasetSamples;

namespace CvatServerless.Tests.Unit.Formats;

[Trait("Format", "UltralyticsYolo")]
public sealed class UltralyticsYoloTests
{
    private const string Format = "Ultralytics YOLO Detection 1.0";

    private static readonly LabeledData Boxes = new() { Shapes = [Box(0, [10, 20, 30, 40]), Box(0, [1, 1, 3, 3], rotation: 30), Shape(ShapeType.Points, 1, [1, 1])] };

    [Fact]
    public async Task Export_Boxes_IsTheReferencesLayout()
    {
        var files = await ExportTextsAsync(Format, Boxes);

        files.Keys.Order(StringComparer.Ordinal).ShouldBe(["data.yaml", "labels/train/a/1.txt", "train.txt"]);
        files["data.yaml"].ShouldBe("names:\n  0: car\n  1: man\n  2: day & night\npath: .\ntrain: train.txt\n");
        files["train.txt"].ShouldBe("data/images/train/a/1.jpg\ndata/images/train/a/2.png\n");
        files["labels/train/a/1.txt"].ShouldBe("0 0.200000 0.375000 0.200000 0.250000\n");
    }

    [Fact]
    public async Task RoundTrip_OfBoxes_KeepsThem()
    {
        var again = await ImportAsync(Format, await ExportAsync(Format, Boxes));

        Lines(again).ShouldBe(["0 3 Rectangle [10,20,30,40] g0 r0"]);
    }

    [Theory]
    [InlineData("images/train", "images/train/a/1.jpg", "labels/train/a/1.txt")]
    [InlineData("train/images", "train/images/a/1.jpg", "train/labels/a/1.txt")]
    [InlineData("images/train", null, "labels/train/a/1.txt")]
    public async Task Import_OfFolders_FindsTheLabels(string folder, string? image, string label)
    {
        List<(string, string)> files = [("set/data.yaml", $"names: [car]\ntrain: {folder}\nnc: 1\n"), ("set/" + label, "0 0.2 0.375 0.2 0.25 5\n")];
        if (image is not null)
        {
            files.Add(("set/" + image, ""));
        }

        var data = await ImportAsync(Format, Zip([.. files]));

        var track = data.Tracks.ShouldHaveSingleItem();
        track.Shapes[0].Points.ShouldBe([10, 20, 30, 40]);
        track.Shapes.Select(shape => (shape.Frame, shape.Outside)).ShouldBe([(0, false), (1, true)]);
    }

    [Theory]
    [InlineData("0 0.1 0.1 0.1", "Failed to import dataset 'yolo_ultralytics_detection' at 'labels/train/a/1.txt': line 1: Unexpected field count 4")]
    [InlineData("0 0.1 0.1 0.1 0.1\n4 0.1 0.1 0.1 0.1", "Failed to import dataset 'yolo_ultralytics_detection' at 'labels/train/a/1.txt': line 2: '4' is not the number of a label")]
    [InlineData("0 x 0.1 0.1 0.1", "Failed to import dataset 'yolo_ultralytics_detection' at 'labels/train/a/1.txt': line 1: 'x' is not a number")]
    [InlineData("1 0.1 0.1 0.1 0.1", "Image a/1: can't import annotation #0 (bbox): Label 'bus' is not registered for this task")]
    public async Task Import_BadLine_SaysWhereAndWhy(string line, string expected)
    {
        var zip = Zip(("data.yaml", "names: {0: car, 1: bus}\ntrain: train.txt\n"), ("train.txt", "data/images/train/a/1.jpg\n"), ("labels/train/a/1.txt", line));

        var error = await Should.ThrowAsync<DatasetException>(() => ImportAsync(Format, zip));

        error.Message.ShouldStartWith(expected);
    }

    [Theory]
    [InlineData("nothing.txt", "x", "Dataset must contain a file: data.yaml")]
    [InlineData("data.yaml", "train: train.txt", "Failed to import dataset 'yolo_ultralytics_detection' at 'data.yaml': 'names' is missing")]
    [InlineData("data.yaml", "names: [a\n", "Failed to import dataset 'yolo_ultralytics_detection' at 'data.yaml': ")]
    public async Task Import_BadYaml_SaysWhatAndWhy(string name, string text, string expected)
    {
        var error = await Should.ThrowAsync<DatasetException>(() => ImportAsync(Format, Zip((name, text))));

        error.Message.ShouldStartWith(expected);
    }

    [Fact]
    public async Task Import_NoZip_IsRefused() =>
        (await Should.ThrowAsync<DatasetException>(() => ImportAsync(Format, "names: []"u8.ToArray()))).Message.ShouldBe("File is not a zip file");
}
