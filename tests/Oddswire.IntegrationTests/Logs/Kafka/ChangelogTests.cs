using Oddswire.Core.Ports;
using Oddswire.Infrastructure.Logs.Kafka;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs.Kafka;

/// <summary>What a group's changelog says when owners come and go.</summary>
public sealed class ChangelogTests
{
    private static readonly TopicPartition At = new("state", 0);

    [Fact]
    public void A_claim_made_before_the_former_owner_s_last_commit_was_seen_does_not_undo_that_commit()
    {
        var state = new PartitionState();
        Fold(state, 0, "a", 10);
        Fold(state, 1, "a", 20);
        Fold(state, 2, Changelog.ClaimMark + "b", 10);
        state.Positions[In].ShouldBe(20);
        state.Owner.ShouldBe("b");
        state.IsBehind.ShouldBeTrue();
        Fold(state, 3, Changelog.ClaimMark + "b", 20);
        state.IsBehind.ShouldBeFalse();
        Fold(state, 4, "b", 30);
        state.Positions[In].ShouldBe(30);
    }

    [Fact]
    public async Task A_state_that_was_not_looked_at_for_long_is_read_anew_for_marks_of_deleted_keys_may_have_gone()
    {
        using var cluster = new MockCluster(1);
        await using var log = new KafkaEventLog(cluster.Settings, TimeProvider.System);
        await log.EnsureTopicsAsync([new(In, 1)], default);
        await using var worker = await log.JoinAsync(Source, default);
        var commit = new LogCommit();
        commit.State.Add(new(0, Utf8("cursor"), Utf8("1")));
        await worker.CommitAsync(commit, default);

        var (clock, logger) = (new LeapingClock(), TestLogger.ForCurrentTest());
        await using var looking = new KafkaEventLog(cluster.Settings, clock, logger);
        (await looking.ReadStateAsync(Source, 0, default)).ShouldHaveSingleItem();
        var read = Read(logger).ShouldHaveSingleItem();
        clock.Leap += TimeSpan.FromMinutes(50);
        (await looking.ReadStateAsync(Source, 0, default)).ShouldHaveSingleItem();
        Read(logger).ShouldBe([read], "it is known, and nothing is new");
        clock.Leap += TimeSpan.FromMinutes(50);
        (await looking.ReadStateAsync(Source, 0, default)).ShouldHaveSingleItem();
        Read(logger).ShouldBe([read], "every look counts");
        clock.Leap += TimeSpan.FromMinutes(70);
        (await looking.ReadStateAsync(Source, 0, default)).ShouldHaveSingleItem();
        Read(logger).ShouldBe([read, read]);
    }

    /// <summary>How much was read of the changelog, at each look that read any of it.</summary>
    private static List<string> Read(TestLogger logger) =>
        [.. logger.Said.Where(line => line.Contains("records restored", StringComparison.Ordinal)).Select(line => line.Split(" restored")[0])];

    private static void Fold(PartitionState state, long offset, string owner, long position) =>
        state.Fold(At, offset, Changelog.PositionsKey, Changelog.EncodePositions(owner, [new(In, position)]), isTombstone: false);
}
