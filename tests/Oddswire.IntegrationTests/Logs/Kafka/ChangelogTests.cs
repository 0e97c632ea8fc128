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

    private static void Fold(PartitionState state, long offset, string owner, long position) =>
        state.Fold(At, offset, Changelog.PositionsKey, Changelog.EncodePositions(owner, [new(In, position)]), isTombstone: false);
}
