using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.EmbeddedRuntime.Durable;

public sealed class TaskOptionsTests
{
    [Fact]
    public void TaskName_DiffersInCaseOnly_IsEqual()
    {
        TaskName a = "Export", b = "EXPORT";

        (a == b).ShouldBeTrue();
        a.GetHashCode().ShouldBe(b.GetHashCode());
        ((string)a).ShouldBe("Export");
    }

    [Theory]
    [InlineData(0, 1, 1.0, null, null)]
    [InlineData(1, 0, 1.0, null, null)]
    [InlineData(1, 1, 0.9, null, null)]
    [InlineData(1, 2, 1.0, 1, null)]
    [InlineData(1, 2, 1.0, null, 1)]
    public void RetryPolicy_OutOfRange_Throws(int attempts, int first, double coefficient, int? max, int? timeout) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryPolicy(attempts, Seconds(first)!.Value, coefficient, Seconds(max), Seconds(timeout)));

    [Fact]
    public void RetryPolicy_Defaults_AreThePlatforms()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(5));

        policy.BackoffCoefficient.ShouldBe(1);
        policy.MaxRetryInterval.ShouldBe(TimeSpan.FromHours(1));
        policy.RetryTimeout.ShouldBe(Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void SubOrchestrationOptions_FromOptions_KeepRetryAndId()
    {
        var options = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(5)));

        var child = options.WithInstanceId("kid");

        child.Retry.ShouldBe(options.Retry);
        child.InstanceId.ShouldBe("kid");
        new SubOrchestrationOptions((TaskOptions)child).InstanceId.ShouldBe("kid");
        (child with { InstanceId = "other" }).Retry.ShouldBe(options.Retry);
    }

    [Fact]
    public void WithDedupeStatuses_SetsTheirNames()
    {
        var options = new StartOrchestrationOptions("i").WithDedupeStatuses(OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Failed);

        options.InstanceId.ShouldBe("i");
        options.DedupeStatuses.ShouldBe(["Pending", "Failed"]);
    }

    [Fact]
    public void FromException_Chain_KeepsTypesAndMessages()
    {
        var details = TaskFailureDetails.FromException(new IOException("outer", new AggregateException(new ArgumentException("innermost"))));

        details.ToString().ShouldBe("System.IO.IOException: outer");
        details.InnerFailure!.InnerFailure!.ErrorType.ShouldBe("System.ArgumentException");
        details.IsCausedBy<SystemException>().ShouldBeTrue();
        details.IsCausedBy<ArgumentException>().ShouldBeFalse();
        (details with { ErrorType = "No.Such.Type" }).IsCausedBy<Exception>().ShouldBeFalse();
        Should.Throw<ArgumentException>(() => details.IsCausedBy(typeof(string)));
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;
}
