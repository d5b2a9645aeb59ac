using CvatServerless.Domain.Webhooks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Webhooks;

public sealed class WebhookEventsTests
{
    [Theory]
    [InlineData("project", 21)]
    [InlineData("organization", 28)]
    [InlineData("server", 5)]
    [InlineData("galaxy", 0)]
    public void Of_Type_HasTheContractsEvents(string type, int count) => WebhookEvents.Of(type).Count.ShouldBe(count);

    [Fact]
    public void Of_Project_KnowsNoCreationOfProjects() => WebhookEvents.Of("project").ShouldNotContain("create:project");

    [Theory]
    [InlineData("create:task", "create", "task")]
    [InlineData("completed:request[export:dataset]", "completed", "request")]
    public void Parts_OfAKey_AreItsActionAndResource(string key, string action, string resource) =>
        (WebhookEvents.ActionOf(key), WebhookEvents.ResourceOf(key)).ShouldBe((action, resource));
}
