using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Host.Roles.Lag;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>
/// Every role as processes of their own on two Kafka clusters, several of the same role sharing the partitions, killed at random, stopped and started: the archive and
/// replicate too. On the mock the records of broken-off transactions stay visible, so that this also shows that what is repeated is known. A real cluster: <c>ODDSWIRE_TEST_KAFKA</c>.
/// </summary>
[Collection(ChaosSuite.Name)]
public sealed class KilledRolesOnKafkaTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private const int Speed = 300;
    private const int Slowest = 30;
    private static readonly string[] Slate = ["--rounds", "1", "--games", "nfl=1,mlb=1", "--league", "nfl,mlb", "--seed", "11"];

    private static readonly League[] Played = [League.Nfl, League.Mlb];

    /// <summary>Two of each role that has partitions to share.</summary>
    private static readonly string[] Roles = ["ingest", "normalise", "normalise", "price", "price", "publish", "archive", "replicate"];

    [Fact]
    public async Task Roles_killed_and_rolled_on_Kafka_publish_what_an_undisturbed_embedded_platform_publishes()
    {
        Machine.DemandChdb();
        await using var folder = new ChaosFolder();
        await using var calm = await OddswireProcess.RunAsync(["up", .. Slate, "--speed", "max", "--port", "0", "--headless", "--data", folder["calm"]]);
        calm.ExitCode.ShouldBe(0, calm.Said);
        var expected = await Outcome.OfAsync(folder["calm"]);
        foreach (var seed in Dice.Seeds())
        {
            // Where the machine is slower with the kills than the feed is with its games, they are played again, and slower.
            var isHit = false;
            for (var speed = Speed; !isHit; speed /= 2)
            {
                speed.ShouldBeGreaterThan(Slowest, $"seed {seed}: too few kills hit the work in the middle to say anything");
                await using var kafka = KafkaRig.Open(nfl: 3, mlb: 2, leagues: Played);
                await using var edge = KafkaRig.Open(nfl: 2, isEdge: true, leagues: Played);
                isHit = await RunAsync(seed, speed, kafka, edge, folder, expected.Updates);
                if (isHit)
                {
                    (await Outcome.OfAsync(folder[$"archive-6-{seed}-{speed}"], log: [.. kafka.Options, .. edge.EdgeOptions])).ShouldEqual(expected);
                }
            }
        }
    }

    /// <summary>Plays the games to their end with kills; false when they were over before there were enough in the middle.</summary>
    private async Task<bool> RunAsync(int seed, int speed, KafkaRig kafka, KafkaRig edge, ChaosFolder folder, long wanted)
    {
        var dice = new Random(seed);
        var processes = Roles.Skip(1).Select((_, i) => Launch(i + 1)).ToList();
        await using var log = KafkaLogs.Open(kafka.Place, TimeProvider.System, null);
        await using var edgeLog = KafkaLogs.Open(edge.Place, TimeProvider.System, null);
        OddswireProcess Launch(int at) => Start(Roles[at], speed, folder[$"{Roles[at]}-{at}-{seed}-{speed}"], kafka, edge);
        var odds = new OddsCount(log, Played);
        var inTheMiddle = 0;
        try
        {
            foreach (var process in processes)
            {
                await UntilReadyAsync(process);
            }

            processes.Insert(0, Launch(0));
            await UntilAsync(async () => await odds.ReadAsync() > 0, () => Task.FromResult($"seed {seed}: nothing is priced:\n{string.Join("\n---\n", processes.Select(process => process.Said))}"));
            for (var kill = 1; kill <= Kills; kill++)
            {
                await Task.Delay(300 + dice.Next(1_200), TestContext.Current.CancellationToken);
                var (at, isRolled) = (dice.Next(Roles.Length), dice.Next(4) == 0);
                processes[at].HasExited.ShouldBeFalse($"seed {seed}: {Roles[at]} ended by itself:\n{processes[at].Said}");
                await StopAsync(processes[at], isRolled);
                var seen = await odds.ReadAsync();
                inTheMiddle += seen > 0 && seen < wanted ? 1 : 0;
                output.WriteLine($"seed {seed}, {speed}x, {(isRolled ? "stop" : "kill")} {kill}: {Roles[at]} {at} at {seen} of {wanted} updates");
                processes[at] = Launch(at);
            }

            if (inTheMiddle < 2)
            {
                return false;
            }

            await UntilAsync(
                async () => await odds.ReadAsync() >= wanted && await WaitingAsync(log, edgeLog) == 0,
                async () => $"seed {seed}: it does not come to its end: {await odds.ReadAsync()} of {wanted} updates, {await WaitingAsync(log, edgeLog)} wait:\n{await VerifyAsync(kafka)}\n{string.Join("\n---\n", processes.Select(process => process.Said))}");
            foreach (var process in processes)
            {
                await StopAsync(process, isRolled: true);
            }

            return true;
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    private static OddswireProcess Start(string role, int speed, string data, KafkaRig kafka, KafkaRig edge) => OddswireProcess.Start(
        ["run", "--role", role, "--headless", "--speed", $"{speed}x", "--health-port", "0", "--data", data, .. Slate, .. kafka.Options, .. role == "replicate" ? edge.EdgeOptions : []]);

    /// <summary>Waits until a process has its partitions, as whoever rolls it waits.</summary>
    private static async Task UntilReadyAsync(OddswireProcess process)
    {
        const string Said = "health and metrics are on ";
        await process.WaitUntilRunningAsync();
        await Machine.UntilAsync(() => process.Errors.Any(line => line.StartsWith(Said, StringComparison.Ordinal)), Machine.Patience, () => $"it does not say where it tells its health: {process.Said}");
        using var http = new HttpClient { BaseAddress = new Uri(process.Errors.First(line => line.StartsWith(Said, StringComparison.Ordinal))[Said.Length..]) };
        await UntilAsync(
            async () =>
            {
                using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
                return answer.IsSuccessStatusCode;
            },
            async () => await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    /// <summary>Kills a process, or asks it to stop as a rolling restart does: then it must commit, leave and end well.</summary>
    private static async Task StopAsync(OddswireProcess process, bool isRolled)
    {
        if (!isRolled)
        {
            await process.KillAsync();
            return;
        }

        await process.WaitUntilRunningAsync();
        process.Signal("TERM");
        await process.WaitAsync();
        process.ExitCode.ShouldBe(0, process.Said);
    }

    private static async Task<string> VerifyAsync(KafkaRig kafka)
    {
        await using var verify = await OddswireProcess.RunAsync(["verify", "--no-archive", .. kafka.Options]);
        return verify.Said;
    }

    private static async Task<long> WaitingAsync(IEventLog log, IEventLog edge)
    {
        var reader = new LagReader(log, TimeProvider.System, () => edge);
        long waiting = 0;
        foreach (var league in Played)
        {
            waiting += (await reader.ReadAsync(league, TestContext.Current.CancellationToken)).Sum(lag => lag.Records);
        }

        return waiting;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, Func<Task<string>> otherwise)
    {
        using var patience = new CancellationTokenSource(Machine.Patience);
        while (!await holds())
        {
            if (patience.IsCancellationRequested)
            {
                Assert.Fail(await otherwise());
            }

            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
