using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>A member of a group of a <see cref="SqliteEventLog"/>.</summary>
internal sealed class SqliteLogWorker : ILogWorker
{
    private readonly LeagueLog _log;
    private readonly int _partitions;
    private readonly Dictionary<int, long> _epochs = [];
    private readonly Dictionary<int, long> _reported = [];
    private readonly List<(PartitionView View, long Offset)> _positions = [];
    private long _member;
    private long _generation = -1;
    private bool _reset;
    private bool _left;

    private SqliteLogWorker(LeagueLog log, WorkerSpec spec, int partitions) => (_log, Spec, _partitions) = (log, spec, partitions);

    public WorkerSpec Spec { get; }

    public static async ValueTask<ILogWorker> JoinAsync(LeagueLog log, WorkerSpec spec)
    {
        var partitions = LogChecks.PartitionsOf(spec, topic => log.Views.Topic(topic)?.Partitions.Length ?? 0);
        var worker = new SqliteLogWorker(log, spec, partitions);
        await worker.JoinAsync();
        return worker;
    }

    /// <inheritdoc/>
    public async ValueTask<PollResult> PollAsync(int maxRecords, TimeSpan maxWait, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        ct.ThrowIfCancellationRequested();
        var started = _log.Now();
        while (true)
        {
            ObjectDisposedException.ThrowIf(_left, this);
            var changed = _log.Views.Changed;
            List<int> assigned = [], revoked = [];
            if (_reset || _generation != _log.Views.Generation(Spec.Group))
            {
                if (!Reconcile(assigned, revoked))
                {
                    await JoinAsync();
                    continue;
                }
            }

            var batches = ReadBatches(maxRecords);
            if (assigned.Count + revoked.Count + batches.Count > 0)
            {
                return new PollResult(batches, assigned, revoked);
            }

            if (!await _log.WaitAsync(changed, started, maxWait, ct))
            {
                return PollResult.Empty;
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? ReadState(int partition, ReadOnlySpan<byte> key)
    {
        ObjectDisposedException.ThrowIf(_left, this);
        var wanted = key.ToArray();
        return _log.WithReader(reader =>
        {
            var db = reader.Connection;
            Demand(db, partition);
            var row = db.Prepare("SELECT value, crc FROM state WHERE grp = ?1 AND partition = ?2 AND key = ?3")
                .Bind(1, Spec.Group).Bind(2, partition).Bind(3, wanted);
            try
            {
                return row.Step() ? StateRow.Checked(Spec.Group, partition, wanted, row.Blob(0), row.Long(1)) : null;
            }
            finally
            {
                row.Reset();
            }
        });
    }

    /// <inheritdoc/>
    public async ValueTask CommitAsync(LogCommit commit, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_left, this);
        ct.ThrowIfCancellationRequested();
        await _log.Writer.RunAsync(new CommitJob(this, commit));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_left)
        {
            return;
        }

        _left = true;
        var member = _member;
        try
        {
            await _log.Writer.RunAsync(writer => writer.Groups.Leave(Spec.Group, member));
        }
        catch (Exception e) when (e is LogException or ObjectDisposedException)
        {
            // A member that cannot take its leave is removed when its process ends.
        }
    }

    /// <summary>On the writer thread, in the commit's transaction: is all that the commit touches still ours?</summary>
    public void DemandOwned(LeagueWriter writer, LogCommit commit)
    {
        if (Spec.Inputs.Count == 0)
        {
            Demand(writer.Database, 0);
        }
        else if (commit.State.Count + commit.Positions.Count == 0 && !GroupTable.IsMember(writer.Database, _member))
        {
            _reset = true;
            throw new FencedException($"This worker of group '{Spec.Group}' has been silent for too long and is not a member any more; nothing was committed.");
        }

        var known = -1;
        foreach (var change in commit.State)
        {
            known = DemandOnce(writer, change.Partition, known);
        }

        foreach (var position in commit.Positions)
        {
            if (!Spec.Inputs.Contains(position.Partition.Topic))
            {
                throw new LogConfigurationException(
                    $"Group '{Spec.Group}' does not read the topic '{position.Partition.Topic}', so it has no position there.");
            }

            known = DemandOnce(writer, position.Partition.Partition, known);
        }
    }

    private int DemandOnce(LeagueWriter writer, int partition, int known)
    {
        if (partition != known)
        {
            Demand(writer.Database, partition);
        }

        return partition;
    }

    private void Demand(SqliteConnectionCore db, int partition)
    {
        if (!_epochs.TryGetValue(partition, out var epoch) || GroupTable.EpochOf(db, Spec.Group, partition, _member) != epoch)
        {
            _reset = true;
            throw LogChecks.NotOwned(Spec.Group, partition);
        }
    }

    private async Task JoinAsync()
    {
        long member = 0, epoch = -1;
        await _log.Writer.RunAsync(writer =>
        {
            member = writer.Groups.Join(Spec.Group, _partitions);
            epoch = GroupTable.EpochOf(writer.Database, Spec.Group, 0, member);
        });
        _member = member;
        if (Spec.Inputs.Count == 0 && epoch >= 0)
        {
            _epochs[0] = epoch;
        }
    }

    /// <summary>Compares what we own with what the file says; false when we are no member any more.</summary>
    private bool Reconcile(List<int> assigned, List<int> revoked)
    {
        var generation = _log.Views.Generation(Spec.Group);
        var (isMember, owned, committed) = _log.WithReader(ReadOwned);
        foreach (var (partition, epoch) in _reported)
        {
            if (_reset || !isMember || !owned.TryGetValue(partition, out var now) || now != epoch)
            {
                revoked.Add(partition);
            }
        }

        revoked.ForEach(partition => _reported.Remove(partition));
        _positions.RemoveAll(position => revoked.Contains(position.View.Name.Partition));
        if (!isMember && revoked.Count == 0)
        {
            return false;
        }

        (_generation, _reset) = (isMember ? generation : -1, false);
        _epochs.Clear();
        foreach (var (partition, epoch) in owned)
        {
            _epochs[partition] = epoch;
            if (_reported.TryAdd(partition, epoch))
            {
                assigned.Add(partition);
                Place(partition, committed);
            }
        }

        return true;
    }

    private (bool IsMember, SortedDictionary<int, long> Owned, Dictionary<long, long> Committed) ReadOwned(SqliteBatchReader reader)
    {
        var db = reader.Connection;
        SortedDictionary<int, long> owned = [];
        db.Execute("BEGIN");
        try
        {
            var isMember = GroupTable.IsMember(db, _member);
            var rows = db.Prepare("SELECT partition, epoch FROM owners WHERE grp = ?1 AND member = ?2").Bind(1, Spec.Group).Bind(2, _member);
            while (rows.Step())
            {
                owned.Add((int)rows.Long(0), rows.Long(1));
            }

            rows.Reset();
            return (isMember, owned, PositionRows.Read(db, Spec.Group));
        }
        finally
        {
            db.Execute("COMMIT");
        }
    }

    private void Place(int partition, Dictionary<long, long> committed)
    {
        foreach (var topic in Spec.Inputs)
        {
            var view = _log.Views.Find(new TopicPartition(topic, partition));
            _positions.Add((view, committed.GetValueOrDefault(view.Id)));
        }
    }

    private List<RecordBatch> ReadBatches(int maxRecords)
    {
        List<RecordBatch> batches = [];
        for (var i = 0; i < _positions.Count && maxRecords > 0; i++)
        {
            var (view, offset) = _positions[i];
            var before = batches.Count;
            _log.Read(view, offset, maxRecords, batches);
            for (var j = before; j < batches.Count; j++)
            {
                maxRecords -= batches[j].Remaining;
                _positions[i] = (view, batches[j].NextOffset);
            }
        }

        return batches;
    }
}

/// <summary>Reads the committed positions of a group.</summary>
internal static class PositionRows
{
    /// <summary>Position by the partition's id.</summary>
    public static Dictionary<long, long> Read(SqliteConnectionCore db, string group)
    {
        Dictionary<long, long> positions = [];
        var rows = db.Prepare("SELECT partition, next FROM positions WHERE grp = ?1").Bind(1, group);
        while (rows.Step())
        {
            positions[rows.Long(0)] = rows.Long(1);
        }

        rows.Reset();
        return positions;
    }
}

/// <summary>Checks a stored state value.</summary>
internal static class StateRow
{
    /// <summary>The value.</summary>
    /// <exception cref="LogCorruptException">It does not agree with its checksum.</exception>
    public static byte[] Checked(string group, int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long crc) =>
        Crc32C.OfPair(key, value) == (uint)crc
            ? value.ToArray()
            : throw new LogCorruptException(
                $"The state of group '{group}', partition {partition}, key '{System.Text.Encoding.UTF8.GetString(key)}' does not agree with its checksum. "
                + "Restore the log from a copy, or replay the feeds into a fresh data folder.");
}
