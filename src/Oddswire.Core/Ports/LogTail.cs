namespace Oddswire.Core.Ports;

/// <summary>
/// Says how many records wait behind a position, on any engine. Where offsets have holes, what lies between the position and the end may
/// be nothing that anybody reads, and only a look can tell; a look that found nothing is not repeated until something has moved. Not for several threads.
/// </summary>
/// <param name="log">The log.</param>
public sealed class LogTail(IEventLog log)
{
    private readonly Dictionary<TopicPartition, (long Position, long End)> _empty = [];

    /// <summary>The first batch that waits; null when none does. On an engine without holes it is read only when <paramref name="wantsBatch"/>.</summary>
    /// <param name="bounds">The partition.</param>
    /// <param name="position">Offset of the next record to read.</param>
    /// <param name="wantsBatch">Whether the batch itself is needed.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>Offsets between the position and the end, 0 when no record waits; and the first batch where it was read.</returns>
    /// <exception cref="LogException">The log cannot be read.</exception>
    public async ValueTask<(long Waiting, RecordBatch? First)> LookAsync(PartitionBounds bounds, long position, bool wantsBatch, CancellationToken ct)
    {
        var from = Math.Max(bounds.EarliestOffset, position);
        var waiting = Math.Max(0, bounds.EndOffset - from);
        if (waiting == 0 || (log.IsGapless && !wantsBatch))
        {
            return (waiting, null);
        }

        if (_empty.TryGetValue(bounds.Partition, out var seen) && seen == (from, bounds.EndOffset))
        {
            return (0, null);
        }

        foreach (var batch in await log.ReadAsync(new PartitionOffset(bounds.Partition, from), 1, TimeSpan.Zero, ct))
        {
            if (batch.Remaining > 0)
            {
                return (waiting, batch);
            }
        }

        if (log.IsGapless)
        {
            return (waiting, null);
        }

        _empty[bounds.Partition] = (from, bounds.EndOffset);
        return (0, null);
    }
}
