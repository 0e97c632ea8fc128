using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.IntegrationTests.Kafka;

/// <summary>Counts the different updates in the log, reading on from where it last stood.</summary>
internal sealed class OddsCount(IEventLog log, IReadOnlyList<League> leagues)
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly Dictionary<TopicPartition, long> _next = [];

    public async Task<int> ReadAsync()
    {
        foreach (var league in leagues)
        {
            foreach (var bounds in await log.DescribeAsync(Topics.Odds(league), TestContext.Current.CancellationToken))
            {
                IReadOnlyList<RecordBatch> batches;
                do
                {
                    var from = new PartitionOffset(bounds.Partition, _next.GetValueOrDefault(bounds.Partition));
                    batches = await log.ReadAsync(from, 10_000, TimeSpan.Zero, TestContext.Current.CancellationToken);
                    foreach (var batch in batches)
                    {
                        Add(batch);
                        _next[bounds.Partition] = batch.NextOffset;
                    }
                }
                while (batches.Count > 0 && _next[bounds.Partition] < bounds.EndOffset);
            }
        }

        return _seen.Count;
    }

    private void Add(RecordBatch batch)
    {
        foreach (var record in batch)
        {
            _seen.Add(Murmur.Hash128(record.Value.Span));
        }
    }
}
