using System.Collections.Concurrent;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Infrastructure.Logs.Kafka.Mock;

/// <summary>
/// Knows the repetitions in the partitions of a log that shows records which were never committed. What a deterministic stage was cut off at it writes again, in the same
/// bytes, so a record that is equal to an earlier one of its partition is its repetition. Asked twice about a record it says the same. For any thread.
/// </summary>
/// <param name="log">The log, with all it shows.</param>
internal sealed class RepeatHistory(IEventLog log)
{
    /// <summary>Records of a partition that are remembered; the mock cluster keeps no more.</summary>
    private const int MaxRemembered = 100_000;
    private const int ScanRecords = 8192;
    private readonly ConcurrentDictionary<TopicPartition, Seen> _seen = new();

    /// <summary>Whether a topic holds what a deterministic stage made of its input.</summary>
    public static bool Covers(string topic) => topic.StartsWith("odds.", StringComparison.Ordinal) || topic.StartsWith("events.normalized.", StringComparison.Ordinal);

    /// <summary>The batch without its repetitions; it covers the same offsets.</summary>
    public async ValueTask<RecordBatch> WithoutRepeatsAsync(RecordBatch batch, CancellationToken ct)
    {
        if (!Covers(batch.Partition.Topic))
        {
            return batch;
        }

        var seen = _seen.GetOrAdd(batch.Partition, static _ => new Seen());
        await seen.Turn.WaitAsync(ct);
        try
        {
            while (seen.Next < batch.BaseOffset)
            {
                await ScanAsync(seen, batch, ct);
            }

            return seen.Thin(batch);
        }
        finally
        {
            seen.Turn.Release();
        }
    }

    private async Task ScanAsync(Seen seen, RecordBatch to, CancellationToken ct)
    {
        var before = await log.ReadAsync(new PartitionOffset(to.Partition, seen.Next), ScanRecords, TimeSpan.FromSeconds(1), ct);
        foreach (var batch in before.TakeWhile(batch => batch.BaseOffset < to.BaseOffset))
        {
            seen.Thin(batch);
        }

        seen.Next = before.Count == 0 ? to.BaseOffset : Math.Max(seen.Next, Math.Min(before[0].BaseOffset, to.BaseOffset));
    }

    private sealed class Seen
    {
        private Dictionary<UInt128, long> _young = [];
        private Dictionary<UInt128, long> _old = [];

        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Everything before this offset is known.</summary>
        public long Next { get; set; }

        public RecordBatch Thin(RecordBatch batch)
        {
            var deltas = new List<int>(batch.Remaining);
            foreach (var record in batch)
            {
                if (FirstOf(Murmur.Hash128(record.Value.Span), record.Offset) >= record.Offset)
                {
                    deltas.Add((int)(record.Offset - batch.BaseOffset));
                }
            }

            Next = Math.Max(Next, batch.NextOffset);
            return deltas.Count == batch.Remaining ? batch : Keep(batch, deltas);
        }

        private static RecordBatch Keep(RecordBatch batch, List<int> deltas)
        {
            var kept = new OutputBuffer();
            var at = 0;
            foreach (var record in batch)
            {
                if (at < deltas.Count && record.Offset - batch.BaseOffset == deltas[at])
                {
                    kept.Append(batch.Partition, record.Key.Span, record.Headers, record.Value.Span);
                    at++;
                }
            }

            return RecordBatch.Thinned(batch.Partition, batch.BaseOffset, batch.NextOffset, [.. deltas], batch.AppendedAt, kept.Count == 0 ? default : kept.Blocks[0].Payload);
        }

        private long FirstOf(UInt128 value, long offset)
        {
            if (_young.TryGetValue(value, out var first) || _old.TryGetValue(value, out first))
            {
                return first;
            }

            if (_young.Count >= MaxRemembered)
            {
                (_old, _young) = (_young, []);
            }

            _young[value] = offset;
            return offset;
        }
    }
}
