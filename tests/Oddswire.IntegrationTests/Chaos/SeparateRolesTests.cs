namespace Oddswire.IntegrationTests.Chaos;

/// <summary>Every role a process of its own, all on one data folder, each killed at random and started again.</summary>
[Collection(ChaosSuite.Name)]
public sealed class SeparateRolesTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private const int Speed = 800;
    private const int Slowest = 80;
    private static readonly string[] Roles = ["ingest", "normalise", "price", "publish", "archive", "replicate"];
    private static readonly string[] Slate = ["--rounds", "1", "--games", "nfl=2,nba=3,mlb=4", "--headless"];

    [Fact]
    public async Task Roles_killed_and_started_again_one_by_one_publish_what_an_undisturbed_platform_publishes()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using var undisturbed = await OddswireProcess.RunAsync(["up", .. Slate, "--speed", "max", "--port", "0", "--data", folder["calm"]]);
        undisturbed.ExitCode.ShouldBe(0, undisturbed.Said);
        var expected = await Outcome.OfAsync(folder["calm"]);
        var whole = await Outcome.ProgressOfAsync(folder["calm"]);
        foreach (var seed in Dice.Seeds())
        {
            // Where the machine is slower with the kills than the feed is with its games, they are played again, and slower.
            var isHit = false;
            for (var speed = Speed; !isHit; speed /= 2)
            {
                speed.ShouldBeGreaterThan(Slowest, $"seed {seed}: too few kills hit the work in the middle to say anything");
                isHit = await RunAsync(seed, speed, folder[$"roles-{seed}-{speed}"], whole);
                if (isHit)
                {
                    (await Outcome.OfAsync(folder[$"roles-{seed}-{speed}"])).ShouldEqual(expected);
                }
            }
        }
    }

    /// <summary>Plays the games to their end with kills; false when they were over before there were enough in the middle.</summary>
    private async Task<bool> RunAsync(int seed, int speed, string data, Progress whole)
    {
        var dice = new Random(seed);
        var processes = new Dictionary<string, OddswireProcess>();
        var beforeTheEnd = 0;
        try
        {
            foreach (var role in Roles)
            {
                processes[role] = Start(role, speed, data);
            }

            using var log = new LogGlance(data);
            await Machine.UntilAsync(() => log.Records > 0, Machine.Patience, () => $"seed {seed}: nothing comes in:\n{string.Join('\n', processes.Values.Select(process => process.Said))}");
            for (var kill = 1; kill <= Kills; kill++)
            {
                await Task.Delay(200 + dice.Next(900), TestContext.Current.CancellationToken);
                var role = Roles[dice.Next(Roles.Length)];
                processes[role].HasExited.ShouldBeFalse($"seed {seed}: {role} ended by itself:\n{processes[role].Said}");
                await processes[role].DisposeAsync();
                var records = log.Records;
                output.WriteLine($"seed {seed}, {speed}x, kill {kill}: {role} at {records} of {whole.Records} records");
                beforeTheEnd += records > 0 && records < whole.Records ? 1 : 0;
                processes[role] = Start(role, speed, data);
            }

            if (beforeTheEnd < 4)
            {
                return false;
            }

            await Machine.UntilAsync(
                () => log.Records >= whole.Records && log.ArchiveWaiting == 0,
                Machine.Patience,
                () => $"seed {seed}: it does not come to its end: {log.Records} of {whole.Records} records, {log.ArchiveWaiting} wait for the archive:\n{string.Join('\n', processes.Values.Select(process => process.Said))}");
            foreach (var (role, process) in processes)
            {
                await process.WaitUntilRunningAsync();
                process.Signal("TERM");
                await process.WaitAsync();
                process.ExitCode.ShouldBe(0, $"{role}:\n{process.Said}");
            }

            return true;
        }
        finally
        {
            foreach (var process in processes.Values)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static OddswireProcess Start(string role, int speed, string data) =>
        OddswireProcess.Start(["run", "--role", role, .. Slate, "--speed", $"{speed}x", "--data", data]);
}
