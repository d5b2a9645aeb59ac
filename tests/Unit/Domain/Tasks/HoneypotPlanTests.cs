using CsCheck;
using CvatServerless.Domain.Tasks;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Unit.Domain.Tasks;

public sealed class HoneypotPlanTests
{
    [Fact]
    public void Of_AnyTask_MixesEveryJobAndEndsWithThePool() => Gen.Select(Gen.Int[1, 40], Gen.Int[1, 12], Gen.Int[0, 15], Gen.Int[1, 12], Gen.Int[0, 1000])
        .Sample((regular, poolSize, segmentSize, wanted, seed) =>
        {
            var count = regular + poolSize;
            int[] pool = [.. Enumerable.Range(0, poolSize).Select(i => i * count / poolSize)];
            var perJob = Math.Min(wanted, poolSize);

            var plan = HoneypotPlan.Of(count, pool, segmentSize, perJob, new(seed), new(seed));

            var jobs = segmentSize == 0 ? 1 : (regular + segmentSize - 1) / segmentSize;
            (plan.Segments.Count, plan.Honeypots.Count, plan.Order.Count).ShouldBe((jobs, jobs * perJob, count + (jobs * perJob)));
            plan.Order.Skip(plan.Pool.StartFrame).ShouldBe(pool);
            plan.Segments.Select(segment => segment.StartFrame).ShouldBe(plan.Segments.Select(segment => segment.StopFrame + 1).Prepend(0).SkipLast(1));
            plan.Pool.ShouldBe(new Segment(plan.Segments[^1].StopFrame + 1, plan.Order.Count - 1));
            plan.Honeypots.Zip(plan.RealFrames).ShouldAllBe(pair => plan.Order[pair.First] == plan.Order[pair.Second] && pair.Second >= plan.Pool.StartFrame);
            Enumerable.Range(0, plan.Pool.StartFrame).Except(plan.Honeypots).Select(frame => plan.Order[frame]).Order().ShouldBe(Enumerable.Range(0, count).Except(pool));
            foreach (var segment in plan.Segments)
            {
                var shown = plan.Honeypots.Zip(plan.RealFrames).Where(pair => pair.First >= segment.StartFrame && pair.First <= segment.StopFrame).Select(pair => pair.Second).ToList();
                shown.Distinct().Count().ShouldBe(perJob);
            }

            var uses = plan.Order.Take(plan.Pool.StartFrame).Where(pool.Contains).CountBy(picture => picture).Select(pair => pair.Value).ToList();
            (uses.Max() - (uses.Count == poolSize ? uses.Min() : 0)).ShouldBeLessThanOrEqualTo(1);
        });

    [Fact]
    public void Of_SameSeed_GivesTheSamePlan()
    {
        var plans = Enumerable.Range(0, 2).Select(_ => HoneypotPlan.Of(30, [3, 9, 17, 20], 6, 2, new(11), new(11))).ToList();

        plans[0].Order.ShouldBe(plans[1].Order);
        plans[0].RealFrames.ShouldBe(plans[1].RealFrames);
    }
}
