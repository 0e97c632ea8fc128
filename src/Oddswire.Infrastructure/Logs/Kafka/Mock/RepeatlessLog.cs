using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>
/// A log that leaves out what a broker would not have shown: on librdkafka's mock cluster the records of broken-off transactions stay visible, and whoever copies
/// the log (the archive, the edge) would copy their repetitions. On real brokers it hands everything through untouched.
/// </summary>
/// <param name="inner">The log on Kafka; owned.</param>
public sealed class RepeatlessLog(IEventLog inner) : IEventLog
{
    private readonly RepeatHistory _history = new(inner);

    /// <inheritdoc/>
    public bool IsGapless => inner.IsGapless;

    /// <inheritdoc/>
    public bool MayRepeat => inner.MayRepeat;

    /// <inheritdoc/>
    public ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct) => inner.EnsureTopicsAsync(topics, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct) => inner.DescribeAsync(topic, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct) => inner.CommittedAsync(group, ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct) => inner.ReadStateAsync(group, partition, ct);

    /// <inheritdoc/>
    public ValueTask MaintainAsync(CancellationToken ct) => inner.MaintainAsync(ct);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    /// <inheritdoc/>
    public async ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct)
    {
        var worker = await inner.JoinAsync(spec, ct);
        return inner.MayRepeat && spec.Inputs.Any(RepeatHistory.Covers) ? new Worker(this, worker) : worker;
    }

    /// <inheritdoc/>
    public ILogReader OpenReader(IReadOnlyList<PartitionOffset> from, int maxRecords, TimeSpan idleWait) => new Reader(this, inner.OpenReader(from, maxRecords, idleWait));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        var read = await inner.ReadAsync(from, maxRecords, maxWait, ct);
        if (!inner.MayRepeat || !RepeatHistory.Covers(from.Partition.Topic))
        {
            return read;
        }

        // Who looks for the next record must not take a batch of repetitions for the end of the log.
        var all = new List<RecordBatch>(await ThinAsync(read, ct));
        while (read.Count > 0 && all.TrueForAll(batch => batch.Remaining == 0))
        {
            read = await inner.ReadAsync(new PartitionOffset(from.Partition, read[^1].NextOffset), maxRecords, TimeSpan.Zero, ct);
            all.AddRange(await ThinAsync(read, ct));
        }

        return all;
    }

    private async ValueTask<IReadOnlyList<RecordBatch>> ThinAsync(IReadOnlyList<RecordBatch> batches, CancellationToken ct)
    {
        if (!inner.MayRepeat || batches.Count == 0)
        {
            return batches;
        }

        var thinned = new List<RecordBatch>(batches.Count);
        foreach (var batch in batches)
        {
            thinned.Add(await _history.WithoutRepeatsAsync(batch, ct));
        }

        return thinned;
    }

    private sealed class Reader(RepeatlessLog log, ILogReader inner) : ILogReader
    {
        public async ValueTask<IReadOnlyList<RecordBatch>> NextAsync(CancellationToken ct) => await log.ThinAsync(await inner.NextAsync(ct), ct);

        public async ValueTask<IReadOnlyList<RecordBatch>> ReadyAsync() => await log.ThinAsync(await inner.ReadyAsync(), CancellationToken.None);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Worker(RepeatlessLog log, ILogWorker inner) : ILogWorker
    {
        public async ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct)
        {
            var polled = await inner.PollAsync(maxRecords, maxWait, ct);

            // A poll that has given its assignments must be handed on, whatever is asked of it meanwhile.
            return polled.Batches.Count == 0 ? polled : polled with { Batches = await log.ThinAsync(polled.Batches, CancellationToken.None) };
        }

        public byte[]? ReadState(int partition, ReadOnlySpan<byte> key) => inner.ReadState(partition, key);

        public ValueTask CommitAsync(LogCommit commit, CancellationToken ct) => inner.CommitAsync(commit, ct);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
