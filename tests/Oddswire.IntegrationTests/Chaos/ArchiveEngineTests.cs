namespace Oddswire.IntegrationTests.Chaos;

/// <summary>The process with the archive's engine dies or stands still while the platform runs.</summary>
[Collection(ChaosSuite.Name)]
public sealed class ArchiveEngineTests(ITestOutputHelper output)
{
    private const int Kills = 5;

    // A quarter of a gigabyte more than the run needs undisturbed (0.7 GB of which are the tables of sixteen football games); a backlog kept in memory would not fit beside it. Resident memory
    // would say less: the collector lets it grow while there is plenty.
    private static readonly Dictionary<string, string?> BoundedHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x52000000" };
    private static readonly string[] Slate = SlateOf("nfl=5,nba=5,mlb=8");

    [Fact]
    public async Task The_engine_killed_over_and_over_is_started_again_and_nothing_is_lost_or_doubled()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using var undisturbed = await OddswireProcess.RunAsync([.. Slate, "--speed", "max", "--data", folder["calm"]]);
        undisturbed.ExitCode.ShouldBe(0, undisturbed.Said);
        var expected = await Outcome.OfAsync(folder["calm"]);
        foreach (var seed in Dice.Seeds())
        {
            var data = folder[$"engine-killed-{seed}"];
            await using var process = OddswireProcess.Start([.. Slate, "--speed", "400x", "--data", data]);
            var dice = new Random(seed);
            var killed = new HashSet<int>();
            while (killed.Count < Kills)
            {
                var engine = await EngineAsync(process, data, killed);
                using var log = new LogGlance(data);
                var later = TimeSpan.FromMilliseconds(dice.Next(120));
                (await log.WaitAsync(process, at => at.OpenInserts > 0, TimeSpan.FromSeconds(30))).ShouldBeTrue($"seed {seed}: the run ended after {killed.Count} kills:\n{process.Said}");
                await process.LivesUntilAsync(process.Age + later);
                Machine.Signal(engine, "KILL");
                killed.Add(engine);
                output.WriteLine($"seed {seed}, kill {killed.Count}: engine {engine}, {later.TotalMilliseconds:0} ms into an insert, {log.Records} records");
            }

            await process.WaitAsync();
            process.ExitCode.ShouldBe(0, process.Said);
            (await Outcome.OfAsync(data)).ShouldEqual(expected);
        }
    }

    [Fact]
    public async Task While_the_engine_stands_still_board_and_log_go_on_and_the_archive_catches_up_afterwards()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        var data = folder["stopped"];
        await using var process = OddswireProcess.Start(BoundedHeap, [.. SlateOf("nfl=16,nba=16,mlb=16"), "--speed", "400x", "--data", data]);
        using var metrics = await Metrics.OfAsync(process);
        var engine = await EngineAsync(process, data, []);
        using var log = new LogGlance(data);
        (await log.WaitAsync(process, at => at.OpenInserts > 0, TimeSpan.FromSeconds(30))).ShouldBeTrue(process.Said);
        Machine.Signal(engine, "STOP");
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
            var published = await metrics.SumAsync("oddswire_records_received_total", "publish");
            var archived = await metrics.SumAsync("oddswire_records_sent_total", "archive");
            var lag = await metrics.SumAsync("oddswire_lag_records", "archive");
            await Task.Delay(TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);
            var (publishedThen, lagThen) = (await metrics.SumAsync("oddswire_records_received_total", "publish"), await metrics.SumAsync("oddswire_lag_records", "archive"));
            output.WriteLine($"stopped for 10 s: published {published:N0} to {publishedThen:N0}, lag {lag:N0} to {lagThen:N0}");
            publishedThen.ShouldBeGreaterThan(published + 10_000, "the board stood still with the archive");
            (await metrics.SumAsync("oddswire_records_sent_total", "archive")).ShouldBe(archived, "an engine that stands still archived something");
            lagThen.ShouldBeGreaterThan(lag + 10_000, "the lag of the archive cannot be seen growing");
        }
        finally
        {
            Machine.Signal(engine, "CONT");
        }

        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, process.Said);
        await Outcome.OfAsync(data);
    }

    private static string[] SlateOf(string games) => ["up", "--rounds", "1", "--games", games, "--port", "0", "--headless", "--json"];

    /// <summary>The engine's process, once there is one that has not been killed.</summary>
    private static async Task<int> EngineAsync(OddswireProcess process, string data, HashSet<int> killed)
    {
        var found = 0;
        await Machine.UntilAsync(
            () => (found = Machine.ProcessesOn(data, "chdb-server").FirstOrDefault(id => !killed.Contains(id))) != 0,
            TimeSpan.FromSeconds(40),
            () => $"The engine was not started again:\n{process.Said}");
        return found;
    }
}
