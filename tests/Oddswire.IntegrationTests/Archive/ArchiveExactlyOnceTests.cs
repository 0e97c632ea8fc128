using System.Diagnostics;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Telemetry;
using Oddswire.Host.Roles;
using Oddswire.Infrastructure.Logs.Sqlite;
using Oddswire.Infrastructure.Stores.ClickHouse;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Archive;

/// <summary>The archive holds every update once, whatever happens to the engine or to the role on the way.</summary>
public sealed class ArchiveExactlyOnceTests(ChdbFixture chdb) : IClassFixture<ChdbFixture>
{
    [Fact]
    public async Task Everything_in_the_log_is_in_the_archive_with_every_column_and_in_the_rollups()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(30_000);
        var counters = new HopCounters();

        await chdb.Role(data.Log, counters).DrainAsync(ChdbFixture.Ct);

        await ShouldHoldAsync(data, 30_000);
        counters.Sent.ShouldBe(30_000);
    }

    [Fact]
    public async Task The_engine_killed_again_and_again_in_the_middle_of_inserts_loses_and_doubles_nothing()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(60_000);
        var counters = new HopCounters();
        var random = new Random(3);
        var draining = chdb.Role(data.Log, counters, maxRows: 2_000).DrainAsync(ChdbFixture.Ct);
        HashSet<int> killed = [];
        while (!draining.IsCompleted && killed.Count < 8)
        {
            await Task.Delay(random.Next(20, 250), ChdbFixture.Ct);

            // Each engine once: that it is dead may not have been noticed yet.
            if (chdb.Process.ProcessId is { } id && chdb.Client.Endpoint is not null && !draining.IsCompleted && killed.Add(id))
            {
                using var engine = Process.GetProcessById(id);
                engine.Kill();
            }
        }

        await draining;

        killed.Count.ShouldBeGreaterThan(2);
        counters.Retries.ShouldBeGreaterThan(0);
        await ShouldHoldAsync(data, 60_000);
    }

    [Fact]
    public async Task The_role_given_up_again_and_again_at_any_moment_loses_and_doubles_nothing()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(30_000);
        var random = new Random(5);
        for (var i = 0; i < 15; i++)
        {
            // Cancelling gives up in the middle of whatever is going on, as the end of the process would.
            using var stop = new CancellationTokenSource(random.Next(5, 150));
            await chdb.Role(data.Log, maxRows: 1_000).RunAsync(stop.Token);
        }

        await chdb.Role(data.Log, maxRows: 1_000).DrainAsync(ChdbFixture.Ct);

        await ShouldHoldAsync(data, 30_000);
    }

    [Fact]
    public async Task On_the_durable_log_another_start_goes_on_where_the_last_one_was_given_up()
    {
        await chdb.DemandAsync();
        var options = new SqliteLogOptions { Directory = Path.Combine(chdb.Folder, "log") };
        await using (var data = await ArchiveData.CreateAsync(new SqliteEventLog(options, TimeProvider.System)))
        {
            await data.AppendAsync(20_000);
            using var stop = new CancellationTokenSource(150);
            await chdb.Role(data.Log, maxRows: 1_000).RunAsync(stop.Token);
        }

        await using var log = new SqliteEventLog(options, TimeProvider.System);
        await chdb.Role(log, maxRows: 3_000).DrainAsync(ChdbFixture.Ct);

        foreach (var check in await chdb.VerifyAsync(log))
        {
            check.Ok.ShouldBeTrue($"{check.Name}: {check.Detail}");
        }

        (await chdb.NumberAsync("SELECT count() FROM odds_updates FINAL")).ShouldBe(20_000);
    }

    [Fact]
    public async Task An_engine_that_stands_still_holds_the_archive_up_and_nothing_more()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(20_000);
        var counters = new HopCounters();
        await SignalAsync("-STOP");
        var draining = chdb.Role(data.Log, counters, maxRows: 5_000).DrainAsync(ChdbFixture.Ct);
        await Task.Delay(500, ChdbFixture.Ct);
        draining.IsCompleted.ShouldBeFalse();
        counters.Sent.ShouldBe(0);
        await data.AppendAsync(5_000);
        await SignalAsync("-CONT");

        await draining;
        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);

        await ShouldHoldAsync(data, 25_000);
    }

    [Fact]
    public async Task A_block_inserted_again_changes_neither_the_table_nor_its_rollups()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(5_000);
        using var block = await SealedAsync(data, 5_000, attempt: 0);
        var counters = new HopCounters();
        var store = new ArchiveStore(chdb.Client, new ArchiveRoleOptions(), counters, TimeProvider.System, null);

        await store.StoreAsync(block, inDoubt: false, NoRepair, ChdbFixture.Ct);
        var before = await ContentAsync();
        await store.StoreAsync(block, inDoubt: false, NoRepair, ChdbFixture.Ct);
        await store.StoreAsync(block, inDoubt: true, NoRepair, ChdbFixture.Ct);

        (await ContentAsync()).ShouldBe(before);
        (await chdb.NumberAsync("SELECT count() FROM odds_updates")).ShouldBe(5_000);
    }

    [Fact]
    public async Task Rows_that_are_missing_although_their_token_is_known_are_put_back()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(5_000);
        using var block = await SealedAsync(data, 5_000, attempt: 0);
        var store = new ArchiveStore(chdb.Client, new ArchiveRoleOptions(), new HopCounters(), TimeProvider.System, null);
        await store.StoreAsync(block, inDoubt: false, NoRepair, ChdbFixture.Ct);
        var before = await ContentAsync();

        // What a kill between noting the token and showing the part leaves behind.
        await chdb.Client.ExecuteAsync("TRUNCATE TABLE odds_rollup", ChdbFixture.Ct);
        await chdb.Client.ExecuteAsync("ALTER TABLE odds_updates DELETE WHERE log_offset >= 1000", ChdbFixture.Ct, "&mutations_sync=2");
        var repairs = 0;
        await store.StoreAsync(
            block,
            inDoubt: true,
            () =>
            {
                repairs++;
                return Task.CompletedTask;
            },
            ChdbFixture.Ct);

        repairs.ShouldBe(1);
        block.Attempt.ShouldBe(1);
        (await ContentAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task An_intent_left_open_is_carried_out_with_the_same_rows_at_the_next_start()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(4_000);
        using (var block = await SealedAsync(data, 3_000, attempt: 0))
        {
            // A run that ended after its insert and before its commit.
            var worker = await data.Log.JoinAsync(ArchiveRole.SpecOf(League.Nfl), ChdbFixture.Ct);
            await worker.PollAsync(1, TimeSpan.Zero, ChdbFixture.Ct);
            var commit = new LogCommit();
            commit.State.Add(new StateChange(0, ArchiveIntent.Key.ToArray(), block.Intent.Encode()));
            await worker.CommitAsync(commit, ChdbFixture.Ct);
            await new ArchiveStore(chdb.Client, new ArchiveRoleOptions(), new HopCounters(), TimeProvider.System, null)
                .StoreAsync(block, inDoubt: false, NoRepair, ChdbFixture.Ct);
            await worker.DisposeAsync();
        }

        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);

        await ShouldHoldAsync(data, 4_000);
        (await chdb.NumberAsync("SELECT count() FROM odds_updates")).ShouldBe(4_000);
    }

    [Fact]
    public async Task What_the_archive_has_still_to_take_and_an_insert_cut_short_are_no_violations_but_a_lost_row_is()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(3_000);
        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);
        await data.AppendAsync(2_000);
        (await chdb.VerifyAsync(data.Log)).ShouldAllBe(check => check.Ok);
        (await chdb.VerifyAsync(data.Log))[0].Detail.ShouldContain("2000 more records");

        var bounds = (await data.Log.DescribeAsync(Topics.Odds(League.Nfl), ChdbFixture.Ct))[0];
        var intent = new ArchiveIntent(Timestamp.From(TimeProvider.System.GetUtcNow()), 0, [new ArchiveRange(bounds.Partition, 3_000, 4_000, 1_000)]);
        await using (var worker = await data.Log.JoinAsync(ArchiveRole.SpecOf(League.Nfl), ChdbFixture.Ct))
        {
            await worker.PollAsync(1, TimeSpan.Zero, ChdbFixture.Ct);
            var commit = new LogCommit();
            commit.State.Add(new StateChange(0, ArchiveIntent.Key.ToArray(), intent.Encode()));
            await worker.CommitAsync(commit, ChdbFixture.Ct);
        }

        await chdb.Client.ExecuteAsync(
            "INSERT INTO odds_updates SELECT * REPLACE(log_offset + 3000 AS log_offset, sequence + 1000000 AS sequence) FROM odds_updates WHERE log_offset < 500", ChdbFixture.Ct);
        (await chdb.VerifyAsync(data.Log)).ShouldAllBe(check => check.Ok);

        await chdb.Client.ExecuteAsync("ALTER TABLE odds_updates DELETE WHERE log_offset = 77", ChdbFixture.Ct, "&mutations_sync=2");
        var broken = (await chdb.VerifyAsync(data.Log)).Single(check => check.Name == "archive-equals-log:nfl");
        broken.Ok.ShouldBeFalse();
        broken.Detail.ShouldContain("missing in the archive");
    }

    [Fact]
    public async Task While_the_archive_is_away_the_log_keeps_the_records_and_memory_stays_at_one_block()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(20_000);
        using var nowhere = new ClickHouseClient(null);
        var counters = new HopCounters();
        var draining = chdb.Role(data.Log, counters, maxRows: 1_000, nowhere).DrainAsync(ChdbFixture.Ct);

        await Machine.UntilAsync(
            () => counters.Retries >= 1 && counters.LagRecords == 20_200, Machine.Patience, () => $"{counters.Retries} retries, {counters.LagRecords} records wait");
        counters.Sent.ShouldBe(0);
        (await chdb.NumberAsync("SELECT count() FROM odds_updates")).ShouldBe(0);

        nowhere.Use(chdb.Client.Endpoint);
        await draining;
        await ShouldHoldAsync(data, 20_000);
    }

    [Fact]
    public async Task What_the_archive_has_lost_is_archived_anew_at_the_next_start()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(5_000);
        await chdb.Role(data.Log, maxRows: 500).DrainAsync(ChdbFixture.Ct);
        await chdb.Client.ExecuteAsync("ALTER TABLE odds_updates DELETE WHERE log_offset BETWEEN 1200 AND 3100", ChdbFixture.Ct, "&mutations_sync=2");
        await chdb.Client.ExecuteAsync("TRUNCATE TABLE game_events", ChdbFixture.Ct);
        await data.AppendAsync(1_000);

        await chdb.Role(data.Log, maxRows: 500).DrainAsync(ChdbFixture.Ct);

        await ShouldHoldAsync(data, 6_000);
    }

    [Fact]
    public async Task A_tampered_price_is_caught_and_named()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(3_000);
        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);

        await chdb.Client.ExecuteAsync("ALTER TABLE odds_updates UPDATE price_2 = 5.5 WHERE log_offset = 1234", ChdbFixture.Ct, "&mutations_sync=2");

        var checks = await chdb.VerifyAsync(data.Log);
        var compared = checks.Single(check => check.Name == "archive-equals-log:nfl");
        compared.Ok.ShouldBeFalse();
        compared.Detail.ShouldContain("nfl:2015091002");
        compared.Detail.ShouldContain("price_2 is 5.5 in the archive and 1.9 in the log");
        checks.Single(check => check.Name == "odds-rollup-equals-recount:nfl").Ok.ShouldBeFalse();
    }

    [Fact]
    public async Task A_row_that_is_missing_or_made_up_is_caught()
    {
        await chdb.DemandAsync();
        await using var data = await ArchiveData.CreateAsync();
        await data.AppendAsync(3_000);
        await chdb.Role(data.Log).DrainAsync(ChdbFixture.Ct);

        await chdb.Client.ExecuteAsync("ALTER TABLE odds_updates DELETE WHERE log_offset = 777", ChdbFixture.Ct, "&mutations_sync=2");
        await chdb.Client.ExecuteAsync("INSERT INTO odds_updates SELECT * REPLACE (99999 AS sequence) FROM odds_updates WHERE log_offset = 10", ChdbFixture.Ct);

        var detail = (await chdb.VerifyAsync(data.Log)).Single(check => check.Name == "archive-equals-log:nfl").Detail;
        detail.ShouldContain("(offset 777): missing in the archive");
        detail.ShouldContain("sequence is 99999 in the archive");
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{chdb.Process.ProcessId}"]);
        await kill.WaitForExitAsync(ChdbFixture.Ct);
    }

    private static Task NoRepair() => throw new InvalidOperationException("There is nothing to repair.");

    private static async Task<ArchiveBlock> SealedAsync(ArchiveData data, int records, int attempt)
    {
        var block = new ArchiveBlock(League.Nfl, 0);
        for (long at = 0; at < records;)
        {
            var batches = await data.Log.ReadAsync(new PartitionOffset(new TopicPartition(Topics.Odds(League.Nfl), 0), at), 1000, TimeSpan.Zero, ChdbFixture.Ct);
            foreach (var batch in batches)
            {
                block.Add(batch, records);
            }

            at = batches[^1].NextOffset;
        }

        block.Seal(Timestamp.From(TimeProvider.System.GetUtcNow()), attempt);
        return block;
    }

    private async Task<string> ContentAsync() => await chdb.Client.TextAsync(
        "SELECT (SELECT (count(), groupBitXor(cityHash64(*))) FROM odds_updates FINAL), "
        + "(SELECT (count(), groupBitXor(cityHash64(*))) FROM odds_per_minute), (SELECT groupBitXor(cityHash64(*)) FROM latency_per_minute)",
        ChdbFixture.Ct);

    private async Task ShouldHoldAsync(ArchiveData data, long updates)
    {
        foreach (var check in await chdb.VerifyAsync(data.Log))
        {
            check.Ok.ShouldBeTrue($"{check.Name}: {check.Detail}");
        }

        (await chdb.NumberAsync("SELECT count() FROM odds_updates FINAL")).ShouldBe(updates);
        (await chdb.NumberAsync("SELECT sum(updates) FROM latency_per_minute")).ShouldBe(updates);
        (await chdb.NumberAsync("SELECT sum(updates) FROM odds_per_minute"))
            .ShouldBe(await chdb.NumberAsync("SELECT count() FROM odds_selections WHERE price > 0"));
    }
}
