using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Sqlite;
using Oddswire.IntegrationTests.Chaos;
using Oddswire.IntegrationTests.Logs;

namespace Oddswire.IntegrationTests.Commands;

/// <summary>A log that no longer holds the beginning of its games is whole nevertheless.</summary>
public sealed class VerifyAfterRetentionTests
{
    [Fact]
    public async Task What_retention_has_removed_is_said_and_is_no_violation()
    {
        await using var folder = new ChaosFolder();
        // Not at full speed, so that the log is written over seconds and has an older half.
        await using var run = await OddswireProcess.RunAsync(
            "up", "--data", folder["d"], "--league", "nba", "--games", "nba=2", "--rounds", "1", "--speed", "1200x",
            "--retention", "1h", "--no-archive", "--headless", "--port", "0");
        run.ExitCode.ShouldBe(0, run.Said);
        var removed = await ExpireHalfAsync(folder["d"]);
        removed.ShouldBeGreaterThan(0);

        await using var verify = await OddswireProcess.RunAsync("verify", "--no-archive", "--data", folder["d"], "--json");

        verify.ExitCode.ShouldBe(0, verify.Said);
        verify.Said.ShouldContain("not recomputed: retention has removed");
        verify.Said.ShouldContain("the log does not hold their beginning");
        verify.Result.GetProperty("updates").GetInt64().ShouldBeGreaterThan(0);
    }

    /// <summary>Applies retention as of the moment when the first half of the updates is an hour old; gives how many are gone.</summary>
    private static async Task<long> ExpireHalfAsync(string data)
    {
        var ct = TestContext.Current.CancellationToken;
        var odds = new TopicPartition(Topics.Odds(League.Nba), 0);
        var clock = new FixedClock();
        await using var log = new SqliteEventLog(new SqliteLogOptions { Directory = data }, clock);
        var end = (await log.DescribeAsync(odds.Topic, ct))[0].EndOffset;
        var middle = (await log.ReadAsync(new PartitionOffset(odds, end / 2), 1, TimeSpan.Zero, ct))[0];
        clock.Now = (middle.AppendedAt + TimeSpan.FromHours(1)).ToDateTimeOffset();
        await log.MaintainAsync(ct);
        return (await log.DescribeAsync(odds.Topic, ct))[0].EarliestOffset;
    }
}
