using Confluent.Kafka;

namespace Oddswire.Infrastructure.Feeds.Kafka;

/// <summary>
/// What of a vendor's topic is not in the core log yet: records that were taken and wait to be committed, and those that were not taken. Told and asked by
/// several threads.
/// </summary>
internal sealed class FeedBacklog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Place> _places = [];
    private long _lastTaken;

    /// <summary>Begins anew: each partition is read from an offset on, or from Kafka's <c>Offset.Beginning</c> or <c>Offset.End</c>.</summary>
    public void Start(IEnumerable<KeyValuePair<int, long>> from)
    {
        lock (_lock)
        {
            _lastTaken = 0;
            _places.Clear();
            foreach (var (partition, offset) in from)
            {
                _places[partition] = new Place { Next = offset };
            }
        }
    }

    /// <summary>A record was handed on.</summary>
    /// <param name="partition">Its partition.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="timestampMs">The vendor's time, milliseconds since 1970; 0 when there is none.</param>
    public void OnTaken(int partition, long offset, long timestampMs)
    {
        lock (_lock)
        {
            var place = _places[partition];
            place.Next = offset + 1;
            place.Uncommitted.Enqueue((offset, timestampMs));
            _lastTaken = timestampMs;
        }
    }

    /// <summary>Nothing is left before this offset: what lies between it and the last record are marks of transactions.</summary>
    public void OnEnd(int partition, long offset)
    {
        lock (_lock)
        {
            _places[partition].Next = Math.Max(_places[partition].Next, offset);
        }
    }

    /// <summary>What lies before this offset is in the core log.</summary>
    public void OnCommitted(int partition, long next)
    {
        lock (_lock)
        {
            if (_places.TryGetValue(partition, out var place))
            {
                while (place.Uncommitted.TryPeek(out var first) && first.Offset < next)
                {
                    place.Uncommitted.Dequeue();
                }
            }
        }
    }

    /// <summary>Records that wait, and the vendor's time of the first of them, as far as one was seen; 0 when none waits or none is known.</summary>
    /// <param name="ends">Where a partition begins and ends by now; less than 0 where that is not known.</param>
    public (long Records, long OldestMs) Measure(Func<int, (long Low, long High)> ends)
    {
        lock (_lock)
        {
            var (waiting, oldest) = (0L, long.MaxValue);
            foreach (var (partition, place) in _places)
            {
                var (low, high) = ends(partition);
                var isTaken = place.Uncommitted.TryPeek(out var first);
                var from = isTaken ? first.Offset : place.Next >= 0 ? place.Next : place.Next == Offset.End.Value ? high : Math.Max(0, low);
                var records = Math.Max(Math.Max(0, high - from), place.Uncommitted.Count);
                waiting += records;
                if (records > 0 && (isTaken ? first.TimestampMs : _lastTaken) is var time and > 0)
                {
                    oldest = Math.Min(oldest, time);
                }
            }

            return (waiting, oldest == long.MaxValue ? 0 : oldest);
        }
    }

    private sealed class Place
    {
        public long Next { get; set; }

        public Queue<(long Offset, long TimestampMs)> Uncommitted { get; } = new();
    }
}
