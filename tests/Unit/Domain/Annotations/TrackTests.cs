using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Annotations.Tracks;
using Shouldly;
using Xunit;
using static CvatServerless.Tests.Unit.Domain.Annotations.AnnotationJson;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class TrackTests
{
    private static readonly LabeledTrack Moving = Track(Key(0, [0, 0, 10, 10]), Key(8, [8, 8, 18, 18]), Key(9, [8, 8, 18, 18], outside: true));

    [Theory]
    [InlineData(0, 4, "0[0,0,10,10] 4[4,4,14,14]")]
    [InlineData(5, 9, "5[5,5,15,15] 8[8,8,18,18] 9o[8,8,18,18]")]
    public void Slice_ToAJob_AddsComputedEnds(int start, int stop, string expected)
    {
        var sliced = AnnotationSlicer.Slice(new LabeledData { Tracks = [Moving] }, start, stop, is3D: false);

        Describe(sliced.Tracks.ShouldHaveSingleItem()).ShouldBe(expected);
        sliced.Tracks[0].Frame.ShouldBe(start);
    }

    [Fact]
    public void Slice_WhereTheTrackIsGone_TakesNothing() =>
        AnnotationSlicer.Slice(new LabeledData { Tracks = [Moving] }, 10, 20, is3D: false).Tracks.ShouldBeEmpty();

    [Fact]
    public void Slice_OfShapesAndTags_CopiesByFrame()
    {
        var data = new LabeledData { Shapes = [Box(3, 0, 0, 1, 1), Box(4, 0, 0, 1, 1)], Tags = [new LabeledTag { LabelId = 3, Frame = 5 }] };

        AnnotationSlicer.Slice(data, 4, 5, is3D: false).ShouldSatisfyAllConditions(
            sliced => sliced.Shapes.ShouldHaveSingleItem().Frame.ShouldBe(4),
            sliced => sliced.Tags.ShouldHaveSingleItem());
    }

    [Fact]
    public void Frames_BetweenKeyFrames_AreLinear()
    {
        var shapes = TrackInterpolation.Frames(Moving, 0, 20, is3D: false).ToList();

        shapes.Select(shape => shape.Frame).ShouldBe(Enumerable.Range(0, 10));
        shapes[3].Shape.Points.ShouldBe([3, 3, 13, 13]);
        shapes[3].IsKeyFrame.ShouldBeFalse();
        shapes[9].Shape.Outside.ShouldBeTrue();
    }

    [Fact]
    public void Frames_AfterTheLastKeyFrame_Stay() =>
        TrackInterpolation.Frames(Track(Key(2, [0, 0, 1, 1])), 0, 5, is3D: false).Select(shape => shape.Frame).ShouldBe([2, 3, 4, 5]);

    [Fact]
    public void Frames_OnDeletedKeyFrames_IgnoresThem() =>
        TrackInterpolation.At(Moving, 9, is3D: false, new HashSet<int> { 9 })!.Value.Shape.Outside.ShouldBeFalse();

    [Theory]
    [InlineData(350, 10, "355 0 5")]
    [InlineData(10, 350, "5 0 355")]
    [InlineData(0, 180, "0.25 0.5 0.75")]
    [InlineData(0, 90, "22.5 45 67.5")]
    public void Rotation_TakesTheShorterArc(double from, double to, string expected)
    {
        var track = Track(Key(0, [0, 0, 1, 1]) with { Rotation = from }, Key(4, [0, 0, 1, 1]) with { Rotation = to });

        string.Join(' ', TrackInterpolation.Frames(track, 1, 3, is3D: false).Select(shape => shape.Shape.Rotation)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(ShapeType.Polygon, new double[] { 0, 0, 10, 0, 10, 10, 0, 10 }, new double[] { 0, 0, 10, 0, 10, 10 }, new double[] { 0, 0, 10, 0, 10, 10, 5, 10 })]
    [InlineData(ShapeType.Polyline, new double[] { 0, 0, 10, 0 }, new double[] { 0, 2, 6, 2, 10, 2 }, new double[] { 0, 1, 8, 1, 10, 1 })]
    [InlineData(ShapeType.Points, new double[] { 0, 0 }, new double[] { 2, 4 }, new double[] { 1, 2 })]
    [InlineData(ShapeType.Points, new double[] { 0, 0, 5, 5 }, new double[] { 2, 4, 6, 6 }, new double[] { 0, 0, 5, 5 })]
    public void Points_HalfWay_AreAsInTheOriginal(ShapeType type, double[] left, double[] right, double[] expected)
    {
        var track = Track(Key(0, left, type: type), Key(2, right, type: type));

        TrackInterpolation.At(track, 1, is3D: false)!.Value.Shape.Points.ShouldBe(expected);
    }

    [Fact]
    public void Cuboid3D_AnglesTakeTheShorterArc()
    {
        double[] from = [0, 0, 0, 0, 0, 3, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], to = [2, 0, 0, 0, 0, -3, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        var track = Track(Key(0, from, type: ShapeType.Cuboid), Key(2, to, type: ShapeType.Cuboid));

        var points = TrackInterpolation.At(track, 1, is3D: true)!.Value.Shape.Points;

        points[0].ShouldBe(1);
        Math.Abs(points[5]).ShouldBe(Math.PI, 1e-9);
    }

    [Fact]
    public void OnSave_FirstKeyFrameLater_GetsAnOutsideCopy()
    {
        var saved = TrackNormalization.OnSave(new LabeledData { Tracks = [Track(Key(3, [1, 1, 2, 2])) with { Frame = 1 }] });

        Describe(saved.Tracks[0]).ShouldBe("1o[1,1,2,2] 3[1,1,2,2]");
    }

    [Fact]
    public void OnSave_FirstKeyFrameEarlier_LowersTheFrame()
    {
        var saved = TrackNormalization.OnSave(new LabeledData { Tracks = [Track(Key(5, [1, 1, 2, 2]), Key(3, [0, 0, 1, 1])) with { Frame = 4 }] });

        saved.Tracks[0].Frame.ShouldBe(3);
        Describe(saved.Tracks[0]).ShouldBe("3[0,0,1,1] 5[1,1,2,2]");
    }

    [Fact]
    public void OnSave_NoKeyFrames_DropsTheTrack() =>
        TrackNormalization.OnSave(new LabeledData { Tracks = [new LabeledTrack { LabelId = 3, Frame = 0 }] }).Tracks.ShouldBeEmpty();

    [Fact]
    public void OnSave_SkeletonElements_BeginWithTheirParent()
    {
        var track = new LabeledTrack
        {
            LabelId = 5,
            Frame = 4,
            Shapes = [Key(4, [], type: ShapeType.Skeleton)],
            Elements = [new LabeledTrack { LabelId = 6, Frame = 6, Shapes = [Key(6, [7, 8], type: ShapeType.Points)] }, new LabeledTrack { LabelId = 8, Frame = 2, Shapes = [Key(2, [9, 9], type: ShapeType.Points)] }],
        };

        var saved = TrackNormalization.OnSave(new LabeledData { Tracks = [track] }).Tracks[0];

        Describe(saved).ShouldBe("2[]");
        Describe(saved.Elements[0]).ShouldBe("2o[7,8] 6[7,8]");
        Describe(saved.Elements[1]).ShouldBe("2[9,9]");
    }

    [Fact]
    public void Complete_AddsDefaultsAndCarriesMutableValues()
    {
        var track = Track(Key(0, [0, 0, 1, 1]), Key(1, [0, 0, 1, 1]) with { Attributes = [new AttributeValue(9, "fast")] }, Key(2, [0, 0, 1, 1]));

        var complete = new AttributeCompletion(AnnotationJson.Labels).Complete(new LabeledData { Tracks = [track], Shapes = [Box(0, 0, 0, 1, 1) with { Attributes = [new AttributeValue(9, "slow")] }] });

        complete.Tracks[0].Attributes.ShouldBe([new AttributeValue(7, "blue")]);
        complete.Tracks[0].Shapes.Select(shape => shape.Attributes.ShouldHaveSingleItem().Value).ShouldBe(["none", "fast", "fast"]);
        complete.Shapes[0].Attributes.ShouldBe([new AttributeValue(9, "slow"), new AttributeValue(7, "blue")]);
    }
}
