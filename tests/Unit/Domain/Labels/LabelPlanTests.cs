using CvatServerless.Domain.Errors;
using CvatServerless.Domain.Labels;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Labels;

public sealed class LabelPlanTests
{
    private static readonly Label Car = new()
    {
        Id = 1,
        TaskId = 5,
        Name = "car",
        Color = "#112233",
        Attributes = [new() { Id = 9, Name = "hue", InputType = "select", Values = ["red"] }],
    };

    [Fact]
    public void Make_Mixed_AddsChangesAndDeletes()
    {
        var dog = Car with { Id = 2, Name = "dog" };

        var plan = Make([Car, dog], [new() { Id = 1, Name = "auto", Color = "#00ff00" }, new() { Id = 2, Deleted = true }, new() { Name = "cat" }]);

        plan.Updated.Single().ShouldSatisfyAllConditions(label => label.Name.ShouldBe("auto"), label => label.Attributes.Count.ShouldBe(1));
        plan.Deleted.Single().Id.ShouldBe(2);
        plan.Created.Single().ShouldSatisfyAllConditions(label => label.Id.ShouldBe(100), label => label.TaskId.ShouldBe(5), label => label.Color.ShouldMatch("^#[0-9a-f]{6}$"));
    }

    [Fact]
    public void Make_NameOfADeletedLabel_IsFreeAgain() =>
        Make([Car], [new() { Id = 1, Deleted = true }, new() { Name = "car" }]).Created.Single().Name.ShouldBe("car");

    [Fact]
    public void Make_SameName_Is400() =>
        Should.Throw<CvatException>(() => Make([Car], [new() { Name = "car" }])).Message.ShouldBe("All label names must be unique");

    [Fact]
    public void Make_UnknownId_Is404() => Should.Throw<CvatException>(() => Make([Car], [new() { Id = 3 }])).Kind.ShouldBe(ErrorKind.NotFound);

    [Fact]
    public void Make_Skeleton_RefersToItsPointsById()
    {
        var plan = Make([], [new() { Name = "p", Type = "skeleton", Svg = "<circle data-label-name=\"head\"/>", Sublabels = [new() { Name = "head" }] }]);

        plan.Created.Single().Svg.ShouldBe("<circle data-label-id=\"101\"></circle>");
        plan.Created.Single().Sublabels.Single().Type.ShouldBe("points");
    }

    [Fact]
    public void Make_TypeToSkeleton_IsIgnored() => Make([Car], [new() { Id = 1, Type = "skeleton" }]).Updated.Single().Type.ShouldBe("any");

    [Fact]
    public void Make_Attributes_ChangeByIdMergeByNameAndDelete()
    {
        var changed = Make([Car], [new() { Id = 1, Attributes = [new() { Id = 9, Name = "colour" }, new() { Name = "age", InputType = "number", Mutable = true, Values = [] }] }]);
        var deleted = Make([Car], [new() { Id = 1, Attributes = [new() { Id = 9, Deleted = true }] }]);

        changed.Updated.Single().Attributes.Select(attribute => (attribute.Id, attribute.Name)).ShouldBe([(9, "colour"), (500, "age")]);
        deleted.Updated.Single().Attributes.ShouldBeEmpty();
        Should.Throw<CvatException>(() => Make([], [new() { Name = "x", Attributes = [new() { Name = "a" }, new() { Name = "a" }] }]))
            .Message.ShouldBe("Duplicate attribute with name 'a' exists");
    }

    [Fact]
    public void For_Siblings_GetDifferentColours()
    {
        var taken = new HashSet<string>();
        for (var i = 0; i < 1000; i++)
        {
            taken.Add(LabelColor.For("same", taken)).ShouldBeTrue();
        }
    }

    private static LabelPlan Make(IReadOnlyCollection<Label> existing, IReadOnlyList<LabelWrite> writes) =>
        LabelPlan.Make(new(null, 5), existing, writes, new(100), new(500));
}
