using Oddswire.Core.Ports;

namespace Oddswire.IntegrationTests.Replicate;

/// <summary>A log that cannot be reached for a while: nothing is committed then. Everything else is the inner log's, which it does not own.</summary>
internal sealed class AwayLog(IEventLog inner) : IEventLog, IDisposable
{
    private volatile bool _isAway;

    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    public bool IsGapless => inner.IsGapless;

    public bool MayRepeat => inner.MayRepeat;

    public ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct) => inner.EnsureTopicsAsync(topics, ct);

    public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct) => Reach().DescribeAsync(topic, ct);

    public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct) => Reach().CommittedAsync(group, ct);

    public async ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct) => new Worker(this, await Reach().JoinAsync(spec, ct));

    public ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct) =>
        Reach().ReadAsync(from, maxRecords, maxWait, ct);

    public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct) =>
        Reach().ReadStateAsync(group, partition, ct);

    public ValueTask MaintainAsync(CancellationToken ct) => Reach().MaintainAsync(ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Dispose() => IsAway = false;

    private IEventLog Reach() => IsAway ? throw new LogUnavailableException("the edge is away") : inner;

    private sealed class Worker(AwayLog log, ILogWorker inner) : ILogWorker
    {
        public ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct)
        {
            log.Reach();
            return inner.PollAsync(maxRecords, maxWait, ct);
        }

        public byte[]? ReadState(int partition, ReadOnlySpan<byte> key) => inner.ReadState(partition, key);

        public ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
        {
            log.Reach();
            return inner.CommitAsync(commit, ct);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
