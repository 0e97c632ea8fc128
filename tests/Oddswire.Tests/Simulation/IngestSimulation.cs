using Oddswire.Host.Roles.Ingest;
using Oddswire.Tests.Roles.Ingest;

namespace Oddswire.Tests.Simulation;

/// <summary>The real ingest role over a log whose commits fail, stopped and started at random.</summary>
public sealed class IngestSimulation
{
    private const int Seeds = 25;

    [Fact]
    public async Task Whatever_happens_to_its_commits_every_message_is_taken_once_and_in_order()
    {
        var faults = 0;
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            string[] bodies = [.. Enumerable.Range(1, 400).Select(i => random.Next(20) switch
            {
                0 => "line nonsense",
                1 => $"{i + 11}|line beat",
                _ => $"{i}|line play {i} {i} 0",
            })];
            var (words, letters, _) = await RunAsync(bodies, random, faultRate: 0);
            var disturbed = await RunAsync(bodies, random, faultRate: 0.4);

            disturbed.Words.ShouldBe(words, $"seed {seed}");
            disturbed.Letters.ShouldBe(letters, $"seed {seed}");
            faults += disturbed.Faults;
        }

        faults.ShouldBeGreaterThan(Seeds);
    }

    private static async Task<(IReadOnlyList<string> Words, int Letters, int Faults)> RunAsync(string[] bodies, Random random, double faultRate)
    {
        await using var rig = new IngestRig
        {
            Options = new IngestOptions
            {
                Speed = double.PositiveInfinity,
                Heartbeat = TimeSpan.FromSeconds(10),
                MaxRecordsPerCommit = random.Next(1, 60),
                MaxQueuedMessages = 16,
                MaxQueuedBytes = 4096,
                MinCommitInterval = TimeSpan.Zero,
                Retry = new(TimeSpan.FromMilliseconds(0.1), TimeSpan.FromSeconds(5)),
            },
        };
        var log = new FaultyLog(rig.Log, random, faultRate);
        var source = IngestRig.Source(bodies);
        while (faultRate > 0 && random.Next(4) > 0)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 10)));
            await rig.RunAsync(log, stop.Token, source);
        }

        await rig.RunAsync(log, CancellationToken.None, source);
        return (await rig.WordsAsync(), (await rig.LettersAsync()).Count, log.Faults);
    }
}
