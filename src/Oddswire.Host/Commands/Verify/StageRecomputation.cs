using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline;
using Oddswire.Core.Ports;

namespace Oddswire.Host.Commands.Verify;

/// <summary>
/// Runs a stage again over its whole input and compares what it gives with what stands in the log, byte for byte. Stages are
/// deterministic, so that any loss, duplicate, change or wrong order in the log, whatever caused it, is a difference.
/// </summary>
internal static class StageRecomputation
{
    /// <param name="log">The log.</param>
    /// <param name="stage">A fresh stage.</param>
    /// <param name="group">The group that ran it, whose committed positions say how far its outputs go.</param>
    /// <param name="outputs">The topics that only this stage writes.</param>
    /// <param name="partitionCounts">Partitions of every topic.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>How many records were compared, by output topic.</returns>
    /// <exception cref="RecomputationDiffersException">The log holds something else.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> CompareAsync<TState>(
        IEventLog log, Stage<TState> stage, WorkerSpec group, IReadOnlyList<string> outputs, IReadOnlyDictionary<string, int> partitionCounts, CancellationToken ct)
        where TState : class
    {
        var written = new Dictionary<TopicPartition, LogCursor>();
        foreach (var topic in outputs)
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                written[bounds.Partition] = new LogCursor(log, bounds);
            }
        }

        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        foreach (var input in group.Inputs)
        {
            foreach (var bounds in await log.DescribeAsync(input, ct))
            {
                await ReplayAsync(log, stage, bounds, committed.GetValueOrDefault(bounds.Partition), written, partitionCounts, ct);
            }
        }

        foreach (var cursor in written.Values)
        {
            await cursor.ExpectEndAsync(ct);
        }

        return written.GroupBy(pair => pair.Key.Topic).ToDictionary(topic => topic.Key, topic => topic.Sum(pair => pair.Value.Compared));
    }

    private static async Task ReplayAsync<TState>(
        IEventLog log,
        Stage<TState> stage,
        PartitionBounds bounds,
        long end,
        Dictionary<TopicPartition, LogCursor> written,
        IReadOnlyDictionary<string, int> partitionCounts,
        CancellationToken ct)
        where TState : class
    {
        var states = new Dictionary<string, TState>();
        var buffer = new OutputBuffer();
        var output = new StageOutput(buffer, partitionCounts);
        await foreach (var batch in log.ReadAllAsync(bounds, end, ct))
        {
            foreach (var record in batch)
            {
                if (record.Offset >= end)
                {
                    break;
                }

                var key = Encoding.UTF8.GetString(record.Key.Span);
                if (!states.TryGetValue(key, out var state))
                {
                    states[key] = state = stage.Create(GameId.Parse(key));
                }

                stage.Process(state, record, output);
            }

            foreach (var block in buffer.Blocks)
            {
                if (written.TryGetValue(block.Partition, out var cursor))
                {
                    await cursor.CompareAsync(new RecordBatch(block.Partition, 0, block.Count, default, block.Payload), ct);
                }
            }

            buffer.Clear();
            output.Clear();
        }
    }
}

/// <summary>The log does not hold what its own input gives.</summary>
internal sealed class RecomputationDiffersException(string message) : Exception(message);
