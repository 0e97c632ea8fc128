using Microsoft.Extensions.Logging;
using Oddswire.Core.Ports;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>Reads state topics, committed records only.</summary>
internal sealed class ChangelogReader(KafkaClients clients, KafkaNames names, KafkaSettings settings, TimeProvider time, ILogger? logger)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(2);

    /// <summary>Folds each partition on until it has everything before its given offset.</summary>
    /// <param name="topic">The state topic.</param>
    /// <param name="states">What is folded so far, by partition.</param>
    /// <param name="until">Offset to reach, by partition.</param>
    /// <param name="pulse">Called a few times a second; what it throws ends the reading.</param>
    /// <exception cref="LogUnavailableException">Nothing came for longer than a transaction may stay open.</exception>
    public void Read(string topic, IReadOnlyDictionary<int, PartitionState> states, IReadOnlyDictionary<int, long> until, Action pulse)
    {
        var left = until.Where(pair => states[pair.Key].Next < pair.Value).Select(pair => pair.Key).ToHashSet();
        if (left.Count == 0)
        {
            return;
        }

        using var consumer = new NativeConsumer(clients.Reader(), names);
        consumer.Assign(left.Select(p => new PartitionOffset(new TopicPartition(topic, p), states[p].Next)));
        var total = left.Sum(p => until[p] - states[p].Next);
        var (started, progressed) = (time.GetTimestamp(), time.GetTimestamp());
        var said = started;
        while (left.Count > 0)
        {
            pulse();
            if (Fold(consumer, states))
            {
                progressed = time.GetTimestamp();
            }

            left.RemoveWhere(p => states[p].Next >= until[p]);
            if (time.GetElapsedTime(progressed) > settings.TransactionTimeout + settings.RequestTimeout)
            {
                throw new LogUnavailableException(
                    $"The state in '{topic}' could not be restored: nothing came for {time.GetElapsedTime(progressed).TotalSeconds:0} s "
                    + $"(partitions {string.Join(", ", left.Order())}). Is a broker away?");
            }

            if (time.GetElapsedTime(said) > SayEvery)
            {
                said = time.GetTimestamp();
                var missing = left.Sum(p => until[p] - states[p].Next);
                logger?.LogInformation(
                    "{Topic}: restoring state: {Done} of {Total} records, {Left} partition(s) to go", names.Topic(topic), total - missing, total, left.Count);
            }
        }

        // Who was told that it takes long is told that it is over.
        var level = said == started ? LogLevel.Debug : LogLevel.Information;
        logger?.Log(level, "{Topic}: {Total} records restored in {Elapsed:0.0} s", names.Topic(topic), total, time.GetElapsedTime(started).TotalSeconds);
    }

    private unsafe bool Fold(NativeConsumer consumer, IReadOnlyDictionary<int, PartitionState> states)
    {
        var progressed = false;
        try
        {
            foreach (var pointer in consumer.Take(Step))
            {
                var message = (KafkaNative.Message*)pointer;
                if (message->Topic == 0)
                {
                    continue;
                }

                var state = states[message->Partition];
                if (message->Error == KafkaNative.PartitionEof)
                {
                    state.Next = Math.Max(state.Next, message->Offset);
                }
                else if (message->Error == (int)Confluent.Kafka.ErrorCode.OffsetOutOfRange || message->Error == (int)Confluent.Kafka.ErrorCode.Local_AutoOffsetReset)
                {
                    // Compaction with deletion, or the mock's bound: the beginning is gone, the rest is read from where it begins.
                    var at = consumer.PartitionOf(message);
                    state.Next = consumer.Bounds(at, settings).First;
                    consumer.Remove([at]);
                    consumer.Add([new PartitionOffset(at, state.Next)]);
                }
                else if (message->Error != 0)
                {
                    var error = NativeConsumer.ErrorOf(message);
                    if (KafkaErrors.IsFatal(error.Code, settings))
                    {
                        throw KafkaErrors.ToLogException(error, $"read {consumer.PartitionOf(message)}", settings);
                    }
                }
                else
                {
                    progressed = true;
                    state.Fold(
                        new TopicPartition("state", message->Partition), message->Offset, new(message->Key, (int)message->KeySize),
                        new(message->Payload, (int)message->Size), message->Payload is null);
                }
            }
        }
        finally
        {
            consumer.Free();
        }

        return progressed;
    }
}
