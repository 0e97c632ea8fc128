namespace Oddswire.IntegrationTests.Chaos;

/// <summary>The process with the archive's engine dies while the platform runs.</summary>
[Collection(BusySuite.Name)]
public sealed class KilledEngineTests(ITestOutputHelper output)
{
    private const int Kills = 3;
    private static readonly string[] Slate = ["up", "--rounds", "1", "--games", "nfl=2,nba=3,mlb=4", "--port", "0", "--headless", "--json"];

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
                var engine = await Machine.EngineAsync(process, data, killed);
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
}
