using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// A member of a group on Kafka. One thread takes part in the group, restores state and fetches; another commits. Membership, and with
/// it ownership, is on the group's state topic; the inputs are read without a group, from the positions in the changelog.
/// </summary>
internal sealed partial class KafkaLogWorker : ILogWorker
{
    private readonly KafkaContext _context;
    private readonly WorkerSpec _spec;
    private readonly int _partitions;
    private readonly string _stateTopic;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly SortedDictionary<int, OwnedPartition> _owned = [];
    private readonly Dictionary<int, long> _reported = [];
    private readonly Queue<RecordBatch> _buffer = [];
    private readonly SerialThread _committer;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<KafkaLogWorker> _onLeft;
    private long _buffered;
    private bool _reset;
    private bool _wasReset;
    private long _lastCall;
    private int _calls;
    private volatile bool _stopping;
    private bool _disposed;
    private Exception? _failure;

    public KafkaLogWorker(KafkaContext context, WorkerSpec spec, int partitions, Action<KafkaLogWorker> onLeft)
    {
        (_context, _spec, _partitions, _onLeft) = (context, spec, partitions, onLeft);
        _stateTopic = Changelog.TopicOf(spec.Group);
        _lastCall = context.Time.GetTimestamp();
        _committer = new SerialThread($"commit {spec.Group}");
        new Thread(Run) { IsBackground = true, Name = $"read {spec.Group}" }.Start();
    }

    /// <summary>The worker's specification.</summary>
    public WorkerSpec Spec => _spec;

    private bool IsSource => _spec.Inputs.Count == 0;

    private string Group => _spec.Group;

    /// <summary>Completes when the group has said for the first time what belongs to this member.</summary>
    public Task JoinedAsync(CancellationToken ct) => _joined.Task.WaitAsync(ct);

    /// <inheritdoc/>
    public async ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        ct.ThrowIfCancellationRequested();
        var started = _context.Time.GetTimestamp();
        using var call = new Call(this);
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            ThrowFailure();
            var isPending = false;
            lock (_lock)
            {
                isPending = _reset;
                if (!_reset && TakeChanges(maxRecords) is { } result)
                {
                    return result;
                }
            }

            var left = maxWait - _context.Time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero && !isPending)
            {
                return PollResult.Empty;
            }

            var wait = isPending || left > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : left;
            await _changed.WaitAsync(wait, ct);
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadState(int partition, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_lock)
        {
            return DemandOwned(partition).State.Find(key);
        }
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ct.ThrowIfCancellationRequested();
        using var call = new Call(this);
        DemandReading();
        await DemandTopicsAsync(commit);
        await _committer.RunAsync(() => Commit(commit));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopping = true;
        await _left.Task;
        _committer.Dispose();
        _onLeft(this);
    }

    /// <summary>The committed positions of the partitions it owns.</summary>
    public List<PartitionOffset> Positions()
    {
        lock (_lock)
        {
            return [.. from owned in _owned.Values
                       from topic in _spec.Inputs
                       let position = owned.Position(topic)
                       where position is not null
                       select new PartitionOffset(new TopicPartition(topic, owned.Partition), position.Value)];
        }
    }

    /// <summary>The state of a partition; null when it is not this worker's.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>>? StateOf(int partition)
    {
        lock (_lock)
        {
            return _owned.TryGetValue(partition, out var owned) && !_reset ? owned.State.All() : null;
        }
    }

    /// <summary>Which partitions it owns.</summary>
    public IReadOnlyList<int> Owned()
    {
        lock (_lock)
        {
            return [.. _owned.Keys];
        }
    }

    private PollResult? TakeChanges(int maxRecords)
    {
        List<int> assigned = [], revoked = [];
        foreach (var (partition, epoch) in _reported.ToList())
        {
            if (_wasReset || !_owned.TryGetValue(partition, out var owned) || owned.Epoch != epoch)
            {
                revoked.Add(partition);
                _reported.Remove(partition);
            }
        }

        _wasReset = false;
        foreach (var owned in _owned.Values)
        {
            if (_reported.TryAdd(owned.Partition, owned.Epoch))
            {
                assigned.Add(owned.Partition);
            }
        }

        List<RecordBatch> batches = [];
        for (var left = maxRecords; left > 0 && _buffer.TryDequeue(out var batch); left -= batch.Remaining)
        {
            _buffered -= batch.Payload.Length;
            batches.Add(batch);
        }

        return assigned.Count + revoked.Count + batches.Count == 0 ? null : new PollResult(batches, assigned, revoked);
    }

    /// <summary>Under the lock.</summary>
    private OwnedPartition DemandOwned(int partition)
    {
        // What a poll has not told of yet, only a source may use: work of a stage could stem from an earlier time with the partition.
        if (!_reset && _owned.TryGetValue(partition, out var owned)
            && (_reported.TryGetValue(partition, out var epoch) ? epoch == owned.Epoch : IsSource))
        {
            return owned;
        }

        _reset = true;
        throw LogChecks.NotOwned(Group, partition);
    }

    private async ValueTask DemandTopicsAsync(LogCommit commit)
    {
        foreach (var block in commit.Outputs.Blocks)
        {
            var partitions = await _context.Topics.PartitionsAsync(block.Partition.Topic);
            if (partitions == 0)
            {
                throw LogChecks.UnknownTopic(block.Partition.Topic);
            }

            if ((uint)block.Partition.Partition >= (uint)partitions)
            {
                throw LogChecks.UnknownPartition(block.Partition, partitions);
            }
        }

        foreach (var position in commit.Positions)
        {
            if (!_spec.Inputs.Contains(position.Partition.Topic))
            {
                throw new LogConfigurationException(
                    $"Group '{Group}' does not read the topic '{position.Partition.Topic}', so it has no position there.");
            }
        }
    }

    private void Signal()
    {
        try
        {
            _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody has signalled already.
        }
    }

    private void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _context.Logger?.LogDebug("{Group}: this worker ends: {Reason}", Group, failure.Message);
        _joined.TrySetException(failure);
        Signal();
    }

    /// <summary>
    /// A worker that reads no more has given its partitions up. For a commit that is no passing fault: it would be tried again for ever, while nobody polls.
    /// </summary>
    private void DemandReading()
    {
        try
        {
            ThrowFailure();
        }
        catch (LogUnavailableException e)
        {
            throw new FencedException($"{e.Message} Nothing was committed.", e);
        }
    }

    /// <summary>Rethrows what ended the reading thread; a new exception each time, so that no stack trace grows.</summary>
    private void ThrowFailure()
    {
        switch (_failure)
        {
            case null:
                return;
            case LogConfigurationException e:
                throw new LogConfigurationException(e.Message, e);
            case LogCorruptException e:
                throw new LogCorruptException(e.Message, e);
            case CommitOutcomeUnknownException e:
                throw new CommitOutcomeUnknownException(e.Message, e);
            default:
                throw new LogUnavailableException($"The worker of '{Group}' has stopped: {_failure.Message} Join anew.", _failure);
        }
    }

    /// <summary>Marks that the role is alive: it is inside a call, or was lately.</summary>
    private readonly struct Call : IDisposable
    {
        private readonly KafkaLogWorker _worker;

        public Call(KafkaLogWorker worker)
        {
            _worker = worker;
            Interlocked.Increment(ref worker._calls);
        }

        public void Dispose()
        {
            Interlocked.Decrement(ref _worker._calls);
            Volatile.Write(ref _worker._lastCall, _worker._context.Time.GetTimestamp());
        }
    }
}
