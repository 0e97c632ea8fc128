using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Oddswire.Core.Ports;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>
/// A transactional producer that takes records straight from encoded blocks, without an object a record. Its methods block; used by
/// one thread at a time.
/// </summary>
internal sealed unsafe class RecordProducer : IDisposable
{
    private static readonly byte[] Nothing = [0];
    private static readonly TimeSpan ReturnsWithin = TimeSpan.FromSeconds(1);
    private readonly IProducer<Null, Null> _producer;
    private readonly KafkaNames _names;
    private readonly nint _handle;
    private readonly Dictionary<string, nint> _topics = [];
    private readonly SerialThread _sender;
    private byte[] _lastHeaders = [];
    private nint _headers;
    private Task _sending = Task.CompletedTask;

    public RecordProducer(IProducer<Null, Null> producer, KafkaNames names, string transactionalId)
    {
        (_producer, _names, TransactionalId) = (producer, names, transactionalId);
        _handle = NativeHandles.Of(producer.Handle);
        _sender = new SerialThread($"offsets {transactionalId}");
    }

    /// <summary>Its transactional id.</summary>
    public string TransactionalId { get; }

    /// <summary>Confluent's client, for the transaction's own calls.</summary>
    public IProducer<Null, Null> Client => _producer;

    /// <summary>Adds all records of a block, all with one timestamp.</summary>
    /// <exception cref="KafkaException">A record cannot be taken (too large); the transaction must be aborted.</exception>
    public void Produce(OutputBuffer.Block block, long timestamp)
    {
        var topic = TopicOf(block.Partition.Topic);
        var data = block.Payload.Span;
        fixed (byte* start = data)
        {
            var at = start;
            for (var i = 0; i < block.Count; i++)
            {
                var key = Part(ref at);
                var headers = Part(ref at);
                var value = Part(ref at);
                Send(topic, block.Partition, timestamp, key, headers, value, isTombstone: false);
            }
        }
    }

    /// <summary>Adds one record; a null value is a tombstone.</summary>
    public void Produce(TopicPartition partition, long timestamp, ReadOnlySpan<byte> key, byte[]? value)
    {
        var content = value is { Length: > 0 } ? value : Nothing;
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = content)
        {
            Send(TopicOf(partition.Topic), partition, timestamp, new(keyStart, key.Length), default, new(valueStart, value?.Length ?? 0), value is null);
        }
    }

    /// <summary>
    /// Waits until everything produced was taken or refused, or the time is up. The client's own flush, which a commit does too, looks only
    /// every ten milliseconds when there are no delivery reports; after this it has nothing to wait for.
    /// </summary>
    public void WaitUntilSent(TimeSpan limit, TimeProvider time)
    {
        var started = time.GetTimestamp();
        for (var look = 0; KafkaNative.QueueLength(_handle) > 0 && time.GetElapsedTime(started) < limit; look++)
        {
            if (look < 20)
            {
                Thread.Yield();
            }
            else
            {
                Thread.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    /// <summary>Throws what has made this producer useless, a fence for example; the transaction was not ended then.</summary>
    /// <exception cref="KafkaException">It can do nothing more.</exception>
    public void DemandSound()
    {
        const int Size = 512;
        var text = stackalloc byte[Size];
        if (KafkaNative.FatalError(_handle, text, Size) is var code && code != 0)
        {
            throw new KafkaException(new Error((ErrorCode)code, Marshal.PtrToStringUTF8((nint)text), isFatal: true));
        }
    }

    /// <summary>
    /// Adds positions to the transaction. librdkafka's own limit does not hold: a look-up of the group's coordinator that fails is made again
    /// only when a connection comes or goes (rdkafka_coord.c of 2.15.1, rd_kafka_coord_req_handle_FindCoordinator), and until then the call
    /// does not return. So it is made on a thread of its own, and given up with this producer, which can do nothing else meanwhile.
    /// </summary>
    /// <exception cref="KafkaException">They were refused, or the call did not return in time.</exception>
    public void SendOffsets(IReadOnlyList<TopicPartitionOffset> offsets, IConsumerGroupMetadata group, TimeSpan limit)
    {
        _sending = _sender.RunAsync(() => _producer.SendOffsetsToTransaction(offsets, group, limit));
        if (Task.WaitAny([_sending], limit + ReturnsWithin) < 0)
        {
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, $"the positions were not taken within {limit + ReturnsWithin}"));
        }

        _sending.GetAwaiter().GetResult();
    }

    /// <summary>Leaves the broker alone and gives up everything at once; after a call that has not returned, as soon as it does.</summary>
    public void Dispose()
    {
        if (_sending.IsCompleted)
        {
            Release();
        }
        else
        {
            _ = _sending.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Release()
    {
        _sender.Dispose();
        DropHeaders();
        foreach (var topic in _topics.Values)
        {
            KafkaNative.TopicDestroy(topic);
        }

        _topics.Clear();
        _producer.Dispose();
    }

    private void Send(nint topic, TopicPartition partition, long timestamp, Bytes key, Bytes headers, Bytes value, bool isTombstone)
    {
        fixed (byte* nothing = Nothing)
        {
            var arguments = stackalloc KafkaNative.ProduceArgument[7];
            arguments[0] = new() { Kind = KafkaNative.Kind.TopicHandle, Pointer = topic };
            arguments[1] = new() { Kind = KafkaNative.Kind.Partition, Number = partition.Partition };
            arguments[2] = new() { Kind = KafkaNative.Kind.Flags, Number = KafkaNative.FlagCopy };
            arguments[3] = new() { Kind = KafkaNative.Kind.Timestamp, Number = timestamp };
            arguments[4] = new() { Kind = KafkaNative.Kind.Key, Pointer = (nint)(key.Size == 0 ? nothing : key.Start), Size = (nuint)key.Size };
            arguments[5] = new()
            {
                Kind = KafkaNative.Kind.Value,
                Pointer = isTombstone ? 0 : (nint)(value.Size == 0 ? nothing : value.Start),
                Size = (nuint)value.Size,
            };
            var count = 6;
            nint copied = 0;
            if (headers.Size > 0)
            {
                copied = KafkaNative.HeadersCopy(HeadersOf(new ReadOnlySpan<byte>(headers.Start, headers.Size)));
                arguments[count++] = new() { Kind = KafkaNative.Kind.Headers, Pointer = copied };
            }

            for (var error = KafkaNative.Produce(_handle, arguments, (nuint)count); error != 0; error = KafkaNative.Produce(_handle, arguments, (nuint)count))
            {
                OnRefused(error, partition, value.Size, copied);
            }
        }
    }

    /// <summary>Waits when the queue is full; throws otherwise. A refused record leaves its headers with us.</summary>
    private void OnRefused(nint error, TopicPartition partition, int size, nint headers)
    {
        var code = KafkaNative.ErrorCode(error);
        var text = Marshal.PtrToStringUTF8((nint)KafkaNative.ErrorText(error));
        KafkaNative.ErrorDestroy(error);
        if (code == KafkaNative.QueueFull)
        {
            _producer.Poll(TimeSpan.FromMilliseconds(1));
            return;
        }

        if (headers != 0)
        {
            KafkaNative.HeadersDestroy(headers);
        }

        throw new KafkaException(new Error((ErrorCode)code, $"{text} (a record of {size} bytes for {partition})"));
    }

    private nint HeadersOf(ReadOnlySpan<byte> encoded)
    {
        if (_headers != 0 && encoded.SequenceEqual(_lastHeaders))
        {
            return _headers;
        }

        DropHeaders();
        _lastHeaders = encoded.ToArray();
        fixed (byte* start = _lastHeaders)
        {
            var at = start;
            var count = Varint(ref at);
            _headers = KafkaNative.HeadersNew((nuint)count);
            for (var i = 0; i < count; i++)
            {
                var name = Part(ref at);
                var value = Part(ref at);
                fixed (byte* nothing = Nothing)
                {
                    _ = KafkaNative.HeaderAdd(_headers, name.Start, name.Size, value.Size == 0 ? nothing : value.Start, value.Size);
                }
            }
        }

        return _headers;
    }

    private void DropHeaders()
    {
        if (_headers != 0)
        {
            KafkaNative.HeadersDestroy(_headers);
            _headers = 0;
        }
    }

    private nint TopicOf(string topic)
    {
        if (!_topics.TryGetValue(topic, out var handle))
        {
            fixed (byte* name = Encoding.UTF8.GetBytes(_names.Topic(topic) + "\0"))
            {
                _topics[topic] = handle = KafkaNative.TopicNew(_handle, name, 0);
            }
        }

        return handle;
    }

    private static Bytes Part(ref byte* at)
    {
        var size = Varint(ref at);
        var part = new Bytes(at, size);
        at += size;
        return part;
    }

    private static int Varint(ref byte* at)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = *at++;
            value |= (b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }

    private readonly struct Bytes(byte* start, int size)
    {
        public byte* Start { get; } = start;

        public int Size { get; } = size;
    }
}
