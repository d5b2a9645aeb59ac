using System.Text;
using CvatServerless.Domain.Ports;
using Shouldly;
using Xunit;

namespace CvatServerless.Tests.Compliance.Storage;

/// <summary>What every <see cref="ITableStore"/> does. A partition of its own per test keeps them apart.</summary>
public abstract class TableStoreCompliance
{
    private const string Table = "compliance";
    private readonly string _partition = Guid.NewGuid().ToString("N");

    protected abstract ITableStore Tables { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FindAsync_MissingRow_IsNull() => (await Tables.FindAsync(Table, _partition, "a", Ct)).ShouldBeNull();

    [Fact]
    public async Task SubmitAsync_Insert_CanBeRead()
    {
        var etags = await Submit(new InsertRow("a", Bytes("one")));

        var row = await Tables.FindAsync(Table, _partition, "a", Ct);
        row.ShouldNotBeNull();
        Text(row).ShouldBe("one");
        row.ETag.ShouldBe(etags[0]);
        row.Timestamp.ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task SubmitAsync_EmptyBody_StaysEmpty()
    {
        await Submit(new InsertRow("a", default));

        (await Tables.FindAsync(Table, _partition, "a", Ct))!.Body.Length.ShouldBe(0);
    }

    [Fact]
    public async Task SubmitAsync_InsertOfExistingRow_Conflicts()
    {
        await Submit(new InsertRow("a", Bytes("one")));

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new InsertRow("a", Bytes("two"))));
        (await Read("a")).ShouldBe("one");
    }

    [Fact]
    public async Task SubmitAsync_ReplaceWithCurrentETag_Replaces()
    {
        var first = await Submit(new InsertRow("a", Bytes("one")));

        var second = await Submit(new ReplaceRow("a", Bytes("two"), first[0]!));

        second[0].ShouldNotBe(first[0]);
        (await Read("a")).ShouldBe("two");
    }

    [Fact]
    public async Task SubmitAsync_ReplaceWithOldETag_Conflicts()
    {
        var first = await Submit(new InsertRow("a", Bytes("one")));
        await Submit(new ReplaceRow("a", Bytes("two"), first[0]!));

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new ReplaceRow("a", Bytes("three"), first[0]!)));
        (await Read("a")).ShouldBe("two");
    }

    [Fact]
    public async Task SubmitAsync_ReplaceOfMissingRow_Conflicts()
    {
        var etag = (await Submit(new InsertRow("a", Bytes("one"))))[0]!;

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new ReplaceRow("b", Bytes("two"), etag)));
        await Should.ThrowAsync<StoreConflictException>(() => Submit(new DeleteRow("b", etag)));
        await Should.ThrowAsync<StoreConflictException>(() => Submit(new DeleteRow("b", "*")));
    }

    [Fact]
    public async Task SubmitAsync_ReinsertedRow_HasAnotherETag()
    {
        var first = (await Submit(new InsertRow("a", Bytes("one"))))[0]!;
        await Submit(new DeleteRow("a", first));
        await Submit(new InsertRow("a", Bytes("one")));

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new ReplaceRow("a", Bytes("two"), first)));
    }

    [Fact]
    public async Task SubmitAsync_Upsert_AddsAndReplaces()
    {
        await Submit(new UpsertRow("a", Bytes("one")));
        await Submit(new UpsertRow("a", Bytes("two")));

        (await Read("a")).ShouldBe("two");
    }

    [Fact]
    public async Task SubmitAsync_DeleteWithETag_ChecksIt()
    {
        var first = (await Submit(new InsertRow("a", Bytes("one"))))[0]!;
        var second = (await Submit(new ReplaceRow("a", Bytes("two"), first)))[0]!;

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new DeleteRow("a", first)));
        (await Submit(new DeleteRow("a", second)))[0].ShouldBeNull();
        (await Tables.FindAsync(Table, _partition, "a", Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task SubmitAsync_OneWriteFails_NothingIsWritten()
    {
        await Submit(new InsertRow("c", Bytes("old")));

        await Should.ThrowAsync<StoreConflictException>(() => Submit(new InsertRow("a", Bytes("1")), new UpsertRow("b", Bytes("2")), new InsertRow("c", Bytes("3"))));

        (await Read("a")).ShouldBeNull();
        (await Read("b")).ShouldBeNull();
        (await Read("c")).ShouldBe("old");
    }

    [Fact]
    public async Task SubmitAsync_HundredRows_AreOneBatch()
    {
        var writes = Enumerable.Range(0, TableLimits.BatchRows).Select(i => (TableWrite)new InsertRow($"{i:D3}", Bytes($"{i}"))).ToArray();

        (await Submit(writes)).Count.ShouldBe(TableLimits.BatchRows);

        (await Keys(default, 1000)).Count.ShouldBe(TableLimits.BatchRows);
    }

    [Fact]
    public async Task SubmitAsync_LargestRow_ComesBackWhole()
    {
        var body = new byte[TableLimits.BodyBytes];
        new Random(1).NextBytes(body);

        await Submit(new InsertRow("a", body));

        (await Tables.FindAsync(Table, _partition, "a", Ct))!.Body.Span.SequenceEqual(body).ShouldBeTrue();
    }

    [Fact]
    public async Task SubmitAsync_LargestBatch_IsAccepted()
    {
        var body = new byte[TableLimits.BatchBytes / 4];

        await Submit([.. Enumerable.Range(0, 4).Select(i => new InsertRow($"{i}", body))]);

        (await Read("3")).ShouldNotBeNull();
    }

    [Fact]
    public async Task SubmitAsync_BeyondTheLimits_IsRefused()
    {
        await Should.ThrowAsync<ArgumentException>(() => Submit());
        await Should.ThrowAsync<ArgumentException>(() => Submit(new InsertRow("a", new byte[TableLimits.BodyBytes + 1])));
        await Should.ThrowAsync<ArgumentException>(() => Submit([.. Enumerable.Range(0, 4).Select(i => new InsertRow($"{i}", new byte[(TableLimits.BatchBytes / 4) + 1]))]));
        await Should.ThrowAsync<ArgumentException>(() => Submit([.. Enumerable.Range(0, TableLimits.BatchRows + 1).Select(i => new InsertRow($"{i}", default))]));
        await Should.ThrowAsync<ArgumentException>(() => Submit(new InsertRow("a", default), new DeleteRow("a", "*")));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    public async Task SubmitAsync_ForbiddenCharacterInKey_IsRefused(string key)
    {
        await Should.ThrowAsync<ArgumentException>(() => Submit(new InsertRow(key, default)));
        await Should.ThrowAsync<ArgumentException>(() => Tables.FindAsync(Table, _partition, key, Ct));
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("a b&c=d!26+e")]
    [InlineData("größe-日本")]
    public async Task SubmitAsync_UnusualKey_IsKept(string key)
    {
        await Submit(new InsertRow(key, Bytes("x")));

        (await Read(key)).ShouldBe("x");
        (await Keys(new RowRange(key, null), 10)).ShouldBe([key]);
    }

    [Fact]
    public async Task QueryAsync_Range_IsInclusiveAndExclusiveInOrdinalOrder()
    {
        await Submit([.. new[] { "b", "B", "a:2", "a:10", "a;", "a" }.Select(key => new InsertRow(key, default))]);

        (await Keys(default, 10)).ShouldBe(["B", "a", "a:10", "a:2", "a;", "b"]);
        (await Keys(RowRange.Prefix("a:"), 10)).ShouldBe(["a:10", "a:2"]);
        (await Keys(new RowRange("a:2", "b"), 10)).ShouldBe(["a:2", "a;"]);
        (await Keys(new RowRange(null, "a"), 10)).ShouldBe(["B"]);
    }

    [Fact]
    public async Task QueryAsync_SmallPages_GiveEveryRowOnce()
    {
        await Submit([.. Enumerable.Range(0, 25).Select(i => new InsertRow($"{i:D2}", default))]);

        (await Keys(default, 7)).ShouldBe(Enumerable.Range(0, 25).Select(i => $"{i:D2}"));
        (await Keys(new RowRange("05", "12"), 2)).ShouldBe(Enumerable.Range(5, 7).Select(i => $"{i:D2}"));
    }

    [Fact]
    public async Task QueryAsync_OtherPartition_IsNotSeen()
    {
        await Submit(new InsertRow("a", default));

        var other = await Tables.QueryAsync(Table, _partition + "x", default, 10, null, Ct);

        other.Rows.ShouldBeEmpty();
    }

    [Fact]
    public async Task SubmitAsync_ManyWritersOfOneRow_LoseNoUpdate()
    {
        await Submit(new InsertRow("n", Bytes("0")));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 5;)
            {
                var row = (await Tables.FindAsync(Table, _partition, "n", Ct))!;
                try
                {
                    await Submit(new ReplaceRow("n", Bytes($"{int.Parse(Text(row), System.Globalization.CultureInfo.InvariantCulture) + 1}"), row.ETag));
                    done++;
                }
                catch (StoreConflictException)
                {
                    // Somebody else was faster.
                }
            }
        })));

        (await Read("n")).ShouldBe("20");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(TableRow row) => Encoding.UTF8.GetString(row.Body.Span);

    private Task<IReadOnlyList<string?>> Submit(params TableWrite[] writes) => Tables.SubmitAsync(Table, _partition, writes, Ct);

    private async Task<string?> Read(string row) => await Tables.FindAsync(Table, _partition, row, Ct) is { } found ? Text(found) : null;

    private async Task<List<string>> Keys(RowRange range, int pageSize)
    {
        var keys = new List<string>();
        string? continuation = null;
        do
        {
            var page = await Tables.QueryAsync(Table, _partition, range, pageSize, continuation, Ct);
            page.Rows.Count.ShouldBeLessThanOrEqualTo(pageSize);
            keys.AddRange(page.Rows.Select(row => row.Row));
            continuation = page.Continuation;
        }
        while (continuation is not null);
        return keys;
    }
}
