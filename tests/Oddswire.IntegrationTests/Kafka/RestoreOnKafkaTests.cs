using System.Net;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Host.Composition;
using Oddswire.Infrastructure.Logs.Kafka;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>A role that takes over partitions with much state, from brokers that take their time.</summary>
public sealed class RestoreOnKafkaTests
{
    private const int Commits = 30;
    private const int KeysPerCommit = 100;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_restore_tells_how_far_it_is_and_the_role_is_ready_only_behind_it()
    {
        await using var kafka = KafkaRig.Open(leagues: [League.Nfl], mustBeMock: true);
        await using var folder = new ChaosFolder();
        await using (var log = KafkaLogs.Open(kafka.Place, TimeProvider.System, null))
        await using (var worker = await log.JoinAsync(new WorkerSpec("normalise.nfl", [Topics.Raw(League.Nfl)], League.Nfl), Ct))
        {
            await worker.PollAssignedAsync(1);
            for (var i = 0; i < Commits; i++)
            {
                var commit = new LogCommit();
                commit.State.AddRange(Enumerable.Range(0, KeysPerCommit).Select(k => new StateChange(0, LogTestKit.Utf8($"nfl:{i}-{k}"), new byte[1000])));
                await worker.CommitAsync(commit, Ct);
            }
        }

        // Each answer gives a part of it; others who read, those that look at lags, may take one or two of them.
        for (var i = 0; i < 8; i++)
        {
            kafka.Mock!.PushDelay(1, KafkaApi.Fetch, TimeSpan.FromSeconds(1.3));
        }

        await using var process = OddswireProcess.Start(["run", "--role", "normalise", "--league", "nfl", "--headless", "--health-port", "0", "--data", folder["data"], .. kafka.Options]);
        await Machine.UntilAsync(() => process.HasExited || process.Errors.Any(IsProgress), Machine.Patience, () => process.Said);
        var progress = process.Errors.First(IsProgress);
        progress.ShouldMatch(@"state\.normalise\.nfl: restoring state: \d+ of \d+ records, 1 partition\(s\) to go");
        await Machine.UntilAsync(() => process.HasExited || process.Errors.Any(IsAddress), Machine.Patience, () => process.Said);
        using var http = new HttpClient { BaseAddress = new Uri(process.Errors.First(IsAddress).Split(" on ")[^1]) };
        if (await IsReadyAsync(http))
        {
            // On a busy machine it may be over by now; then it was said before, and is at most on its way through the pipe.
            await Machine.UntilAsync(() => process.Errors.Any(IsEnd), TimeSpan.FromSeconds(1), () => "it is ready before its state is there");
        }

        await Machine.UntilAsync(() => process.Errors.Any(IsEnd), Machine.Patience, () => process.Said);
        await Machine.UntilAsync(() => IsReadyAsync(http), Machine.Patience, () => process.Said);
    }

    private static bool IsProgress(string line) => line.Contains("restoring state", StringComparison.Ordinal);

    private static bool IsEnd(string line) => line.Contains("records restored in", StringComparison.Ordinal);

    private static bool IsAddress(string line) => line.Contains(" on http://", StringComparison.Ordinal);

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/readyz", UriKind.Relative), Ct);
        return answer.StatusCode == HttpStatusCode.OK;
    }
}
