using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Replicate;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Roles.Replicate;

/// <summary>
/// How many records wait to be replicated, and how long the oldest has been waiting. The age is that of the first record read and not
/// committed; where none is held, of the last one committed, but no older than the last moment at which nothing waited. Safe for two
/// threads: the one that copies and the one that measures.
/// </summary>
internal sealed class ReplicateLag(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, long> _next = [];
    private Timestamp _held;
    private Timestamp _committed;
    private Timestamp _caughtUp;

    /// <summary>Replication goes on from these places; what was read and not committed is given up.</summary>
    public void Begin(IEnumerable<PartitionOffset> start)
    {
        lock (_gate)
        {
            foreach (var position in start)
            {
                _next[position.Partition.Partition] = position.Offset;
            }

            _held = Timestamp.Unknown;
        }
    }

    /// <summary>Records were read.</summary>
    public void OnRead(RecordBatch batch)
    {
        lock (_gate)
        {
            _held = _held.IsKnown ? _held : batch.AppendedAt;
            _committed = batch.AppendedAt;
        }
    }

    /// <summary>All that was read is on the edge log.</summary>
    public void OnCommitted(IReadOnlyDictionary<int, ReplicateCursor> cursors)
    {
        lock (_gate)
        {
            foreach (var (partition, cursor) in cursors)
            {
                _next[partition] = cursor.Next;
            }

            _held = Timestamp.Unknown;
        }
    }

    /// <summary>The lag now; null while it is not known where replication stands.</summary>
    /// <param name="core">The partitions of the core log, described just now.</param>
    public (long Records, TimeSpan Behind)? Measure(IReadOnlyList<PartitionBounds> core)
    {
        lock (_gate)
        {
            if (_next.Count == 0)
            {
                return null;
            }

            var now = Timestamp.From(time.GetUtcNow());
            var records = core.Sum(bounds =>
                Math.Max(0, bounds.EndOffset - Math.Max(bounds.EarliestOffset, _next.GetValueOrDefault(bounds.Partition.Partition))));
            if (records == 0)
            {
                _caughtUp = now;
                return (0, TimeSpan.Zero);
            }

            var oldest = _held.IsKnown ? _held : _committed > _caughtUp ? _committed : _caughtUp;
            return (records, oldest.IsKnown && now > oldest ? now - oldest : TimeSpan.Zero);
        }
    }
}
