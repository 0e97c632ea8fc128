namespace Oddswire.IntegrationTests.Chaos;

/// <summary>The process with the archive's engine stands still while the platform runs.</summary>
[Collection(ChaosSuite.Name)]
public sealed class ArchiveEngineTests(ITestOutputHelper output)
{
    // A quarter of a gigabyte more than the run needs undisturbed (0.7 GB of which are the tables of sixteen football games); a backlog kept in memory would not fit beside it. Resident memory
    // would say less: the collector lets it grow while there is plenty.
    private static readonly Dictionary<string, string?> BoundedHeap = new() { ["DOTNET_GCHeapHardLimit"] = "0x52000000" };

    [Fact]
    public async Task While_the_engine_stands_still_board_and_log_go_on_and_the_archive_catches_up_afterwards()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        var data = folder["stopped"];
        await using var process = OddswireProcess.Start(BoundedHeap, ["up", "--rounds", "1", "--games", "nfl=16,nba=16,mlb=16", "--port", "0", "--headless", "--json", "--speed", "400x", "--data", data]);
        using var metrics = await Metrics.OfAsync(process);
        var engine = await Machine.EngineAsync(process, data, new HashSet<int>());
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
            var (publishedThen, lagThen) = (published, lag);
            await Machine.UntilAsync(
                async () =>
                {
                    (publishedThen, lagThen) = (await metrics.SumAsync("oddswire_records_received_total", "publish"), await metrics.SumAsync("oddswire_lag_records", "archive"));
                    return publishedThen > published + 10_000 && lagThen > lag + 10_000;
                },
                Machine.Patience,
                () => $"the board stands still with the archive, or the lag of the archive cannot be seen growing: published {published:N0} to {publishedThen:N0}, lag {lag:N0} to {lagThen:N0}");
            output.WriteLine($"stopped for 10 s: published {published:N0} to {publishedThen:N0}, lag {lag:N0} to {lagThen:N0}");
            (await metrics.SumAsync("oddswire_records_sent_total", "archive")).ShouldBe(archived, "an engine that stands still archived something");
        }
        finally
        {
            Machine.Signal(engine, "CONT");
        }

        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, process.Said);
        await Outcome.OfAsync(data);
    }
}
