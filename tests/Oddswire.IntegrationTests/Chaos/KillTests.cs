using Oddswire.Tests.Support;

namespace Oddswire.IntegrationTests.Chaos;

/// <summary>
/// kill -9 at random moments, over and over, at full speed; after the last start to the end, everything published, archived and rolled up must be
/// what an undisturbed run gives.
/// </summary>
[Collection(BusySuite.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 6;

    [Fact]
    public Task Killed_over_and_over_while_simulating_it_publishes_what_an_undisturbed_run_publishes() =>
        KillOverAndOverAsync("up", "--rounds", "1", "--speed", "max", "--games", "nfl=2,nba=3,mlb=4", "--port", "0", "--headless", "--json");

    [Fact]
    public Task Killed_over_and_over_with_faulty_feeds_it_publishes_what_an_undisturbed_run_publishes() =>
        KillOverAndOverAsync(
            "up", "--rounds", "1", "--speed", "max", "--games", "nfl=2,nba=3,mlb=4", "--port", "0", "--headless", "--json", "--seed", "7",
            "--faults", "duplicates=2%,reorder=3%,gaps=0.5%,corrections=2%,redundant=250ms,malformed=0.5%");

    [Fact]
    public Task Killed_over_and_over_while_replaying_real_games_it_publishes_what_an_undisturbed_run_publishes() =>
        KillOverAndOverAsync(["replay", .. RealGames(), "--speed", "max", "--headless", "--json"]);

    private static IEnumerable<string> RealGames() =>
    [
        .. Directory.EnumerateFiles(TestData.Require("nfl/gamecenter-json/2015")).Order(StringComparer.Ordinal).Take(3),
        .. Directory.EnumerateDirectories(TestData.Require("nba/livedata_2024-25")).Order(StringComparer.Ordinal).Take(3),
        .. Directory.EnumerateFiles(TestData.Require("mlb/retrosheet/2019")).Order(StringComparer.Ordinal).Take(1),
    ];

    private async Task KillOverAndOverAsync(params string[] command)
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        var calm = folder["calm"];
        await using var undisturbed = await OddswireProcess.RunAsync([.. command, "--data", calm]);
        undisturbed.ExitCode.ShouldBe(0, undisturbed.Said);
        var expected = await Outcome.OfAsync(calm);
        var whole = await Outcome.ProgressOfAsync(calm);
        var start = undisturbed.StartedAfter!.Value;
        output.WriteLine($"undisturbed: {undisturbed.Result.GetProperty("elapsedSeconds").GetDouble():0.0} s, started after {start.TotalSeconds:0.0} s, {whole}");
        foreach (var seed in Dice.Seeds())
        {
            var killed = folder[$"killed-{seed}"];
            var kills = new Killer(new Random(seed), start, whole, [.. command, "--data", killed], output);
            await kills.RunAsync(Kills);
            kills.InTheMiddle.ShouldBeGreaterThanOrEqualTo(2, $"seed {seed}: too few kills hit a run in the middle to say anything");
            await using var last = await OddswireProcess.RunAsync([.. command, "--data", killed]);
            last.ExitCode.ShouldBe(0, last.Said);
            output.WriteLine($"seed {seed}: {kills.InTheMiddle} kills in the middle; the last run archived {last.Result.GetProperty("archived").GetInt64()}");
            (await Outcome.OfAsync(killed)).ShouldEqual(expected);
        }
    }
}
