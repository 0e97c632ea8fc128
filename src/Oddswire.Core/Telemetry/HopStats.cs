using System.Collections.Concurrent;
using System.Numerics;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Telemetry;

/// <summary>A hop of the pipeline, as it is counted.</summary>
public enum Hop
{
    /// <summary>Feed messages taken in.</summary>
    Ingest,

    /// <summary>Events normalised.</summary>
    Normalise,

    /// <summary>Odds updates priced.</summary>
    Price,

    /// <summary>Updates on the board.</summary>
    Publish,

    /// <summary>Updates in the archive.</summary>
    Archive,

    /// <summary>Updates on the edge.</summary>
    Replicate,
}

/// <summary>
/// Counts what every hop of every league receives, sends, rejects and how long after ingest's receipt it happens. Written by the
/// role drivers, read by the status view, <c>/metrics</c>, the board and the benchmarks. Safe for several threads.
/// </summary>
public sealed class HopStats
{
    private readonly ConcurrentDictionary<(Hop Hop, League League), HopCounters> _counters = new();

    /// <summary>The counters of one hop and league, made when first asked for.</summary>
    public HopCounters Of(Hop hop, League league) => _counters.GetOrAdd((hop, league), static _ => new HopCounters());

    /// <summary>All counters so far, by hop and league.</summary>
    public IReadOnlyList<(Hop Hop, League League, HopCounters Counters)> All() =>
        [.. _counters.Select(pair => (pair.Key.Hop, pair.Key.League, pair.Value)).OrderBy(entry => entry.Hop).ThenBy(entry => entry.League)];
}

/// <summary>The counters of one hop of one league; they only grow.</summary>
public sealed class HopCounters
{
    private long _received;
    private long _sent;
    private long _deadLettered;
    private long _quarantined;
    private long _duplicates;
    private long _lag;
    private long _behindTicks;
    private long _retries;
    private long _partitions;

    /// <summary>Time from ingest's receipt to this hop's commit.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>
    /// How long each attempt to commit took, until the log answered. On Kafka that is the length of the transaction, which begins with the commit.
    /// </summary>
    public LatencyHistogram Commits { get; } = new();

    /// <summary>Records received.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Records sent on.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Messages put in the DLQ.</summary>
    public long DeadLettered => Interlocked.Read(ref _deadLettered);

    /// <summary>Messages put in quarantine.</summary>
    public long Quarantined => Interlocked.Read(ref _quarantined);

    /// <summary>Duplicates dropped.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    /// <summary>Records of the input not yet handled, as last seen.</summary>
    public long LagRecords => Interlocked.Read(ref _lag);

    /// <summary>How long the oldest of them has been waiting, as last seen; zero when none waits or the hop does not measure it.</summary>
    public TimeSpan Behind => TimeSpan.FromTicks(Interlocked.Read(ref _behindTicks));

    /// <summary>Tries of a commit or a read that failed for a passing reason.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Partitions of the input that are owned and restored now; a source owns one.</summary>
    public long Partitions => Interlocked.Read(ref _partitions);

    /// <summary>Counts partitions that were assigned, whose state is restored, and such that were revoked.</summary>
    public void OnAssigned(int assigned, int revoked) => Interlocked.Add(ref _partitions, assigned - revoked);

    /// <summary>The group was left: no partition is owned.</summary>
    public void OnLeft() => Interlocked.Exchange(ref _partitions, 0);

    /// <summary>Counts a try that failed for a passing reason.</summary>
    public void OnRetry() => Interlocked.Increment(ref _retries);

    /// <summary>Counts received and sent records.</summary>
    public void OnProcessed(long received, long sent)
    {
        Interlocked.Add(ref _received, received);
        Interlocked.Add(ref _sent, sent);
    }

    /// <summary>Counts a message put in the DLQ.</summary>
    public void OnDeadLettered(long count = 1) => Interlocked.Add(ref _deadLettered, count);

    /// <summary>Counts a message put in quarantine.</summary>
    public void OnQuarantined(long count = 1) => Interlocked.Add(ref _quarantined, count);

    /// <summary>Counts a duplicate.</summary>
    public void OnDuplicate(long count = 1) => Interlocked.Add(ref _duplicates, count);

    /// <summary>Notes how many input records wait.</summary>
    public void OnLag(long records) => OnLag(records, TimeSpan.Zero);

    /// <summary>Notes how many input records wait, and since when the oldest of them.</summary>
    public void OnLag(long records, TimeSpan behind)
    {
        Interlocked.Exchange(ref _lag, records);
        Interlocked.Exchange(ref _behindTicks, behind.Ticks);
    }
}

/// <summary>
/// A histogram of durations: 16 linear steps within each power of two of microseconds, so that a quantile is at most 6.25 % off.
/// Covers 1 µs to 1 hour; shorter and longer ones fall into the first and last step.
/// </summary>
public sealed class LatencyHistogram
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;
    private readonly long[] _counts = new long[32 * Steps];
    private long _sumMicros;

    /// <summary>Sum of the durations, in microseconds.</summary>
    public long SumMicros => Interlocked.Read(ref _sumMicros);

    /// <summary>Records a duration, <paramref name="times"/> times.</summary>
    public void Record(TimeSpan duration, long times = 1)
    {
        var micros = Math.Max(0, duration.Ticks / 10);
        Interlocked.Add(ref _counts[IndexOf(micros)], times);
        Interlocked.Add(ref _sumMicros, micros * times);
    }

    /// <summary>A copy of the counts, for quantiles over an interval: subtract an earlier copy.</summary>
    public long[] Snapshot()
    {
        var copy = new long[_counts.Length];
        for (var i = 0; i < copy.Length; i++)
        {
            copy[i] = Interlocked.Read(ref _counts[i]);
        }

        return copy;
    }

    /// <summary>The duration that a share of the recorded ones does not exceed; zero when none was recorded.</summary>
    /// <param name="quantile">0 to 1, for example 0.99.</param>
    public TimeSpan Quantile(double quantile) => Quantile(Snapshot(), quantile);

    /// <summary>The same of a snapshot or of a difference of two.</summary>
    public static TimeSpan Quantile(ReadOnlySpan<long> counts, double quantile)
    {
        long total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        var wanted = Math.Max(1, (long)Math.Ceiling(total * quantile));
        long seen = 0;
        for (var i = 0; i < counts.Length && total > 0; i++)
        {
            seen += counts[i];
            if (seen >= wanted)
            {
                return UpperBound(i);
            }
        }

        return TimeSpan.Zero;
    }

    /// <summary>The longest duration that falls into a step.</summary>
    public static TimeSpan UpperBound(int index)
    {
        var (power, step) = (index >> StepBits, index & (Steps - 1));
        var micros = power == 0 ? step : ((long)(Steps + step + 1) << (power - 1)) - 1;
        return TimeSpan.FromTicks(micros * 10);
    }

    private int IndexOf(long micros)
    {
        if (micros < Steps)
        {
            return (int)micros;
        }

        var shift = 63 - StepBits - BitOperations.LeadingZeroCount((ulong)micros);
        return Math.Min(((shift + 1) << StepBits) + (int)((micros >> shift) & (Steps - 1)), _counts.Length - 1);
    }
}
