using CvatServerless.Domain.Ports;
using CvatServerless.Storage.CloudStorages;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Storage.CloudStorages;

public sealed class CloudFailuresTests
{
    [Fact]
    public void Of_CauseThatQuotesASignature_KeepsOnlyItsKind()
    {
        var failure = CloudFailures.Of("bucket", "a.png", 403, "AccessDenied", new InvalidOperationException("GET http://h/a.png?sig=hush"));

        failure.Failure.ShouldBe(CloudStorageFailure.Forbidden);
        failure.ToString().ShouldContain("System.InvalidOperationException: status 403 (AccessDenied)");
        failure.ToString().ShouldNotContain("hush");
    }
}
