using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Sqlite;

/// <summary>
/// What the process knows of a partition: its bounds, and the latest batches in memory. Changed by the league's writer thread
/// only, read by all.
/// </summary>
internal sealed class PartitionView(long id, TopicPartition name, TopicSpec spec)
{
    private readonly Lock _gate = new();
    private readonly List<RecordBatch> _tail = [];
    private long _earliest;
    private long _end;
    private int _tailStart;

    public long Id { get; } = id;

    public TopicPartition Name { get; } = name;

    public TopicSpec Spec { get; } = spec;

    public long LowId => Id << SqliteLogSchema.OffsetBits;

    public long HighId => (Id + 1) << SqliteLogSchema.OffsetBits;

    public long Earliest => Volatile.Read(ref _earliest);

    public long End => Volatile.Read(ref _end);

    /// <summary>Bytes of payload in memory.</summary>
    public long TailBytes { get; private set; }

    /// <summary>The writer's end and last time, ahead of <see cref="End"/> within a transaction.</summary>
    public long WriterEnd { get; set; }

    public long WriterAppendedMicros { get; set; }

    /// <summary>When the oldest batch in memory got there, as a count of the league's batches: the oldest of all goes first.</summary>
    public long OldestTailOrder => _tailStart < _tailOrder.Count ? _tailOrder[_tailStart] : long.MaxValue;

    private readonly List<long> _tailOrder = [];

    public void SetBounds(long earliest, long end)
    {
        Volatile.Write(ref _earliest, earliest);
        Volatile.Write(ref _end, end);
    }

    /// <summary>Adds a committed batch; forgets the ones before when another process wrote in between.</summary>
    public void AddToTail(RecordBatch batch, long order)
    {
        lock (_gate)
        {
            if (_tail.Count > _tailStart && _tail[^1].NextOffset != batch.BaseOffset)
            {
                _tail.Clear();
                _tailOrder.Clear();
                (_tailStart, TailBytes) = (0, 0);
            }

            _tail.Add(batch);
            _tailOrder.Add(order);
            TailBytes += batch.Payload.Length;
        }
    }

    /// <summary>Forgets the oldest batch in memory; gives its bytes.</summary>
    public long DropOldest()
    {
        lock (_gate)
        {
            if (_tailStart >= _tail.Count)
            {
                return 0;
            }

            long size = _tail[_tailStart].Payload.Length;
            _tail[_tailStart] = null!;
            TailBytes -= size;
            if (++_tailStart > 64 && _tailStart * 2 > _tail.Count)
            {
                _tail.RemoveRange(0, _tailStart);
                _tailOrder.RemoveRange(0, _tailStart);
                _tailStart = 0;
            }

            return size;
        }
    }

    /// <summary>Reads from memory; false when the offset is older than what is there.</summary>
    public bool TryReadTail(long offset, int maxRecords, List<RecordBatch> to)
    {
        lock (_gate)
        {
            if (_tailStart >= _tail.Count || _tail[_tailStart].BaseOffset > offset)
            {
                return false;
            }

            var (low, high) = (_tailStart, _tail.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                (low, high) = _tail[middle].NextOffset > offset ? (low, middle) : (middle + 1, high);
            }

            if (low == _tail.Count)
            {
                return false;
            }

            for (var left = maxRecords; low < _tail.Count && left > 0; low++)
            {
                var batch = _tail[low].From(offset);
                to.Add(batch);
                left -= batch.Remaining;
            }

            return true;
        }
    }
}

/// <summary>A topic of a league's file.</summary>
internal sealed record TopicView(TopicSpec Spec, PartitionView[] Partitions);
