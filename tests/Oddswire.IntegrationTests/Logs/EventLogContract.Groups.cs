using Oddswire.Core.Ports;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>The contract on groups: who reads what, from where, and who may commit.</summary>
public abstract partial class EventLogContract
{
    [Fact]
    public async Task A_new_member_goes_on_from_the_committed_position()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a", "b", "c");
        await using (var first = await Log.JoinAsync(Stage, default))
        {
            (await first.PollRecordsAsync(3)).Batches.Values().ShouldBe(["a", "b", "c"]);
            var commit = new LogCommit();
            commit.Positions.Add(new(new(In, 0), 2));
            await first.CommitAsync(commit, default);
        }

        await using var second = await Log.JoinAsync(Stage, default);
        var polled = await second.PollRecordsAsync(1);
        polled.Batches.Values().ShouldBe(["c"]);
        polled.Batches.Records()[0].Offset.ShouldBe(2);
        polled.Assigned.Order().ShouldBe([0, 1]);
    }

    [Fact]
    public async Task A_poll_goes_on_where_the_last_one_ended_even_without_a_commit()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a");
        await using var worker = await Log.JoinAsync(Stage, default);
        (await worker.PollRecordsAsync(1)).Batches.Values().ShouldBe(["a"]);
        await source.ProduceAsync(In, 0, "b");
        (await worker.PollRecordsAsync(1)).Batches.Values().ShouldBe(["b"]);
        (await worker.PollAsync(10, TimeSpan.Zero, default)).Batches.Records().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_waiting_poll_wakes_when_records_come()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await using var worker = await Log.JoinAsync(Stage, default);
        await worker.PollAssignedAsync(2);
        var waiting = worker.PollAsync(10, Soon, default).AsTask();
        await source.ProduceAsync(In, 1, "a");
        (await waiting.WaitAsync(Soon)).Batches.Values().ShouldBe(["a"]);
    }

    [Fact]
    public async Task Two_members_share_the_partitions_and_get_every_record_once()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await using var first = await Log.JoinAsync(Stage, default);
        await first.PollAssignedAsync(2);
        await using var second = await Log.JoinAsync(Stage, default);
        var taken = await second.PollAssignedAsync(1);
        var given = await first.PollUntilAsync(p => p.Revoked.Count >= 1);
        given.Revoked.ShouldContain(taken.Assigned[0]);
        await source.ProduceAsync(In, 0, "0");
        await source.ProduceAsync(In, 1, "1");
        var other = 1 - taken.Assigned[0];
        (await second.PollRecordsAsync(1)).Batches.Values().ShouldBe([$"{taken.Assigned[0]}"]);
        (await first.PollRecordsAsync(1)).Batches.Values().ShouldBe([$"{other}"]);
    }

    [Fact]
    public async Task The_partitions_of_a_member_that_leaves_go_to_the_other()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await using var first = await Log.JoinAsync(Stage, default);
        var second = await Log.JoinAsync(Stage, default);
        var taken = (await second.PollAssignedAsync(1)).Assigned[0];
        await first.PollUntilAsync(p => p.Assigned.Count - p.Revoked.Count == 1);
        await second.DisposeAsync();
        await source.ProduceAsync(In, taken, "mine");
        var polled = await first.PollRecordsAsync(1);
        polled.Assigned.ShouldContain(taken);
        polled.Batches.Values().ShouldBe(["mine"]);
    }

    [Fact]
    public async Task A_commit_for_a_partition_that_went_to_another_member_is_fenced_and_leaves_no_trace()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "0");
        await source.ProduceAsync(In, 1, "1");
        await using var zombie = await Log.JoinAsync(Stage, default);
        var commit = Behind(await zombie.PollRecordsAsync(2));
        commit.Put(Out, 0, "k", "from the zombie");
        commit.State.Add(new(0, Utf8("game"), Utf8("zombie")));
        commit.State.Add(new(1, Utf8("game"), Utf8("zombie")));
        await using var second = await Log.JoinAsync(Stage, default);
        var taken = (await second.PollAssignedAsync(1)).Assigned[0];
        await Should.ThrowAsync<FencedException>(async () => await zombie.CommitAsync(commit, default));
        (await Log.ReadAllValuesAsync(Out, 0)).ShouldBeEmpty();
        (await Log.CommittedAsync(Stage, default)).ShouldBeEmpty();
        (await Log.ReadStateAsync(Stage, 0, default)).ShouldBeEmpty();
        var again = await zombie.PollRecordsAsync(1);
        again.Revoked.Order().ShouldBe([0, 1]);
        again.Assigned.ShouldBe([1 - taken]);
        again.Batches.Values().ShouldBe([$"{1 - taken}"]);
        await zombie.CommitAsync(Behind(again), default);
        await ShouldBeCommitted(Stage, new(In, 1 - taken), 1);
    }

    [Fact]
    public async Task State_of_a_partition_can_be_read_by_its_owner_only()
    {
        await using var first = await Log.JoinAsync(Stage, default);
        await first.PollAssignedAsync(2);
        await using var second = await Log.JoinAsync(Stage, default);
        var taken = (await second.PollAssignedAsync(1)).Assigned[0];
        second.ReadState(taken, Utf8("k")).ShouldBeNull();
        Should.Throw<FencedException>(() => second.ReadState(1 - taken, Utf8("k")));
    }

    [Fact]
    public async Task A_source_is_alone_and_a_second_one_takes_over_when_it_leaves()
    {
        var first = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        commit.Put(In, 0, "k", "1");
        commit.State.Add(new(0, Utf8("cursor"), Utf8("1")));
        await first.CommitAsync(commit, default);
        await using var second = await Log.JoinAsync(Source, default);
        (await second.PollAsync(1, TimeSpan.Zero, default)).Assigned.ShouldBeEmpty();
        await Should.ThrowAsync<FencedException>(async () => await second.ProduceAsync(In, 0, "intruder"));
        await first.ProduceAsync(In, 0, "2");
        await first.DisposeAsync();
        (await second.PollAssignedAsync(1)).Assigned.ShouldBe([0]);
        second.ReadState(0, Utf8("cursor")).ShouldBe(Utf8("1"));
        await second.ProduceAsync(In, 0, "3");
        (await Log.ReadAllValuesAsync(In, 0)).ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public async Task Groups_do_not_see_one_another()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a");
        await using var one = await Log.JoinAsync(Stage, default);
        await using var other = await Log.JoinAsync(Stage with { Group = "price.nfl" }, default);
        var commit = Behind(await one.PollRecordsAsync(1));
        commit.State.Add(new(0, Utf8("k"), Utf8("one")));
        await one.CommitAsync(commit, default);
        (await other.PollRecordsAsync(1)).Batches.Values().ShouldBe(["a"]);
        other.ReadState(0, Utf8("k")).ShouldBeNull();
        (await Log.CommittedAsync(Stage with { Group = "price.nfl" }, default)).ShouldBeEmpty();
    }
}
