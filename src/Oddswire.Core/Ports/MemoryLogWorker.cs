namespace Oddswire.Core.Ports;

/// <summary>A member of a group of a <see cref="MemoryEventLog"/>; its inner calls run under the log's lock.</summary>
internal sealed class MemoryLogWorker : ILogWorker
{
    private readonly MemoryEventLog _log;
    private readonly WorkerSpec _spec;
    private readonly Dictionary<int, long> _owned = [];
    private readonly SortedDictionary<(int Partition, int Input), long> _positions = [];
    private bool _reset;
    private bool _left;

    public MemoryLogWorker(MemoryEventLog log, WorkerSpec spec, MemoryGroup group, string member)
    {
        (_log, _spec, Group, Member) = (log, spec, group, member);
        if (spec.Inputs.Count == 0 && group.OwnerOf(0) is var (owner, epoch) && owner == member)
        {
            SourceEpoch = epoch;
        }
    }

    public MemoryGroup Group { get; }

    public string Member { get; }

    private long SourceEpoch { get; } = -1;

    /// <inheritdoc/>
    public async ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        var started = _log.Now();
        while (true)
        {
            ObjectDisposedException.ThrowIf(_left, this);
            ct.ThrowIfCancellationRequested();
            if (_log.TryPoll(this, maxRecords, out var changed) is { } result)
            {
                return result;
            }

            if (!await _log.WaitAsync(changed, started, maxWait, ct))
            {
                return PollResult.Empty;
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadState(int partition, ReadOnlySpan<byte> key) => _log.ReadState(this, partition, key);

    /// <inheritdoc/>
    public ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_left, this);
        ct.ThrowIfCancellationRequested();
        _log.Commit(this, commit);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (!_left)
        {
            _left = true;
            _log.Leave(this);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Compares what is owned with what the group says.</summary>
    internal (List<int> Assigned, List<int> Revoked) Reconcile(IReadOnlyDictionary<string, MemoryEventLog.Topic> topics)
    {
        List<int> assigned = [], revoked = [];
        foreach (var (partition, epoch) in _owned.ToList())
        {
            if (_reset || Group.OwnerOf(partition) != (Member, epoch))
            {
                revoked.Add(partition);
                _owned.Remove(partition);
            }
        }

        _reset = false;
        for (var partition = 0; partition < Group.Partitions; partition++)
        {
            var (owner, epoch) = Group.OwnerOf(partition);
            if (owner == Member && _owned.TryAdd(partition, epoch))
            {
                assigned.Add(partition);
            }
        }

        foreach (var partition in revoked.Concat(assigned))
        {
            Place(partition, topics);
        }

        return (assigned, revoked);
    }

    internal List<(TopicPartition Partition, long Offset)> Positions() =>
        [.. _positions.Select(pair => (new TopicPartition(_spec.Inputs[pair.Key.Input], pair.Key.Partition), pair.Value))];

    internal void Advance(TopicPartition partition, long offset) =>
        _positions[(partition.Partition, Input(partition.Topic))] = offset;

    internal void DemandOwned(int partition)
    {
        var epoch = _owned.TryGetValue(partition, out var known) ? known : partition == 0 ? SourceEpoch : -1;
        if (epoch < 0 || Group.OwnerOf(partition) != (Member, epoch))
        {
            _reset = true;
            throw LogChecks.NotOwned(_spec.Group, partition);
        }
    }

    internal void DemandOwned(LogCommit commit)
    {
        if (_spec.Inputs.Count == 0)
        {
            DemandOwned(0);
        }

        commit.State.ForEach(change => DemandOwned(change.Partition));
        foreach (var position in commit.Positions)
        {
            if (Input(position.Partition.Topic) < 0)
            {
                throw new LogConfigurationException(
                    $"Group '{_spec.Group}' does not read the topic '{position.Partition.Topic}', so it has no position there.");
            }

            DemandOwned(position.Partition.Partition);
        }
    }

    private int Input(string topic)
    {
        for (var i = 0; i < _spec.Inputs.Count; i++)
        {
            if (_spec.Inputs[i] == topic)
            {
                return i;
            }
        }

        return -1;
    }

    private void Place(int partition, IReadOnlyDictionary<string, MemoryEventLog.Topic> topics)
    {
        for (var input = 0; input < _spec.Inputs.Count; input++)
        {
            if (!_owned.ContainsKey(partition))
            {
                _positions.Remove((partition, input));
                continue;
            }

            var source = topics[_spec.Inputs[input]].Partitions[partition];
            _positions[(partition, input)] = Math.Max(Group.Positions.GetValueOrDefault(source.Id), source.Earliest);
        }
    }
}
