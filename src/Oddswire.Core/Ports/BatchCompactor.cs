using Oddswire.Core.Wire;

namespace Oddswire.Core.Ports;

/// <summary>
/// Compaction of one partition in two passes, as in Kafka's log cleaner: first <see cref="Note"/> every batch, which remembers the last
/// offset of each key by the key's 128-bit hash, then <see cref="Thin"/> each. Memory is bounded by the number of keys: when
/// <see cref="Note"/> says that it is full, only what was noted so far is thinned.
/// </summary>
/// <param name="maxKeys">Most keys to remember; about 50 bytes each.</param>
public sealed class BatchCompactor(int maxKeys)
{
    private readonly Dictionary<UInt128, long> _last = [];

    /// <summary>Offsets from here on were not noted.</summary>
    public long NotedTo { get; private set; }

    /// <summary>Remembers the keys of a batch; false when there is no room for them, in which case none of them counts.</summary>
    public bool Note(RecordBatch batch)
    {
        if (_last.Count + batch.Count > maxKeys && _last.Count > 0)
        {
            return false;
        }

        foreach (var record in batch)
        {
            _last[Murmur.Hash128(record.Key.Span)] = record.Offset;
        }

        NotedTo = batch.NextOffset;
        return true;
    }

    /// <summary>The batch without the records that have a later one with the same key; the same object when all stay.</summary>
    public RecordBatch Thin(RecordBatch batch)
    {
        var deltas = new List<int>(batch.Count);
        var kept = new OutputBuffer.Block(batch.Partition);
        foreach (var record in batch)
        {
            if (!_last.TryGetValue(Murmur.Hash128(record.Key.Span), out var last) || last <= record.Offset)
            {
                deltas.Add((int)(record.Offset - batch.BaseOffset));
                kept.Append(record.Key.Span, record.Headers.Encoded.Span, record.Value.Span);
            }
        }

        return deltas.Count == batch.Count
            ? batch
            : RecordBatch.Thinned(batch.Partition, batch.BaseOffset, batch.NextOffset, [.. deltas], batch.AppendedAt, kept.Payload.ToArray());
    }
}
