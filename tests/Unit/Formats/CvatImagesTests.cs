using System.Text;
using CvatServerless.Domain.Annotations;
using CvatServerless.Formats;
using Shouldly;
using Xunit;
using static CvatServerless.Tests.Unit.Formats.DatasetSamples;

namespace CvatServerless.Tests.Unit.Formats;

[Trait("Format", "CvatImages")]
public sealed class CvatImagesTests
{
    private const string Export = "CVAT for images 1.1";
    private const string Import = "CVAT 1.1";

    private static readonly LabeledData Everything = new()
    {
        Tags = [new LabeledTag { LabelId = 10, Frame = 0 }],
        Shapes =
        [
            Box(0, [1, 2, 10.456, 20], rotation: 45, group: 1),
            Shape(ShapeType.Mask, 0, [0, 2, 1, 1, 2, 1, 3, 2]),
            Shape(ShapeType.Ellipse, 0, [50, 40, 60, 30]),
            Shape(ShapeType.Polygon, 0, [1, 1, 9, 1, 9, 9]),
            new LabeledShape
            {
                LabelId = 5,
                Type = ShapeType.Skeleton,
                Frame = 0,
                Elements = [new LabeledShape { LabelId = 6, Type = ShapeType.Points, Frame = 0, Points = [3, 4], Occluded = true }],
            },
        ],
    };

    [Fact]
    public async Task Export_EveryKind_IsTheReferencesText()
    {
        var xml = (await ExportTextsAsync(Export, Everything))["annotations.xml"];

        xml.ShouldBe("""
            <?xml version="1.0" encoding="utf-8"?>
            <annotations>
              <version>1.1</version>
              <meta>
                <task>
                  <id>5</id>
                  <name>t</name>
                  <size>2</size>
                  <mode>annotation</mode>
                  <overlap>0</overlap>
                  <bugtracker></bugtracker>
                  <created>2024-07-02 12:38:22.123456+00:00</created>
                  <updated>2024-07-02 12:38:23+00:00</updated>
                  <subset>default</subset>
                  <start_frame>0</start_frame>
                  <stop_frame>1</stop_frame>
                  <frame_filter></frame_filter>
                  <segments>
                    <segment>
                      <id>7</id>
                      <start>0</start>
                      <stop>1</stop>
                      <url>http://localhost:8080/api/jobs/9</url>
                    </segment>
                  </segments>
                  <owner>
                    <username>ann</username>
                    <email>a@b.c</email>
                  </owner>
                  <assignee></assignee>
                  <labels>
                    <label>
                      <name>car</name>
                      <color>#fa3253</color>
                      <type>any</type>
                      <attributes>
                        <attribute>
                          <name>model</name>
                          <mutable>False</mutable>
                          <input_type>select</input_type>
                          <default_value>x</default_value>
                          <values>x
            y</values>
                        </attribute>
                        <attribute>
                          <name>parked</name>
                          <mutable>True</mutable>
                          <input_type>checkbox</input_type>
                          <default_value>false</default_value>
                          <values>false</values>
                        </attribute>
                      </attributes>
                    </label>
                    <label>
                      <name>man</name>
                      <color>#00ff00</color>
                      <type>skeleton</type>
                      <attributes>
                      </attributes>
                      <svg>&lt;circle data-label-name="nose"&gt;&lt;/circle&gt;</svg>
                    </label>
                    <label>
                      <name>nose</name>
                      <color>#000001</color>
                      <type>points</type>
                      <attributes>
                      </attributes>
                      <parent>man</parent>
                    </label>
                    <label>
                      <name>day &amp; night</name>
                      <color>#0000ff</color>
                      <type>tag</type>
                      <attributes>
                      </attributes>
                    </label>
                  </labels>
                </task>
                <dumped>2024-07-02 12:40:00.000001+00:00</dumped>
              </meta>
              <image id="0" name="a/1.JPG" width="100" height="80">
                <box label="car" source="manual" occluded="0" xtl="1.00" ytl="2.00" xbr="10.46" ybr="20.00" rotation="45.00" z_order="0" group_id="1">
                  <attribute name="model">x</attribute>
                  <attribute name="parked">false</attribute>
                </box>
                <mask label="car" source="manual" occluded="0" rle="0, 2, 1, 1" left="2" top="1" width="2" height="2" z_order="0">
                  <attribute name="model">x</attribute>
                  <attribute name="parked">false</attribute>
                </mask>
                <ellipse label="car" source="manual" occluded="0" cx="50.00" cy="40.00" rx="10.00" ry="10.00" z_order="0">
                  <attribute name="model">x</attribute>
                  <attribute name="parked">false</attribute>
                </ellipse>
                <polygon label="car" source="manual" occluded="0" points="1.00,1.00;9.00,1.00;9.00,9.00" z_order="0">
                  <attribute name="model">x</attribute>
                  <attribute name="parked">false</attribute>
                </polygon>
                <skeleton label="man" source="manual" z_order="0">
                  <points label="nose" source="manual" outside="0" occluded="1" points="3.00,4.00">
                  </points>
                </skeleton>
                <tag label="day &amp; night" source="manual">
                </tag>
              </image>
              <image id="1" name="a/2.png" width="6" height="4">
              </image>
            </annotations>

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void MediaPath_KeepsTheFramesPath() => FormatRegistry.FindExporter(Export)!.MediaPath(Context, Frames[0]).ShouldBe("images/a/1.JPG");

    [Fact]
    public async Task RoundTrip_OfShapes_KeepsThem()
    {
        var again = await ImportAsync(Import, await ExportAsync(Export, Everything));

        Lines(again).ShouldBe(
        [
            "0 3 Rectangle [1,2,10.46,20] g1 r45", "0 3 Mask [0,2,1,1,2,1,3,2] g0 r0", "0 3 Ellipse [50,40,60,30] g0 r0",
            "0 3 Polygon [1,1,9,1,9,9] g0 r0", "0 5 Skeleton [] g0 r0",
        ]);
        again.Shapes[0].Attributes.ShouldBe([new AttributeValue(7, "x"), new AttributeValue(9, "false")]);
        again.Shapes[4].Elements.ShouldHaveSingleItem().Points.ShouldBe([3, 4]);
        again.Shapes.ShouldAllBe(shape => shape.Source == AnnotationSource.File);
        again.Tags.ShouldHaveSingleItem().LabelId.ShouldBe(10);
    }

    [Fact]
    public async Task Export_Tracks_WritesComputedShapes()
    {
        var track = new LabeledTrack
        {
            LabelId = 3,
            Frame = 0,
            Shapes = [new TrackedShape { Type = ShapeType.Rectangle, Frame = 0, Points = [0, 0, 1, 1] }],
        };

        var again = await ImportAsync(Import, await ExportAsync(Export, new LabeledData { Tracks = [track] }));

        Lines(again).ShouldBe(["0 3 Rectangle [0,0,1,1] g0 r0", "1 3 Rectangle [0,0,1,1] g0 r0"]);
    }

    [Fact]
    public async Task Import_VideoFlavour_MakesTracksOfKeyFrames()
    {
        const string Xml = """
            <annotations><version>1.1</version><meta><task><labels><label><name>car</name></label></labels></task></meta>
            <track id="0" label="car" source="manual">
              <box frame="0" keyframe="1" outside="0" occluded="0" xtl="0.00" ytl="0.00" xbr="9.00" ybr="9.00" z_order="0"><attribute name="parked">true</attribute><attribute name="model">y</attribute></box>
              <box frame="1" keyframe="0" outside="0" occluded="0" xtl="0.00" ytl="0.00" xbr="9.00" ybr="9.00" z_order="0"></box>
            </track></annotations>
            """;

        var data = await ImportAsync(Import, Encoding.UTF8.GetBytes(Xml), name: "annotations.xml");

        var track = data.Tracks.ShouldHaveSingleItem();
        track.Shapes.ShouldHaveSingleItem().Attributes.ShouldBe([new AttributeValue(9, "true")]);
        track.Attributes.ShouldBe([new AttributeValue(7, "y")]);
    }

    [Theory]
    [InlineData("<annotations><image id=\"0\" name=\"b.jpg\"/><image id=\"9\" name=\"c.jpg\"/></annotations>", "Could not match item id: 'c' with any task frame")]
    [InlineData("<annotations><image id=\"0\" name=\"a/1.JPG\"><tag label=\"bus\"/></image></annotations>", "Image a/1: can't import annotation #0 (tag): Label 'bus' is not registered for this task")]
    [InlineData("<annotations><track id=\"0\" label=\"car\"/></annotations>", "The track 0 has no key frames")]
    [InlineData("<annotations><track id=\"0\" label=\"car\"><box frame=\"12\" keyframe=\"1\" xtl=\"0\" ytl=\"0\" xbr=\"9\" ybr=\"9\"/></track></annotations>", "Unknown frame 12")]
    [InlineData("<annotations><image id=\"0\" name=\"a/1.JPG\"><box label=\"car\" xtl=\"one\" ytl=\"0\" xbr=\"9\" ybr=\"9\"/></image></annotations>", "Failed to import dataset 'cvat' at 'a.xml'")]
    [InlineData("<annotations><image", "Failed to import dataset 'cvat' at 'a.xml'")]
    [InlineData("<!DOCTYPE x [<!ENTITY e \"e\">]><annotations>&e;</annotations>", "Failed to import dataset 'cvat' at 'a.xml'")]
    public async Task Import_BadFile_SaysWhatAndWhy(string xml, string expected)
    {
        var error = await Should.ThrowAsync<DatasetException>(() => ImportAsync(Import, Zip(("a.xml", xml))));

        error.Message.ShouldStartWith(expected);
    }
}
