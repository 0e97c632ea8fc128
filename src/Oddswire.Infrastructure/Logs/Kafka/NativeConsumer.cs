using System.Runtime.InteropServices;
using Confluent.Kafka;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// A consumer of assigned partitions whose messages are taken many at a time and straight from librdkafka's memory. Used by one thread
/// at a time.
/// </summary>
internal sealed unsafe class NativeConsumer : IDisposable
{
    private const int MaxMessages = 4096;
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly KafkaNames _names;
    private readonly nint _queue;
    private readonly KafkaNative.Message** _messages;
    private int _held;
    private bool _disposed;

    public NativeConsumer(IConsumer<Ignore, Ignore> consumer, KafkaNames names)
    {
        (_consumer, _names) = (consumer, names);
        _queue = KafkaNative.ConsumerQueue(NativeHandles.Of(consumer.Handle));
        _messages = (KafkaNative.Message**)NativeMemory.Alloc(MaxMessages, (nuint)sizeof(nint));
    }

    /// <summary>Reads these partitions from these offsets on, and no others.</summary>
    public void Assign(IEnumerable<PartitionOffset> from) => _consumer.Assign(from.Select(ToKafka));

    /// <summary>Reads these partitions too.</summary>
    public void Add(IEnumerable<PartitionOffset> from) => _consumer.IncrementalAssign(from.Select(ToKafka));

    /// <summary>Reads these partitions no more.</summary>
    public void Remove(IEnumerable<TopicPartition> partitions) =>
        _consumer.IncrementalUnassign(partitions.Select(p => new Confluent.Kafka.TopicPartition(_names.Topic(p.Topic), p.Partition)));

    /// <summary>The first offset that is kept, and the one behind the last; blocks.</summary>
    /// <exception cref="LogException">The brokers do not say.</exception>
    public (long First, long End) Bounds(TopicPartition partition, KafkaSettings settings)
    {
        try
        {
            var bounds = _consumer.QueryWatermarkOffsets(new(_names.Topic(partition.Topic), partition.Partition), settings.RequestTimeout);
            return (bounds.Low.Value, bounds.High.Value);
        }
        catch (KafkaException e) when (KafkaErrors.IsLeaderless(e.Error.Code))
        {
            throw new LogUnavailableException($"Kafka ({settings.BootstrapServers}) could not say where {partition} begins and ends: no broker leads it now.", e);
        }
        catch (KafkaException e)
        {
            throw KafkaErrors.ToLogException(e.Error, $"say where {partition} begins and ends", settings, e);
        }
    }

    /// <summary>Takes what is there, waiting for the first; valid until <see cref="Free"/>.</summary>
    public ReadOnlySpan<nint> Take(TimeSpan wait)
    {
        // librdkafka waits until as many are there as were asked for, so only the first one is waited for.
        _held = (int)Math.Max(0, KafkaNative.ConsumeBatch(_queue, (int)Math.Clamp(wait.TotalMilliseconds, 0, int.MaxValue), _messages, 1));
        if (_held > 0)
        {
            _held += (int)Math.Max(0, KafkaNative.ConsumeBatch(_queue, 0, _messages + 1, MaxMessages - 1));
        }

        return new ReadOnlySpan<nint>(_messages, _held);
    }

    /// <summary>Gives back what was taken.</summary>
    public void Free()
    {
        for (var i = 0; i < _held; i++)
        {
            KafkaNative.MessageDestroy(_messages[i]);
        }

        _held = 0;
    }

    /// <summary>The port's name of a message's partition.</summary>
    public TopicPartition PartitionOf(KafkaNative.Message* message) =>
        new(_names.FromKafka(Marshal.PtrToStringUTF8((nint)KafkaNative.TopicName(message->Topic))!), message->Partition);

    /// <summary>The error that a message stands for.</summary>
    public static Error ErrorOf(KafkaNative.Message* message) => new(
        (ErrorCode)message->Error,
        message->Payload is null ? new Error((ErrorCode)message->Error).Reason : Marshal.PtrToStringUTF8((nint)message->Payload, (int)message->Size));

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Free();
        NativeMemory.Free(_messages);
        KafkaNative.QueueDestroy(_queue);
        _consumer.Dispose();
    }

    private TopicPartitionOffset ToKafka(PartitionOffset from) =>
        new(_names.Topic(from.Partition.Topic), from.Partition.Partition, from.Offset);
}

/// <summary>Names on the cluster: ours with the installation's prefix.</summary>
internal sealed class KafkaNames(KafkaSettings settings)
{
    public string Topic(string topic) => settings.TopicPrefix.Length == 0 ? topic : settings.TopicPrefix + topic;

    public string FromKafka(string topic) => settings.TopicPrefix.Length == 0 ? topic : topic[settings.TopicPrefix.Length..];

    public string Group(string group) => settings.GroupPrefix.Length == 0 ? group : settings.GroupPrefix + group;
}
