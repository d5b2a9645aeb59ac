using CvatServerless.Domain.Annotations;
using CvatServerless.Domain.Labels;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Annotations;

public sealed class AttributeCompletionTests
{
    private static readonly LabelIndex Labels = new(
    [
        new Label
        {
            Id = 1,
            Name = "car",
            Color = "#000000",
            Attributes = [new() { Id = 7, Name = "hue", InputType = "text", DefaultValue = "red" }],
        },
    ]);

    [Fact]
    public void Complete_ObjectsOfADeletedLabel_AreLeftOut()
    {
        var data = new LabeledData
        {
            Tags = [new() { Id = 1, LabelId = 2, Frame = 0 }],
            Shapes = [Shape(1), Shape(2)],
            Tracks = [new() { Id = 1, LabelId = 2, Frame = 0 }],
        };

        var complete = new AttributeCompletion(Labels).Complete(data);

        complete.Shapes.ShouldHaveSingleItem().LabelId.ShouldBe(1);
        complete.Count.ShouldBe(1);
    }

    [Fact]
    public void Complete_ValuesOfADeletedAttribute_AreLeftOut()
    {
        var data = new LabeledData
        {
            Shapes = [Shape(1) with { Attributes = [new(9, "gone")] }, Shape(1) with { Attributes = [new(9, "gone"), new(7, "blue")] }],
            Tracks =
            [
                new()
                {
                    Id = 1,
                    LabelId = 1,
                    Frame = 0,
                    Shapes = [new() { Type = ShapeType.Points, Frame = 0, Points = [1, 1], Attributes = [new(9, "gone")] }],
                },
            ],
        };

        var complete = new AttributeCompletion(Labels).Complete(data);

        complete.Shapes[0].Attributes.ShouldBe([new AttributeValue(7, "red")]);
        complete.Shapes[1].Attributes.ShouldBe([new AttributeValue(7, "blue")]);
        complete.Tracks[0].Shapes[0].Attributes.ShouldBeEmpty();
    }

    private static LabeledShape Shape(int label) => new() { Id = label, LabelId = label, Type = ShapeType.Points, Frame = 0, Points = [1, 1] };
}
