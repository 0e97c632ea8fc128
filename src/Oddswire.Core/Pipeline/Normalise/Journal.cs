using System.Buffers.Binary;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>
/// The accepted events of a game, so that a correction or a late event can be folded in at its place. Append-only bytes
/// (an entry a version of an event, about 60 bytes) with an index in memory. Every 4 KiB a part is complete and is saved once; what is saved
/// at each commit is the rest.
/// </summary>
internal sealed class Journal
{
    private const int FixedSize = 8;
    private const int PartBytes = 4096;
    private readonly Dictionary<ulong, int> _byKey = [];
    private readonly List<Entry> _entries = [];
    private readonly List<int> _byOrder = [];
    private readonly List<int> _partEnds = [];
    private byte[] _bytes = new byte[256];
    private byte[] _tail = [];
    private int _partsToLoad;
    private int _length;

    /// <summary>The entries in the vendor's order, as indexes for <see cref="this"/>.</summary>
    public IReadOnlyList<int> InOrder => _byOrder;

    /// <summary>The vendor's order of the last event; <see cref="long.MinValue"/> when there is none.</summary>
    public long LastOrder => _byOrder.Count == 0 ? long.MinValue : _entries[_byOrder[^1]].Order;

    /// <summary>How many parts are complete, or are to be loaded.</summary>
    public int CompleteParts => Math.Max(_partEnds.Count, _partsToLoad);

    /// <summary>What is in no complete part.</summary>
    public ReadOnlySpan<byte> Tail => _bytes.AsSpan(PartStart(_partEnds.Count).._length);

    public Entry this[int index] => _entries[index];

    public static ulong HashOf(ReadOnlySpan<byte> key) => (ulong)Murmur.Hash128(key);

    /// <summary>The event of that key; -1 when there is none.</summary>
    public int Find(ulong keyHash) => _byKey.TryGetValue(keyHash, out var index) ? index : -1;

    /// <summary>The <paramref name="ordinal"/>-th event that a message brought; -1 when there is none.</summary>
    public int FindByMessage(int channel, long sequence, int ordinal)
    {
        foreach (var index in _byOrder)
        {
            var entry = _entries[index];
            if (entry.Channel == channel && (entry.FirstSequence == sequence || entry.Sequence == sequence) && ordinal-- == 0)
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>Adds an event or a new version of one; the later version with the same key wins.</summary>
    public void Put(ulong keyHash, in Entry entry, in EventView news)
    {
        var size = news.Essence.Length + news.EssenceTail.Length;
        AppendHead(keyHash, entry, size);
        Index(keyHash, entry with { Start = _length, Length = size });
        news.Essence.CopyTo(_bytes.AsSpan(_length));
        news.EssenceTail.CopyTo(_bytes.AsSpan(_length + news.Essence.Length));
        _length += size;
        if (Tail.Length >= PartBytes)
        {
            _partEnds.Add(_length);
        }
    }

    /// <summary>The encoded event of an entry, without game and description.</summary>
    public ReadOnlySpan<byte> EssenceOf(int index) => _bytes.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>A complete part.</summary>
    public ReadOnlySpan<byte> Part(int part) => _bytes.AsSpan(PartStart(part).._partEnds[part]);

    /// <summary>Begins to read a journal back: the parts come next, by <see cref="LoadPart"/>.</summary>
    public static Journal Load(int parts, ReadOnlySpan<byte> tail)
    {
        var journal = new Journal { _partsToLoad = parts, _tail = tail.ToArray() };
        journal.LoadTailIfComplete();
        return journal;
    }

    /// <summary>Reads the next part back.</summary>
    public void LoadPart(ReadOnlySpan<byte> saved)
    {
        LoadEntries(saved);
        _partEnds.Add(_length);
        LoadTailIfComplete();
    }

    private int PartStart(int part) => part == 0 ? 0 : _partEnds[part - 1];

    private void LoadTailIfComplete()
    {
        if (_partEnds.Count == _partsToLoad)
        {
            LoadEntries(_tail);
            _tail = [];
        }
    }

    private void LoadEntries(ReadOnlySpan<byte> saved)
    {
        var position = _length;
        if (_bytes.Length < _length + saved.Length)
        {
            Array.Resize(ref _bytes, _length + saved.Length);
        }

        saved.CopyTo(_bytes.AsSpan(_length));
        _length += saved.Length;
        while (position < _length)
        {
            var entry = Read(ref position, out var keyHash);
            Index(keyHash, entry);
        }
    }

    private void Index(ulong keyHash, in Entry entry)
    {
        if (_byKey.TryGetValue(keyHash, out var known))
        {
            var moved = _entries[known].Order != entry.Order;
            _entries[known] = entry;
            if (moved)
            {
                _byOrder.Remove(known);
                Place(known);
            }

            return;
        }

        _byKey[keyHash] = _entries.Count;
        _entries.Add(entry);
        Place(_entries.Count - 1);
    }

    private void Place(int index)
    {
        var order = _entries[index].Order;
        var at = _byOrder.Count;
        while (at > 0 && _entries[_byOrder[at - 1]].Order > order)
        {
            at--;
        }

        _byOrder.Insert(at, index);
    }

    private void AppendHead(ulong keyHash, in Entry entry, int size)
    {
        var needed = _length + size + (2 * FixedSize) + (7 * 10);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length * 2));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length), keyHash);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(_length + FixedSize), entry.ContentHash);
        _length += 2 * FixedSize;
        PutVarint((ulong)((entry.Order << 1) ^ (entry.Order >> 63)));
        PutVarint((ulong)(entry.Channel + 1));
        PutVarint((ulong)entry.Sequence);
        PutVarint((ulong)entry.FirstSequence);
        PutVarint((ulong)entry.Revision);
        PutVarint((ulong)size);
    }

    private Entry Read(ref int position, out ulong keyHash)
    {
        if (_length - position < 2 * FixedSize)
        {
            throw Broken(position);
        }

        keyHash = BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(position));
        var contentHash = BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(position + FixedSize));
        position += 2 * FixedSize;
        var order = TakeVarint(ref position);
        var entry = new Entry
        {
            ContentHash = contentHash,
            Order = (long)(order >> 1) ^ -(long)(order & 1),
            Channel = (int)TakeVarint(ref position) - 1,
            Sequence = (long)TakeVarint(ref position),
            FirstSequence = (long)TakeVarint(ref position),
            Revision = (int)TakeVarint(ref position),
        };
        var length = TakeVarint(ref position);
        if (length > (ulong)(_length - position))
        {
            throw Broken(position);
        }

        entry = entry with { Start = position, Length = (int)length };
        position += (int)length;
        return entry;
    }

    private void PutVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[_length++] = (byte)(value | 0x80);
        }

        _bytes[_length++] = (byte)value;
    }

    private ulong TakeVarint(ref int position)
    {
        ulong value = 0;
        for (var shift = 0; position < _length && shift < 64; shift += 7)
        {
            var b = _bytes[position++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw Broken(position);
    }

    private WireFormatException Broken(int position) => new($"The journal of {_length} bytes breaks off at byte {position}.");

    /// <summary>The last version of an event.</summary>
    public readonly record struct Entry
    {
        /// <summary>The vendor's order.</summary>
        public required long Order { get; init; }

        /// <summary>Hash of the whole encoded event as the vendor's message gave it.</summary>
        public required ulong ContentHash { get; init; }

        /// <summary>Index of the channel that brought it; -1 for messages that are not counted.</summary>
        public required int Channel { get; init; }

        /// <summary>Sequence of the message that brought this version.</summary>
        public required long Sequence { get; init; }

        /// <summary>Sequence of the message that brought (or should have brought) the first version.</summary>
        public required long FirstSequence { get; init; }

        /// <summary>0 for the first version, then counted up.</summary>
        public required int Revision { get; init; }

        internal int Start { get; init; }

        internal int Length { get; init; }
    }
}
