using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// The event log in memory, with the semantics of the durable engines, for tests, simulation and benchmarks. It starts no thread
/// and has no clock but the given one; members never expire (they leave when disposed). Safe for several threads.
/// </summary>
/// <param name="time">Stamps <see cref="RecordBatch.AppendedAt"/>, measures waits and the age of records.</param>
public sealed class MemoryEventLog(TimeProvider time) : IEventLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Topic> _topics = [];
    private readonly Dictionary<(League, string), MemoryGroup> _groups = [];
    private TaskCompletionSource _changed = NewSignal();
    private long _members;

    /// <inheritdoc/>
    public ValueTask EnsureTopicsAsync(IReadOnlyList<TopicSpec> topics, CancellationToken ct)
    {
        lock (_gate)
        {
            foreach (var spec in topics)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(spec.Partitions, 1);
                if (_topics.TryGetValue(spec.Name, out var existing) && existing.Partitions.Length != spec.Partitions)
                {
                    throw LogChecks.OtherPartitionCount(spec, existing.Partitions.Length);
                }
            }

            foreach (var spec in topics)
            {
                _topics.TryAdd(spec.Name, new Topic(spec));
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionBounds>> DescribeAsync(string topic, CancellationToken ct)
    {
        lock (_gate)
        {
            IReadOnlyList<PartitionBounds> bounds = _topics.TryGetValue(topic, out var found)
                ? [.. found.Partitions.Select(p => new PartitionBounds(p.Id, p.Earliest, p.End))]
                : [];
            return ValueTask.FromResult(bounds);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<PartitionOffset>> CommittedAsync(WorkerSpec group, CancellationToken ct)
    {
        lock (_gate)
        {
            IReadOnlyList<PartitionOffset> positions = _groups.TryGetValue((group.League, group.Group), out var found)
                ? [.. found.Positions.Select(pair => new PartitionOffset(pair.Key, pair.Value))
                    .OrderBy(p => p.Partition.Topic, StringComparer.Ordinal).ThenBy(p => p.Partition.Partition)]
                : [];
            return ValueTask.FromResult(positions);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ILogWorker> JoinAsync(WorkerSpec spec, CancellationToken ct)
    {
        lock (_gate)
        {
            var partitions = LogChecks.PartitionsOf(spec, topic => _topics.TryGetValue(topic, out var found) ? found.Partitions.Length : 0);
            if (!_groups.TryGetValue((spec.League, spec.Group), out var group))
            {
                _groups[(spec.League, spec.Group)] = group = new MemoryGroup();
            }

            var member = $"m{++_members}";
            group.Join(member, partitions);
            Signal();
            return ValueTask.FromResult<ILogWorker>(new MemoryLogWorker(this, spec, group, member));
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RecordBatch>> ReadAsync(PartitionOffset from, int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                List<RecordBatch> batches = [];
                Read(from.Partition, from.Offset, maxRecords, batches);
                if (batches.Count > 0)
                {
                    return batches;
                }

                changed = _changed.Task;
            }

            if (!await WaitAsync(changed, started, maxWait, ct))
            {
                return [];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<KeyValuePair<byte[], byte[]>>> ReadStateAsync(WorkerSpec group, int partition, CancellationToken ct)
    {
        lock (_gate)
        {
            IReadOnlyList<KeyValuePair<byte[], byte[]>> state = _groups.TryGetValue((group.League, group.Group), out var found)
                ? [.. found.State.Where(pair => pair.Key.Partition == partition)
                    .Select(pair => KeyValuePair.Create(Convert.FromHexString(pair.Key.Key), pair.Value))]
                : [];
            return ValueTask.FromResult(state);
        }
    }

    /// <inheritdoc/>
    public ValueTask MaintainAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            var now = Timestamp.From(time.GetUtcNow());
            foreach (var topic in _topics.Values)
            {
                foreach (var partition in topic.Partitions)
                {
                    if (topic.Spec.IsCompacted)
                    {
                        partition.Compact();
                    }
                    else if (topic.Spec.Retention is { } retention)
                    {
                        partition.Expire(now + -retention, ReadByAll(partition));
                    }
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal long Now() => time.GetTimestamp();

    /// <summary>Waits for the next change; false when the time is up.</summary>
    internal async ValueTask<bool> WaitAsync(Task changed, long started, TimeSpan maxWait, CancellationToken ct)
    {
        var left = maxWait - time.GetElapsedTime(started);
        ct.ThrowIfCancellationRequested();
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        var wait = changed.WaitAsync(left, time, ct);
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return wait.IsCompletedSuccessfully;
    }

    /// <summary>One look for a worker: what changed hands, and records; null when there is neither.</summary>
    internal PollResult? TryPoll(MemoryLogWorker worker, int maxRecords, out Task changed)
    {
        lock (_gate)
        {
            changed = _changed.Task;
            var (assigned, revoked) = worker.Reconcile(_topics);
            List<RecordBatch> batches = [];
            var left = maxRecords;
            foreach (var (partition, offset) in worker.Positions())
            {
                if (left <= 0)
                {
                    break;
                }

                var before = batches.Count;
                Read(partition, offset, left, batches);
                for (var i = before; i < batches.Count; i++)
                {
                    left -= batches[i].Remaining;
                    worker.Advance(partition, batches[i].NextOffset);
                }
            }

            return assigned.Count + revoked.Count + batches.Count == 0 ? null : new PollResult(batches, assigned, revoked);
        }
    }

    internal byte[]? ReadState(MemoryLogWorker worker, int partition, ReadOnlySpan<byte> key)
    {
        lock (_gate)
        {
            worker.DemandOwned(partition);
            return worker.Group.State.GetValueOrDefault((partition, Convert.ToHexString(key)));
        }
    }

    internal void Commit(MemoryLogWorker worker, LogCommit commit)
    {
        lock (_gate)
        {
            foreach (var block in commit.Outputs.Blocks)
            {
                Find(block.Partition);
            }

            worker.DemandOwned(commit);
            var now = Timestamp.From(time.GetUtcNow());
            foreach (var block in commit.Outputs.Blocks)
            {
                Find(block.Partition).Append(block, now);
            }

            foreach (var change in commit.State)
            {
                var key = (change.Partition, Convert.ToHexString(change.Key));
                if (change.Value is null)
                {
                    worker.Group.State.Remove(key);
                }
                else
                {
                    worker.Group.State[key] = [.. change.Value];
                }
            }

            foreach (var position in commit.Positions)
            {
                worker.Group.Positions[position.Partition] = position.Offset;
            }

            Signal();
        }
    }

    internal void Leave(MemoryLogWorker worker)
    {
        lock (_gate)
        {
            worker.Group.Leave(worker.Member);
            Signal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        var changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private long ReadByAll(Partition partition) => _groups.Values
        .Select(group => group.Positions.TryGetValue(partition.Id, out var position) ? position : long.MaxValue)
        .Append(long.MaxValue)
        .Min();

    private Partition Find(TopicPartition id)
    {
        if (!_topics.TryGetValue(id.Topic, out var topic))
        {
            throw LogChecks.UnknownTopic(id.Topic);
        }

        return (uint)id.Partition < topic.Partitions.Length
            ? topic.Partitions[id.Partition]
            : throw LogChecks.UnknownPartition(id, topic.Partitions.Length);
    }

    private void Read(TopicPartition id, long offset, int maxRecords, List<RecordBatch> to)
    {
        var batches = Find(id).Batches;
        var index = FirstEndingAfter(batches, offset);
        for (var left = maxRecords; index < batches.Count && left > 0; index++)
        {
            var batch = batches[index].From(offset);
            to.Add(batch);
            left -= batch.Remaining;
        }
    }

    private static int FirstEndingAfter(List<RecordBatch> batches, long offset)
    {
        var (low, high) = (0, batches.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = batches[middle].NextOffset > offset ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    internal sealed class Topic(TopicSpec spec)
    {
        public TopicSpec Spec { get; } = spec;

        public Partition[] Partitions { get; } = [.. Enumerable.Range(0, spec.Partitions).Select(p => new Partition(new(spec.Name, p)))];
    }

    internal sealed class Partition(TopicPartition id)
    {
        private Timestamp _last;

        public TopicPartition Id { get; } = id;

        public List<RecordBatch> Batches { get; } = [];

        public long Earliest { get; private set; }

        public long End { get; private set; }

        public void Append(OutputBuffer.Block block, Timestamp now)
        {
            _last = now > _last ? now : _last;
            Batches.Add(new RecordBatch(Id, End, block.Count, _last, block.Payload.ToArray()));
            End += block.Count;
        }

        public void Expire(Timestamp before, long unread)
        {
            var gone = Batches.TakeWhile(batch => batch.AppendedAt < before && batch.NextOffset <= unread).Count();
            Batches.RemoveRange(0, gone);
            Earliest = Batches.Count > 0 ? Batches[0].BaseOffset : End;
        }

        public void Compact()
        {
            var compactor = new BatchCompactor(int.MaxValue);
            Batches.ForEach(batch => compactor.Note(batch));
            for (var i = 0; i < Batches.Count; i++)
            {
                Batches[i] = compactor.Thin(Batches[i]);
            }
        }
    }
}

/// <summary>What a group keeps: members, owners, positions, state.</summary>
internal sealed class MemoryGroup
{
    private readonly List<string> _members = [];
    private (string? Member, long Epoch)[] _owners = [];

    public Dictionary<TopicPartition, long> Positions { get; } = [];

    public Dictionary<(int Partition, string Key), byte[]> State { get; } = [];

    public int Partitions => _owners.Length;

    public (string? Member, long Epoch) OwnerOf(int partition) => partition >= 0 && partition < _owners.Length ? _owners[partition] : (null, -1);

    public void Join(string member, int partitions)
    {
        _members.Add(member);
        Array.Resize(ref _owners, Math.Max(_owners.Length, partitions));
        Assign();
    }

    public void Leave(string member)
    {
        _members.Remove(member);
        Assign();
    }

    private void Assign()
    {
        for (var i = 0; i < _owners.Length; i++)
        {
            var owner = GroupMembers.OwnerOf(i, _members);
            if (owner != _owners[i].Member)
            {
                _owners[i] = (owner, _owners[i].Epoch + 1);
            }
        }
    }
}
