using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// Consecutive records of one partition in one block of memory. Each record is key, headers and value, each with a varint
/// length in front; offsets count up from <see cref="BaseOffset"/>.
/// </summary>
public sealed class RecordBatch
{
    private readonly int _skip;

    /// <summary>A batch over its encoded records.</summary>
    public RecordBatch(TopicPartition partition, long baseOffset, int count, Timestamp appendedAt, ReadOnlyMemory<byte> payload)
        : this(partition, baseOffset, count, appendedAt, payload, 0)
    {
    }

    private RecordBatch(TopicPartition partition, long baseOffset, int count, Timestamp appendedAt, ReadOnlyMemory<byte> payload, int skip)
    {
        Partition = partition;
        BaseOffset = baseOffset;
        Count = count;
        AppendedAt = appendedAt;
        Payload = payload;
        _skip = skip;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>Offset of the first encoded record (which <see cref="From"/> may leave out).</summary>
    public long BaseOffset { get; }

    /// <summary>How many records are encoded.</summary>
    public int Count { get; }

    /// <summary>When the log took them.</summary>
    public Timestamp AppendedAt { get; }

    /// <summary>The encoded records.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Offset of the first record that enumeration gives.</summary>
    public long FirstOffset => BaseOffset + _skip;

    /// <summary>Offset after the last record.</summary>
    public long NextOffset => BaseOffset + Count;

    /// <summary>The same batch without the records before <paramref name="offset"/>.</summary>
    public RecordBatch From(long offset) => offset <= FirstOffset
        ? this
        : new RecordBatch(Partition, BaseOffset, Count, AppendedAt, Payload, (int)Math.Min(Count, offset - BaseOffset));

    /// <summary>Walks through the records.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Walks through a batch without allocating.</summary>
    public struct Enumerator
    {
        private readonly RecordBatch _batch;
        private int _index;
        private int _position;

        internal Enumerator(RecordBatch batch)
        {
            _batch = batch;
            Current = default;
            while (_index < batch._skip)
            {
                Take();
                Take();
                Take();
                _index++;
            }
        }

        /// <summary>The record.</summary>
        public LogRecord Current { get; private set; }

        /// <summary>Moves on.</summary>
        /// <exception cref="Wire.WireFormatException">The batch is shorter than its count says.</exception>
        public bool MoveNext()
        {
            if (_index >= _batch.Count)
            {
                return false;
            }

            var key = Take();
            var headers = Take();
            var value = Take();
            Current = new LogRecord
            {
                Partition = _batch.Partition,
                Offset = _batch.BaseOffset + _index++,
                AppendedAt = _batch.AppendedAt,
                Key = key,
                Headers = new RecordHeaders(headers),
                Value = value,
            };
            return true;
        }

        private ReadOnlyMemory<byte> Take()
        {
            var data = _batch.Payload.Span;
            var size = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (_position >= data.Length || shift > 28)
                {
                    throw Broken();
                }

                var b = data[_position++];
                size |= (b & 0x7f) << shift;
                if (b < 0x80)
                {
                    break;
                }
            }

            if (size < 0 || size > data.Length - _position)
            {
                throw Broken();
            }

            var part = _batch.Payload.Slice(_position, size);
            _position += size;
            return part;
        }

        private readonly Wire.WireFormatException Broken() => new(
            $"The batch at {_batch.Partition} offset {_batch.BaseOffset} breaks off at record {_index} of {_batch.Count}.");
    }
}
