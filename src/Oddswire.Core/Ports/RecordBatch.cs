using Oddswire.Core.Domain;

namespace Oddswire.Core.Ports;

/// <summary>
/// Consecutive records of one partition in one block of memory. Each record is key, headers and value, each with a varint
/// length in front; offsets count up from <see cref="BaseOffset"/>. In a batch that compaction has thinned, the kept records
/// have their original offsets, and <see cref="NextOffset"/> is what it was; such a batch may hold no record at all.
/// </summary>
public sealed class RecordBatch
{
    private readonly int _skip;
    private readonly int[]? _deltas;

    /// <summary>A batch over its encoded records.</summary>
    public RecordBatch(TopicPartition partition, long baseOffset, int count, Timestamp appendedAt, ReadOnlyMemory<byte> payload)
        : this(partition, baseOffset, baseOffset + count, count, null, appendedAt, payload, 0)
    {
    }

    private RecordBatch(
        TopicPartition partition, long baseOffset, long nextOffset, int count, int[]? deltas, Timestamp appendedAt, ReadOnlyMemory<byte> payload, int skip)
    {
        Partition = partition;
        BaseOffset = baseOffset;
        NextOffset = nextOffset;
        Count = count;
        AppendedAt = appendedAt;
        Payload = payload;
        _deltas = deltas;
        _skip = skip;
    }

    /// <summary>The partition.</summary>
    public TopicPartition Partition { get; }

    /// <summary>First offset the batch covers (which <see cref="From"/> or compaction may have left out).</summary>
    public long BaseOffset { get; }

    /// <summary>How many records are encoded.</summary>
    public int Count { get; }

    /// <summary>How many records enumeration gives.</summary>
    public int Remaining => Count - _skip;

    /// <summary>When the log took them.</summary>
    public Timestamp AppendedAt { get; }

    /// <summary>The encoded records.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Offset of the first record that enumeration gives; <see cref="NextOffset"/> when there is none.</summary>
    public long FirstOffset => _skip < Count ? OffsetAt(_skip) : NextOffset;

    /// <summary>Offset after the last record, kept or not.</summary>
    public long NextOffset { get; }

    /// <summary>Distance of each encoded record from <see cref="BaseOffset"/> in a thinned batch; empty when there are no holes.</summary>
    public ReadOnlyMemory<int> Deltas => _deltas;

    /// <summary>A batch that compaction has thinned.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="baseOffset">First offset it covers.</param>
    /// <param name="nextOffset">Offset after the last it covers.</param>
    /// <param name="deltas">Distance of each kept record from <paramref name="baseOffset"/>, ascending.</param>
    /// <param name="appendedAt">When the log took them.</param>
    /// <param name="payload">The kept records.</param>
    public static RecordBatch Thinned(
        TopicPartition partition, long baseOffset, long nextOffset, int[] deltas, Timestamp appendedAt, ReadOnlyMemory<byte> payload) =>
        new(partition, baseOffset, nextOffset, deltas.Length, deltas, appendedAt, payload, 0);

    /// <summary>The same batch without the records before <paramref name="offset"/>.</summary>
    public RecordBatch From(long offset)
    {
        var skip = _skip;
        if (_deltas is null)
        {
            skip = (int)Math.Clamp(offset - BaseOffset, _skip, Count);
        }
        else
        {
            while (skip < Count && OffsetAt(skip) < offset)
            {
                skip++;
            }
        }

        return skip == _skip ? this : new RecordBatch(Partition, BaseOffset, NextOffset, Count, _deltas, AppendedAt, Payload, skip);
    }

    /// <summary>The same batch without the records from <paramref name="offset"/> on; the payload is not cut.</summary>
    public RecordBatch Until(long offset)
    {
        if (NextOffset <= offset)
        {
            return this;
        }

        var count = _skip;
        while (count < Count && OffsetAt(count) < offset)
        {
            count++;
        }

        return new RecordBatch(Partition, BaseOffset, Math.Max(BaseOffset, offset), count, _deltas?[..count], AppendedAt, Payload, _skip);
    }

    private long OffsetAt(int index) => BaseOffset + (_deltas is null ? index : _deltas[index]);

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
                Offset = _batch.OffsetAt(_index++),
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
