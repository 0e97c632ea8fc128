using Oddswire.Core.Ports;
using static Oddswire.IntegrationTests.Logs.LogTestKit;

namespace Oddswire.IntegrationTests.Logs;

/// <summary>The contract on readers of several partitions, outside any group.</summary>
public abstract partial class EventLogContract
{
    [Fact]
    public async Task A_reader_reads_partitions_on_side_by_side_from_its_places()
    {
        await using var source = await Log.JoinAsync(Source, default);
        await source.ProduceAsync(In, 0, "a", "b", "c");
        await source.ProduceAsync(In, 1, "x");
        var second = (await Log.ReadAllAsync(In, 0))[1].Offset;
        await using var reader = Log.OpenReader([new(new(In, 0), second), new(new(In, 1), 0)], 100, TimeSpan.FromMilliseconds(50));
        var read = new ReadOn(reader, 2);
        (await read.UntilAsync(3)).ShouldBe(["b", "c"]);
        read.Values(1).ShouldBe(["x"]);
        await source.ProduceAsync(In, 1, "y", "z");
        await source.ProduceAsync(In, 0, "d");
        (await read.UntilAsync(6)).ShouldBe(["b", "c", "d"]);
        read.Values(1).ShouldBe(["x", "y", "z"]);
        foreach (var partition in await Log.DescribeAsync(In, default))
        {
            await read.UntilPlaceAsync(partition.Partition.Partition, partition.EndOffset);
        }
    }

    [Fact]
    public async Task A_reader_gives_many_records_in_order_and_no_more_than_asked_for_at_once_but_whole_batches()
    {
        await using var source = await Log.JoinAsync(Source, default);
        var commit = new LogCommit();
        for (var i = 0; i < 3000; i++)
        {
            commit.Put(In, i % 2, "k", $"{i / 2}");
            if (i % 100 == 99)
            {
                await source.CommitAsync(commit, default);
                commit.Clear();
            }
        }

        await using var reader = Log.OpenReader([new(new(In, 0), 0), new(new(In, 1), 0)], 10, TimeSpan.FromMilliseconds(50));
        var read = new ReadOn(reader, 2);
        (await read.UntilAsync(3000)).ShouldBe(Enumerable.Range(0, 1500).Select(i => $"{i}"));
        read.Values(1).ShouldBe(Enumerable.Range(0, 1500).Select(i => $"{i}"));
        read.Greatest.ShouldBeLessThan(1500, "a little at a time");
    }

    [Fact]
    public async Task A_reader_where_nothing_comes_gives_nothing_and_can_be_given_up()
    {
        await using var reader = Log.OpenReader([new(new(In, 0), 0)], 10, TimeSpan.FromMilliseconds(20));
        (await reader.ReadyAsync()).ShouldBeEmpty();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await reader.NextAsync(stop.Token));
    }

    /// <summary>What a reader has given so far.</summary>
    private sealed class ReadOn(ILogReader reader, int partitions)
    {
        private readonly List<string>[] _values = [.. Enumerable.Range(0, partitions).Select(_ => new List<string>())];
        private readonly long[] _places = new long[partitions];

        public int Greatest { get; private set; }

        public IReadOnlyList<string> Values(int partition) => _values[partition];

        public async Task<IReadOnlyList<string>> UntilAsync(int records)
        {
            await UntilAsync(() => _values.Sum(values => values.Count) >= records, $"{records} records");
            return _values[0];
        }

        public Task UntilPlaceAsync(int partition, long offset) => UntilAsync(() => _places[partition] >= offset, $"place {offset} of partition {partition}");

        private async Task UntilAsync(Func<bool> isEnough, string wanted)
        {
            using var deadline = new CancellationTokenSource(Soon);
            while (!isEnough())
            {
                IReadOnlyList<RecordBatch> batches;
                try
                {
                    batches = await reader.NextAsync(deadline.Token);
                }
                catch (OperationCanceledException e) when (deadline.IsCancellationRequested)
                {
                    throw new TimeoutException($"Not within {Soon.TotalSeconds:0} s: {wanted}; the reader gave {string.Join(", ", _values.Select(values => values.Count))} records", e);
                }

                Greatest = Math.Max(Greatest, batches.Sum(batch => batch.Remaining));
                foreach (var batch in batches)
                {
                    _values[batch.Partition.Partition].AddRange(new[] { batch }.Values());
                    _places[batch.Partition.Partition] = batch.NextOffset;
                }
            }
        }
    }
}
