using Confluent.Kafka;
using Oddswire.Core.Ports;
using Timestamp = Oddswire.Core.Domain.Timestamp;
using TopicPartition = Oddswire.Core.Ports.TopicPartition;

namespace Oddswire.Infrastructure.Logs.Kafka;

/// <summary>What one look at the fetched messages gave.</summary>
internal sealed class Fetched
{
    /// <summary>Records, in order within each partition.</summary>
    public List<RecordBatch> Batches { get; } = [];

    /// <summary>Partitions read to their end, and the offset of that end (behind any transaction markers).</summary>
    public List<PartitionOffset> Ends { get; } = [];

    /// <summary>Partitions that cannot be read on, and why.</summary>
    public List<(TopicPartition Partition, Error Error)> Problems { get; } = [];

    public void Clear()
    {
        Batches.Clear();
        Ends.Clear();
        Problems.Clear();
    }
}

/// <summary>
/// Turns fetched messages into record batches. A batch holds records with one timestamp (the log's), so that the time of a record does
/// not depend on how it was read. Not for several threads.
/// </summary>
internal sealed unsafe class BatchReader(NativeConsumer consumer)
{
    private readonly Dictionary<(nint Topic, int Partition), Builder> _byHandle = [];
    private readonly List<Builder> _builders = [];

    /// <summary>Adds what has been fetched, waiting for the first message.</summary>
    public void Read(TimeSpan wait, Fetched to)
    {
        try
        {
            nint topic = 0;
            var partition = -1;
            Builder? builder = null;
            foreach (var pointer in consumer.Take(wait))
            {
                var message = (KafkaNative.Message*)pointer;
                if (message->Error != 0)
                {
                    OnEvent(message, to);
                    continue;
                }

                if (message->Topic != topic || message->Partition != partition)
                {
                    (topic, partition) = (message->Topic, message->Partition);
                    builder = Find(message);
                }

                builder!.Add(message, to.Batches);
            }
        }
        finally
        {
            consumer.Free();
            foreach (var builder in _builders)
            {
                builder.Flush(to.Batches);
            }

            // Handles are looked up anew each time: librdkafka may use the same address for another topic later.
            _byHandle.Clear();
        }
    }

    private Builder Find(KafkaNative.Message* message)
    {
        var handle = (message->Topic, message->Partition);
        if (!_byHandle.TryGetValue(handle, out var builder))
        {
            var name = consumer.PartitionOf(message);
            builder = _builders.Find(known => known.Partition == name);
            if (builder is null)
            {
                _builders.Add(builder = new Builder(name));
            }

            _byHandle[handle] = builder;
        }

        return builder;
    }

    private void OnEvent(KafkaNative.Message* message, Fetched to)
    {
        if (message->Topic == 0)
        {
            // An event of the client as a whole; what matters of it reaches the error handler too.
            return;
        }

        var partition = consumer.PartitionOf(message);
        if (message->Error == KafkaNative.PartitionEof)
        {
            to.Ends.Add(new PartitionOffset(partition, message->Offset));
        }
        else
        {
            to.Problems.Add((partition, NativeConsumer.ErrorOf(message)));
        }
    }

    private sealed class Builder
    {
        private byte[] _payload = new byte[64 * 1024];
        private byte[] _headers = new byte[512];
        private readonly List<int> _deltas = [];
        private int _size;
        private int _count;
        private long _base;
        private long _last;
        private long _time;

        public Builder(TopicPartition partition) => Partition = partition;

        public TopicPartition Partition { get; }

        public void Add(KafkaNative.Message* message, List<RecordBatch> to)
        {
            int kind;
            var time = KafkaNative.MessageTimestamp(message, &kind);
            if (_count > 0 && (time != _time || message->Offset - _base > int.MaxValue))
            {
                Flush(to);
            }

            if (_count == 0)
            {
                (_base, _time) = (message->Offset, time);
            }

            _last = message->Offset;
            _deltas.Add((int)(_last - _base));
            _count++;
            var headers = Headers(message);
            Reserve((int)message->KeySize + headers + (int)message->Size + 15);
            Put(new ReadOnlySpan<byte>(message->Key, (int)message->KeySize));
            Put(_headers.AsSpan(0, headers));
            Put(new ReadOnlySpan<byte>(message->Payload, (int)message->Size));
        }

        public void Flush(List<RecordBatch> to)
        {
            if (_count == 0)
            {
                return;
            }

            var payload = _payload.AsSpan(0, _size).ToArray();
            var at = Timestamp.From(DateTimeOffset.FromUnixTimeMilliseconds(Math.Max(0, _time)));
            to.Add(_last - _base + 1 == _count
                ? new RecordBatch(Partition, _base, _count, at, payload)
                : RecordBatch.Thinned(Partition, _base, _last + 1, [.. _deltas], at, payload));
            (_size, _count) = (0, 0);
            _deltas.Clear();
        }

        private int Headers(KafkaNative.Message* message)
        {
            nint headers;
            if (KafkaNative.MessageHeaders(message, &headers) != 0)
            {
                return 0;
            }

            var (size, count) = (1, 0);
            byte* name;
            byte* value;
            nuint length;
            for (; KafkaNative.HeaderAt(headers, (nuint)count, &name, &value, &length) == 0 && count < 127; count++)
            {
                var text = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
                var needed = size + text.Length + (int)length + 10;
                if (needed > _headers.Length)
                {
                    Array.Resize(ref _headers, needed * 2);
                }

                size = Put(_headers, size, text);
                size = Put(_headers, size, new ReadOnlySpan<byte>(value, (int)length));
            }

            // A count below 128 takes one byte.
            _headers[0] = (byte)count;
            return count == 0 ? 0 : size;
        }

        private void Reserve(int more)
        {
            if (_payload.Length - _size < more)
            {
                Array.Resize(ref _payload, Math.Max(_payload.Length * 2, _size + more));
            }
        }

        private void Put(ReadOnlySpan<byte> part) => _size = Put(_payload, _size, part);

        private static int Put(byte[] to, int at, ReadOnlySpan<byte> part)
        {
            var rest = (uint)part.Length;
            for (; rest >= 0x80; rest >>= 7)
            {
                to[at++] = (byte)(rest | 0x80);
            }

            to[at++] = (byte)rest;
            part.CopyTo(to.AsSpan(at));
            return at + part.Length;
        }
    }
}
