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

    /// <summary>Starts over: each partition is read from an offset on, or from Kafka's <c>Offset.Beginning</c> or <c>Offset.End</c>.</summary>
    public void Start(IEnumerable<KeyValuePair<int, long>> from)
    {
        lock (_lock)
        {
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
            (place.LastTakenMs, place.HadAll, place.SeenMs) = (timestampMs, false, 0);
        }
    }

    /// <summary>Nothing is left before this offset: what lies between it and the last record are marks of transactions.</summary>
    public void OnEnd(int partition, long offset)
    {
        lock (_lock)
        {
            var place = _places[partition];
            (place.Next, place.HadAll, place.SeenMs) = (Math.Max(place.Next, offset), true, 0);
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

    /// <summary>
    /// Records that wait, and since when the first of them has; 0 when none waits or that is not known. It is the vendor's time of the first one that was taken. Where
    /// none was taken, it is the time at which one was first seen to wait, or, where there has always been another one, the vendor's time of the last one before it.
    /// </summary>
    /// <param name="ends">Where a partition begins and ends by now; less than 0 where that is not known.</param>
    /// <param name="nowMs">The time, milliseconds since 1970.</param>
    public (long Records, long OldestMs) Measure(Func<int, (long Low, long High)> ends, long nowMs)
    {
        lock (_lock)
        {
            var (waiting, oldest) = (0L, long.MaxValue);
            foreach (var (partition, place) in _places)
            {
                var (low, high) = ends(partition);
                place.Look(high, nowMs);
                var isTaken = place.Uncommitted.TryPeek(out var first);
                var from = isTaken ? first.Offset : place.Next >= 0 ? place.Next : place.Next == Offset.End.Value ? high : Math.Max(0, low);
                var records = Math.Max(Math.Max(0, high - from), place.Uncommitted.Count);
                waiting += records;
                if (records > 0 && (isTaken ? first.TimestampMs : place.NextWaitsSinceMs) is var time and > 0)
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

        /// <summary>The vendor's time of the last record taken; 0 when none was, or it had none.</summary>
        public long LastTakenMs { get; set; }

        /// <summary>Whether the end was reached behind the last record taken: what waits now came later, maybe much later.</summary>
        public bool HadAll { get; set; }

        /// <summary>When a record behind the last one taken was first seen; 0 when none was.</summary>
        public long SeenMs { get; set; }

        public Queue<(long Offset, long TimestampMs)> Uncommitted { get; } = new();

        public long NextWaitsSinceMs => HadAll ? SeenMs : LastTakenMs;

        /// <summary>Notes whether anything waits behind the last record taken; asked every second or so.</summary>
        public void Look(long high, long nowMs)
        {
            if (high >= 0 && high <= Next)
            {
                (HadAll, SeenMs) = (true, 0);
            }
            else if (high >= 0 && HadAll && SeenMs == 0)
            {
                SeenMs = nowMs;
            }
        }
    }
}
