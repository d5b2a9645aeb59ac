using CvatServerless.Media.Frames;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Media.Frames;

/// <summary>Source: contract-data.md §2.6 and §4.1.</summary>
public sealed class RelatedImagesTests
{
    [Theory]
    [InlineData("kitti/velodyne_points/data/000002.bin", "kitti/IMAGE_00/data/000002.png kitti/image_01/data/000002.png")]
    [InlineData("a/b/pointcloud/1.pcd", "a/b/related_images/1_pcd/front.png a/b/related_images/1_pcd/left.jpg")]
    [InlineData("scans/1.pcd", "scans/1.jpg")]
    [InlineData("1.pcd", "1.jpg")]
    [InlineData("scans/1/1.pcd", "scans/1/a.png scans/1/b.jpeg")]
    public void Sort_LayoutsOf41_FindContext(string cloud, string related)
    {
        var images = related.Split(' ');

        var layout = RelatedImages.Sort([.. images.Reverse(), cloud, "readme.txt"]);

        layout.Is3D.ShouldBeTrue();
        layout.Unused.ShouldBeEmpty();
        layout.Frames.ShouldBe([cloud]);
        layout.Related[cloud].ShouldBe(images);
    }

    [Fact]
    public void Sort_PictureThatBelongsToNoCloud_IsUnused() =>
        RelatedImages.Sort(["a/1.pcd", "a/2.png"]).Unused.ShouldBe(["a/2.png"]);

    [Fact]
    public void Sort_PicturesOf26_HaveTheirContextAndNothingElse()
    {
        var layout = RelatedImages.Sort(["d/x_1.png", "d/related_images/x_1_png/c.jpg", "d/related_images/y_png/c.jpg", "d/z.png", "related_images/q.png"]);

        layout.Is3D.ShouldBeFalse();
        layout.Frames.ShouldBe(["d/x_1.png", "d/z.png"]);
        layout.Related["d/x_1.png"].ShouldBe(["d/related_images/x_1_png/c.jpg"]);
        layout.Related.ShouldHaveSingleItem();
    }
}
