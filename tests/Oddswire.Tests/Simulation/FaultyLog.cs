using Oddswire.Core.Ports;

namespace Oddswire.Tests.Simulation;

/// <summary>
/// A log whose commits now and then fail: nothing committed, or committed without saying so. Everything else is the inner log's.
/// </summary>
internal sealed class FaultyLog(IEventLog inner, Random random, double faultRate) : IEventLog
{
    private readonly Lock _gate = new();

    /// <summary>How many commits failed.</summary>
    public int Faults { get; private set; }

    public bool IsGapless => inner.IsGapless;

    public bool MayRepeat => inner.MayRepeat;

    public ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct) => inner.EnsureTopicsAsync(topics, ct);

    public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct) => inner.DescribeAsync(topic, ct);

    public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct) => inner.CommittedAsync(group, ct);

    public async ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct) => new Worker(this, await inner.JoinAsync(spec, ct));

    public ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct) =>
        inner.ReadAsync(from, maxRecords, maxWait, ct);

    public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct) =>
        inner.ReadStateAsync(group, partition, ct);

    public ValueTask MaintainAsync(CancellationToken ct) => inner.MaintainAsync(ct);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private int Roll()
    {
        lock (_gate)
        {
            var fault = random.NextDouble() < faultRate ? random.Next(1, 4) : 0;
            Faults += fault > 0 ? 1 : 0;
            return fault;
        }
    }

    private sealed class Worker(FaultyLog log, ILogWorker inner) : ILogWorker
    {
        public ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct) => inner.PollAsync(maxRecords, maxWait, ct);

        public byte[]? ReadState(int partition, ReadOnlySpan<byte> key) => inner.ReadState(partition, key);

        public async ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
        {
            switch (log.Roll())
            {
                case 1:
                    throw new LogUnavailableException("injected: the disk is full");
                case 2:
                    throw new CommitOutcomeUnknownException("injected: the answer was lost, nothing was committed");
                case 3:
                    await inner.CommitAsync(commit, ct);
                    throw new CommitOutcomeUnknownException("injected: committed, the answer was lost");
                default:
                    await inner.CommitAsync(commit, ct);
                    break;
            }
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
