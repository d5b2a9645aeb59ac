using CvatServerless.Functions.Orchestrations;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Functions.Orchestrations;

public sealed class OutsideTurnTests
{
    [Fact]
    public void TryTake_Taken_ComesAgainAndIsLetIn()
    {
        var turns = new OutsideTurn();
        var first = turns.TryTake()!;
        first.More(2).ShouldBe(new WorkOutcome(false, 2));

        turns.TryTake().ShouldBeNull();

        first.More(2).WaitSeconds.ShouldBeGreaterThan(OutsideTurn.Taken.WaitSeconds);
        first.Dispose();
        using var second = turns.TryTake();
        second.ShouldNotBeNull().More().ShouldBe(WorkOutcome.More);
    }
}
