using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>
/// What every engine of the event log must do, in the words of the port alone. An engine's tests derive from it and say how to open a
/// fresh log; where an engine cannot show something in a test, it overrides that test and says why.
/// </summary>
public abstract partial class EventLogContract : IAsyncLifetime
{
    protected IEventLog Log { get; private set; } = null!;

    protected ManualTime Time { get; } = new();

    /// <summary>Whether offsets have holes where transactions end (Kafka); records still keep their order and their offsets.</summary>
    protected virtual bool OffsetsHaveHoles => false;

    /// <summary>Whether the engine itself retains and compacts, by the test's clock; else brokers do, by their own.</summary>
    protected virtual bool MaintainsByItself => true;

    /// <summary>A fresh, empty log.</summary>
    protected abstract ValueTask<IEventLog> OpenAsync();

    public virtual async ValueTask InitializeAsync()
    {
        Log = await OpenAsync();
        await Log.EnsureTopicsAsync([new(In, 2), new(Out, 2)], default);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>These offsets where there are no holes; else as many, counting up from the first.</summary>
    protected void ShouldBeOffsets(IEnumerable<long> actual, params long[] expected)
    {
        var offsets = actual.ToList();
        if (!OffsetsHaveHoles)
        {
            offsets.ShouldBe(expected);
            return;
        }

        offsets.Count.ShouldBe(expected.Length);
        offsets.ShouldBe(offsets.Distinct().Order());
    }

    /// <summary>Exactly this position where there are no holes; else one that no record lies before but those before this position.</summary>
    protected async Task ShouldBeCommitted(WorkerSpec group, TopicPartition partition, long offset)
    {
        var committed = (await Log.CommittedAsync(group, default)).ShouldHaveSingleItem();
        committed.Partition.ShouldBe(partition);
        if (!OffsetsHaveHoles)
        {
            committed.Offset.ShouldBe(offset);
            return;
        }

        committed.Offset.ShouldBeGreaterThanOrEqualTo(offset);
        (await Log.ReadAllAsync(partition.Topic, partition.Partition)).Where(r => r.Offset >= offset && r.Offset < committed.Offset).ShouldBeEmpty();
    }

    [Fact]
    public async Task Offsets_of_a_partition_count_up_from_zero_without_holes()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a", "b");
        await source.ProduceAsync(In, 0, "c");
        await source.ProduceAsync(In, 1, "x");
        var records = await Log.ReadAllAsync(In, 0);
        ShouldBeOffsets(records.Select(r => r.Offset), 0, 1, 2);
        records.Select(r => Text(r.Value)).ShouldBe(["a", "b", "c"]);
        var bounds = await Log.DescribeAsync(In, default);
        bounds.Select(b => (b.Partition, b.EarliestOffset)).ShouldBe([(new(In, 0), 0L), (new(In, 1), 0L)]);
        bounds[0].EndOffset.ShouldBeInRange(3, OffsetsHaveHoles ? 5 : 3);
        bounds[1].EndOffset.ShouldBeInRange(1, OffsetsHaveHoles ? 2 : 1);
    }

    [Fact]
    public async Task Records_of_a_key_keep_their_order_among_many_keys()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        for (var i = 0; i < 5000; i++)
        {
            var key = Utf8($"nfl:{i % 7}");
            commit.Outputs.Append(In, 2, key, default, Utf8($"{i}"));
            if (i % 97 == 0)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }

        await source.CommitAsync(commit, default);
        var all = (await Log.ReadAllAsync(In, 0)).Concat(await Log.ReadAllAsync(In, 1)).ToList();
        all.Count.ShouldBe(5000);
        foreach (var game in all.GroupBy(r => Text(r.Key)))
        {
            game.Select(r => r.Partition.Partition).Distinct().ShouldBe([Murmur.Partition(Utf8(game.Key), 2)]);
            var numbers = game.Select(r => int.Parse(Text(r.Value))).ToList();
            numbers.ShouldBe(numbers.Order());
        }
    }

    [Fact]
    public async Task Outputs_state_and_positions_become_visible_together()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a");
        await using var worker = await Log.JoinAsync(Stage, default);
        var commit = Behind(await worker.PollRecordsAsync(1));
        commit.Put(Out, 0, "k", "A");
        commit.State.Add(new(0, Utf8("game"), Utf8("state")));
        (await Log.ReadAllValuesAsync(Out, 0)).ShouldBeEmpty();
        await worker.CommitAsync(commit, default);
        (await Log.ReadAllValuesAsync(Out, 0)).ShouldBe(["A"]);
        worker.ReadState(0, Utf8("game")).ShouldBe(Utf8("state"));
        await ShouldBeCommitted(Stage, new(In, 0), 1);
        (await Log.ReadStateAsync(Stage, 0, default)).Select(s => (Text(s.Key), Text(s.Value))).ShouldBe([("game", "state")]);
    }

    [Fact]
    public async Task A_commit_with_an_unknown_topic_changes_nothing_at_all()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        commit.Put(In, 0, "k", "good");
        commit.Put("no.such.nfl", 0, "k", "bad");
        commit.State.Add(new(0, Utf8("cursor"), Utf8("1")));
        var error = await Should.ThrowAsync<LogConfigurationException>(async () => await source.CommitAsync(commit, default));
        error.Message.ShouldContain("no.such.nfl");
        (await Log.ReadAllValuesAsync(In, 0)).ShouldBeEmpty();
        source.ReadState(0, Utf8("cursor")).ShouldBeNull();
        await source.ProduceAsync(In, 0, "next");
        ShouldBeOffsets((await Log.ReadAllAsync(In, 0)).Select(r => r.Offset), 0);
    }

    [Fact]
    public async Task A_partition_that_does_not_exist_is_named()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var error = await Should.ThrowAsync<LogConfigurationException>(async () => await source.ProduceAsync(In, 7, "x"));
        error.Message.ShouldContain("no partition 7");
        await Should.ThrowAsync<LogConfigurationException>(
            async () => await Log.ReadAsync(new(new("no.such.nfl", 0), 0), 1, TimeSpan.Zero, default));
        await Should.ThrowAsync<LogConfigurationException>(
            async () => await Log.JoinAsync(new("g.nfl", ["no.such.nfl"], League.Nfl), default));
        (await Log.DescribeAsync("no.such.nfl", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Topics_are_made_once_and_keep_their_number_of_partitions()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a");
        await Log.EnsureTopicsAsync([new(In, 2)], default);
        (await Log.ReadAllValuesAsync(In, 0)).ShouldBe(["a"]);
        var error = await Should.ThrowAsync<LogConfigurationException>(
            async () => await Log.EnsureTopicsAsync([new("new.nfl", 1), new(In, 3)], default));
        error.Message.ShouldContain(In);
        (await Log.DescribeAsync(In, default)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Inputs_with_different_numbers_of_partitions_are_refused()
    {
        await Log.EnsureTopicsAsync([new("one.nfl", 1)], default);
        var error = await Should.ThrowAsync<LogConfigurationException>(
            async () => await Log.JoinAsync(new("g.nfl", [In, "one.nfl"], League.Nfl), default));
        error.Message.ShouldContain("one.nfl");
    }

    [Fact]
    public async Task State_can_be_replaced_and_removed()
    {
        await using var source = await Log.JoinAsync(Source, default);
        byte[][] keys = [[0], [0xff, 0], []];
        foreach (var value in new byte[]?[] { [1], [], null })
        {
            var commit = new LogCommit();
            commit.State.AddRange(keys.Select(key => new StateChange(0, key, value)));
            await source.CommitAsync(commit, default);
            foreach (var key in keys)
            {
                source.ReadState(0, key).ShouldBe(value);
            }
        }

        (await Log.ReadStateAsync(Source, 0, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Headers_key_and_value_come_back_as_they_were()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var headers = RecordHeaders.Of(("league", "nfl"), ("traceparent", "00-αβγ"), ("empty", ""));
        var commit = new LogCommit();
        commit.Outputs.Append(new(In, 0), Utf8("clé"), headers, [0, 1, 255]);
        commit.Outputs.Append(new(In, 0), [], default, []);
        await source.CommitAsync(commit, default);
        var records = await Log.ReadAllAsync(In, 0);
        Text(records[0].Key).ShouldBe("clé");
        records[0].Value.ToArray().ShouldBe([0, 1, 255]);
        records[0].Headers.ToList().Select(h => (h.Key, h.Value)).ShouldBe([("league", "nfl"), ("traceparent", "00-αβγ"), ("empty", "")]);
        (records[1].Key.Length, records[1].Value.Length, records[1].Headers.ToList().Count).ShouldBe((0, 0, 0));
    }

    [Fact]
    public async Task A_large_record_among_small_ones_comes_back_whole()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var large = new byte[5_000_000];
        new Random(1).NextBytes(large);
        var commit = new LogCommit();
        commit.Put(In, 0, "k", "before");
        commit.Outputs.Append(new(In, 0), Utf8("k"), default, large);
        commit.Put(In, 0, "k", "after");
        await source.CommitAsync(commit, default);
        var records = await Log.ReadAllAsync(In, 0);
        ShouldBeOffsets(records.Select(r => r.Offset), 0, 1, 2);
        records[1].Value.Span.SequenceEqual(large).ShouldBeTrue();
    }

    [Fact]
    public async Task An_empty_commit_is_allowed()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.CommitAsync(new LogCommit(), default);
        (await Log.DescribeAsync(In, default))[0].EndOffset.ShouldBe(0);
    }

    [Fact]
    public async Task A_read_in_the_middle_of_a_batch_begins_exactly_there()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, [.. Enumerable.Range(0, 2500).Select(i => $"{i}")]);
        foreach (var from in new long[] { 0, 1, 999, 1000, 1777, 2499 })
        {
            var batches = await Log.ReadAsync(new(new(In, 0), from), 1, Soon, default);
            batches[0].FirstOffset.ShouldBe(from);
            var first = batches.Records()[0];
            (first.Offset, Text(first.Value)).ShouldBe((from, $"{from}"));
        }

        (await Log.ReadAsync(new(new(In, 0), 2500), 1, TimeSpan.Zero, default)).Records().ShouldBeEmpty();
    }

    [Fact]
    public async Task Readers_beside_a_writer_see_every_record_once_and_in_order()
    {
        await using var source = await Log.JoinAsync(Source, default);
        const int Total = 20_000;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            using var deadline = new CancellationTokenSource(Soon);
            var (next, offset) = (0L, 0L);
            while (next < Total)
            {
                var batches = await Log.ReadAsync(new(new(In, 0), offset), 700, TimeSpan.FromSeconds(1), deadline.Token);
                foreach (var record in batches.Records())
                {
                    record.Offset.ShouldBeGreaterThanOrEqualTo(offset);
                    Text(record.Value).ShouldBe($"{next++}");
                }

                offset = batches.Count > 0 ? batches[^1].NextOffset : offset;
            }
        })).ToList();
        for (var i = 0; i < Total; i += 500)
        {
            await source.ProduceAsync(In, 0, [.. Enumerable.Range(i, 500).Select(n => $"{n}")]);
        }

        await Task.WhenAll(readers).WaitAsync(Soon);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        await using var worker = await Log.JoinAsync(Stage, default);
        await worker.PollAssignedAsync(2);
        using var cancel = new CancellationTokenSource();
        var poll = worker.PollAsync(1, TimeSpan.FromMinutes(5), cancel.Token).AsTask();
        var read = Log.ReadAsync(new(new(In, 0), 0), 1, TimeSpan.FromMinutes(5), cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => poll.WaitAsync(Soon));
        await Should.ThrowAsync<OperationCanceledException>(() => read.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_commit_buffer_can_be_used_again_without_changing_what_was_committed()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        commit.Put(In, 0, "k", "first");
        await source.CommitAsync(commit, default);
        commit.Clear();
        commit.Put(In, 0, "k", "other");
        await source.CommitAsync(commit, default);
        (await Log.ReadAllValuesAsync(In, 0)).ShouldBe(["first", "other"]);
    }

    [Fact]
    public async Task The_times_of_records_never_go_back_when_the_clock_does()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a");
        Time.Advance(TimeSpan.FromHours(-3));
        await source.ProduceAsync(In, 0, "b");
        Time.Advance(TimeSpan.FromHours(6));
        await source.ProduceAsync(In, 0, "c");
        var times = (await Log.ReadAllAsync(In, 0)).Select(r => r.AppendedAt).ToList();
        times.ShouldBe(times.Order());
    }

    [Fact]
    public async Task Retention_removes_old_records_and_keeps_the_offsets_of_the_rest()
    {
        Assert.SkipUnless(MaintainsByItself, "Brokers retain by their own clock, in the background; it cannot be shown in a test.");
        await Log.EnsureTopicsAsync([new("short.nfl", 1, TimeSpan.FromHours(1))], default);
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync("short.nfl", 0, "old", "older");
        Time.Advance(TimeSpan.FromHours(2));
        await source.ProduceAsync("short.nfl", 0, "new");
        await source.ProduceAsync(In, 0, "for ever");
        await Log.MaintainAsync(default);
        (await Log.DescribeAsync("short.nfl", default)).ShouldBe([new(new("short.nfl", 0), 2, 3)]);
        var kept = await Log.ReadAsync(new(new("short.nfl", 0), 0), 10, Soon, default);
        kept.Records().Select(r => (r.Offset, Text(r.Value))).ShouldBe([(2L, "new")]);
        (await Log.ReadAllValuesAsync(In, 0)).ShouldBe(["for ever"]);
        Time.Advance(TimeSpan.FromHours(2));
        await Log.MaintainAsync(default);
        await source.ProduceAsync("short.nfl", 0, "newest");
        (await Log.ReadAllAsync("short.nfl", 0)).Select(r => r.Offset).ShouldBe([3L]);
    }

    [Fact]
    public async Task Retention_keeps_what_a_group_has_not_read()
    {
        Assert.SkipUnless(MaintainsByItself, "Brokers do not ask what groups have read: retention there must be longer than any outage of a group.");
        await Log.EnsureTopicsAsync([new("short.nfl", 1, TimeSpan.FromHours(1))], default);
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync("short.nfl", 0, "read");
        await source.ProduceAsync("short.nfl", 0, "unread");
        await using var worker = await Log.JoinAsync(new("slow.nfl", ["short.nfl"], League.Nfl), default);
        await worker.PollRecordsAsync(2);
        var commit = new LogCommit();
        commit.Positions.Add(new(new("short.nfl", 0), 1));
        await worker.CommitAsync(commit, default);
        Time.Advance(TimeSpan.FromHours(2));
        await Log.MaintainAsync(default);
        (await Log.ReadAllValuesAsync("short.nfl", 0)).ShouldBe(["unread"]);
    }

    [Fact]
    public async Task Compaction_keeps_the_last_record_of_each_key_under_its_own_offset()
    {
        await Log.EnsureTopicsAsync([new("state.nfl", 1, null, true)], default);
        await using var source = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        var last = new Dictionary<string, (long Offset, string Value)>();
        for (var i = 0; i < 3000; i++)
        {
            var key = i < 10 ? $"once {i}" : $"k{i % 13}";
            commit.Put("state.nfl", 0, key, $"v{i}");
            last[key] = (OffsetsHaveHoles ? i + ((i + 49) / 50) : i, $"v{i}");
            if (i % 50 == 0)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }

        await source.CommitAsync(commit, default);
        await Log.MaintainAsync(default);
        await Log.MaintainAsync(default);
        await AssertCompacted(last);
        await source.ProduceAsync("state.nfl", 0, "after");
        var after = (await Log.ReadAllAsync("state.nfl", 0))[^1];
        Text(after.Value).ShouldBe("after");
        after.Offset.ShouldBeInRange(3000, OffsetsHaveHoles ? 3061 : 3000);
        (await Log.DescribeAsync("state.nfl", default))[0].EndOffset.ShouldBeInRange(after.Offset + 1, after.Offset + (OffsetsHaveHoles ? 2 : 1));
    }

    protected async Task AssertCompacted(Dictionary<string, (long Offset, string Value)> last)
    {
        var kept = await Log.ReadAllAsync("state.nfl", 0);
        var newest = kept.GroupBy(r => Text(r.Key)).ToDictionary(g => g.Key, g => (g.Last().Offset, Text(g.Last().Value)));
        newest.ShouldBe(last, ignoreOrder: true);
        kept.Select(r => r.Offset).ShouldBe(kept.Select(r => r.Offset).Order());
        var from = last.Values.Select(v => v.Offset).Order().ElementAt(5);
        (await Log.ReadAsync(new(new("state.nfl", 0), from), 1, Soon, default)).Records()[0].Offset.ShouldBe(from);
    }
}
