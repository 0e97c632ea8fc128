using Oddswire.Infrastructure.Feeds.Kafka;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>How long a vendor's records have waited, as far as can be known before they are read.</summary>
public sealed class FeedBacklogTests
{
    private const long Noon = 1_789_000_000_000;
    private const long Hour = 3_600_000;
    private readonly FeedBacklog _backlog = new();

    public FeedBacklogTests() => _backlog.Start([new(0, 0), new(1, 0)]);

    [Fact]
    public void After_an_idle_hour_a_record_that_has_just_come_has_waited_no_hour()
    {
        TakeAndCommit(offset: 0, Noon);
        Measure(end: 1, Noon + 1000).ShouldBe((0, 0));
        Measure(end: 2, Noon + Hour).ShouldBe((1, Noon + Hour));
        Measure(end: 3, Noon + Hour + 5000).ShouldBe((2, Noon + Hour), "it waits since it was seen first");
        _backlog.OnTaken(0, 1, Noon + Hour - 7);
        Measure(end: 3, Noon + Hour + 6000).ShouldBe((2, Noon + Hour - 7), "the vendor's word counts once it was read");
    }

    [Fact]
    public void The_end_that_the_client_reports_counts_as_well_as_a_look()
    {
        TakeAndCommit(offset: 0, Noon);
        _backlog.OnEnd(0, 1);
        Measure(end: 2, Noon + Hour).ShouldBe((1, Noon + Hour));
    }

    [Fact]
    public void While_a_backlog_is_caught_up_with_the_next_record_is_as_old_as_the_one_before_it()
    {
        TakeAndCommit(offset: 0, Noon);
        Measure(end: 900, Noon + Hour).ShouldBe((899, Noon));
    }

    [Fact]
    public void What_waits_behind_a_record_that_is_not_committed_is_not_younger_once_that_is()
    {
        _backlog.OnTaken(0, 0, Noon);
        Measure(end: 1, Noon + 1000).ShouldBe((1, Noon));
        Measure(end: 2, Noon + 2000).ShouldBe((2, Noon));
        _backlog.OnCommitted(0, 1);
        Measure(end: 2, Noon + Hour).ShouldBe((1, Noon + 2000));
    }

    [Fact]
    public void A_partition_says_nothing_of_the_age_of_another()
    {
        _backlog.OnTaken(1, 0, Noon);
        _backlog.OnCommitted(1, 1);
        _backlog.Measure(partition => (0, partition == 1 ? 1 : 3), Noon + Hour).ShouldBe((3, 0), "nothing is known of records that were there before anything was read");
    }

    private void TakeAndCommit(long offset, long timestampMs)
    {
        _backlog.OnTaken(0, offset, timestampMs);
        _backlog.OnCommitted(0, offset + 1);
    }

    /// <summary>The second partition is empty.</summary>
    private (long Records, long OldestMs) Measure(long end, long nowMs) => _backlog.Measure(partition => (0, partition == 0 ? end : 0), nowMs);
}
