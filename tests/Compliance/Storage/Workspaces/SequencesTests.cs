using CvatServerless.Storage.Workspaces;
using CvatServerless.Tests.Compliance.Faults;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage.Workspaces;

public sealed class SequencesTests(EmbeddedFixture fixture) : IClassFixture<EmbeddedFixture>
{
    private readonly string _name = Guid.NewGuid().ToString("N");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NextAsync_BlocksAndSingles_BeginAtOneWithoutGaps()
    {
        var sequences = new Sequences(fixture.Tables, fixture.Time);

        (await sequences.NextAsync(_name, 1, Ct)).ShouldBe(1);
        (await sequences.NextAsync(_name, 10, Ct)).ShouldBe(2);
        (await new Sequences(fixture.Tables, fixture.Time).NextAsync(_name, 1, Ct)).ShouldBe(12);
    }

    [Fact]
    public async Task NextAsync_ManyProcessesAndFaults_NeverRepeatsAndGrowsForEach()
    {
        var faulty = new FaultyTableStore(fixture.Tables, 7, 4);
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var sequences = new Sequences(faulty, new HurriedTime(default));
            var ids = new List<int>();
            for (var i = 0; i < 50; i++)
            {
                ids.Add(await sequences.NextAsync(_name, 1, Ct));
            }

            return ids;
        })));

        taken.ShouldAllBe(ids => ids.SequenceEqual(ids.Order()));
        taken.SelectMany(ids => ids).ShouldBeUnique();
        faulty.Faults.ShouldBeGreaterThan(0);
    }
}
