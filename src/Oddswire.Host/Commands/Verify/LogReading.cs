using System.Runtime.CompilerServices;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Commands.Verify;

/// <summary>A hole in a partition: offsets that should be there and are not.</summary>
internal sealed class MissingRecordsException(TopicPartition partition, long from, long to)
    : Exception($"{partition}: the records at offsets {from} to {to - 1} are missing");

/// <summary>Reads a partition from end to end for verification.</summary>
internal static class LogReading
{
    private const int RecordsPerRead = 20_000;

    /// <summary>All batches from the earliest offset up to <paramref name="end"/>, which may lie within a batch, checked to be gapless on an engine without holes; on others the stages' recomputation shows what is missing.</summary>
    /// <exception cref="MissingRecordsException">Offsets are missing.</exception>
    /// <exception cref="LogCorruptException">A stored batch is damaged.</exception>
    public static async IAsyncEnumerable<RecordBatch> ReadAllAsync(
        this IEventLog log, PartitionBounds bounds, long end, [EnumeratorCancellation] CancellationToken ct)
    {
        var next = bounds.EarliestOffset;
        while (next < end)
        {
            var batches = await log.ReadAsync(new PartitionOffset(bounds.Partition, next), RecordsPerRead, TimeSpan.Zero, ct);
            if (batches.Count == 0)
            {
                if (!log.IsGapless)
                {
                    yield break;
                }

                throw new MissingRecordsException(bounds.Partition, next, end);
            }

            foreach (var batch in batches)
            {
                if (log.IsGapless ? batch.FirstOffset != next : batch.NextOffset <= next)
                {
                    throw new MissingRecordsException(bounds.Partition, next, batch.FirstOffset);
                }

                yield return batch.Until(end);
                next = batch.NextOffset;
                if (next >= end)
                {
                    break;
                }
            }
        }
    }
}
