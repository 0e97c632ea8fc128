using Oddswire.Core.Wire;

namespace Oddswire.Core.Ports;

/// <summary>
/// Collects the records of one commit, encoded as in <see cref="RecordBatch"/>, a block for each partition. Its buffers are
/// used again after <see cref="Clear"/>. Not for several threads.
/// </summary>
public sealed class OutputBuffer
{
    private readonly Dictionary<TopicPartition, Block> _blocks = [];
    private readonly List<Block> _used = [];
    private Block? _last;

    /// <summary>How many records it holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes of records it holds.</summary>
    public long ByteCount { get; private set; }

    /// <summary>The blocks that hold records, in the order in which each was begun.</summary>
    public IReadOnlyList<Block> Blocks => _used;

    /// <summary>Adds a record.</summary>
    public void Append(TopicPartition partition, ReadOnlySpan<byte> key, RecordHeaders headers, ReadOnlySpan<byte> value)
    {
        var block = _last;
        if (block is null || block.Partition != partition)
        {
            if (!_blocks.TryGetValue(partition, out block))
            {
                _blocks[partition] = block = new Block(partition);
            }

            _last = block;
        }

        if (block.Count == 0)
        {
            _used.Add(block);
        }

        ByteCount += block.Append(key, headers.Encoded.Span, value);
        Count++;
    }

    /// <summary>Adds a record to the partition of its key.</summary>
    public void Append(string topic, int partitions, ReadOnlySpan<byte> key, RecordHeaders headers, ReadOnlySpan<byte> value) =>
        Append(new TopicPartition(topic, Murmur.Partition(key, partitions)), key, headers, value);

    /// <summary>Starts over, keeping the buffers.</summary>
    public void Clear()
    {
        foreach (var block in _used)
        {
            block.Clear();
        }

        _used.Clear();
        Count = 0;
        ByteCount = 0;
    }

    /// <summary>The records for one partition.</summary>
    public sealed class Block
    {
        private byte[] _buffer = new byte[4096];
        private int _length;

        internal Block(TopicPartition partition) => Partition = partition;

        /// <summary>The partition.</summary>
        public TopicPartition Partition { get; }

        /// <summary>How many records.</summary>
        public int Count { get; private set; }

        /// <summary>The encoded records; valid until the buffer is cleared.</summary>
        public ReadOnlyMemory<byte> Payload => _buffer.AsMemory(0, _length);

        /// <summary>Adds a record and gives its size.</summary>
        internal int Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> value)
        {
            var before = _length;
            var needed = key.Length + headers.Length + value.Length + 15;
            if (_buffer.Length - _length < needed)
            {
                Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + needed));
            }

            Put(key);
            Put(headers);
            Put(value);
            Count++;
            return _length - before;
        }

        internal void Clear()
        {
            _length = 0;
            Count = 0;
        }

        private void Put(ReadOnlySpan<byte> part)
        {
            var rest = (uint)part.Length;
            for (; rest >= 0x80; rest >>= 7)
            {
                _buffer[_length++] = (byte)(rest | 0x80);
            }

            _buffer[_length++] = (byte)rest;
            part.CopyTo(_buffer.AsSpan(_length));
            _length += part.Length;
        }
    }
}
