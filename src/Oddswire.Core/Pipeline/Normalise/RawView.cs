using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>
/// A raw message read in place: the envelope decoded, the vendor's bytes passed over and the events left encoded, because most
/// of what two redundant feeds bring is known already and need not be decoded.
/// </summary>
internal readonly ref struct RawView
{
    /// <summary>The name under which ingest writes what it has to say itself.</summary>
    public const string ControlFormat = "oddswire";

    /// <summary>The name under which an operator's choice of a model comes.</summary>
    public const string ModelFormat = "oddswire-model";

    private readonly RecordHeaders _headers;

    private RawView(ReadOnlySpan<byte> value, int partition, long offset, RecordHeaders headers, StringCache cache)
    {
        Value = value;
        Partition = partition;
        Offset = offset;
        _headers = headers;
        Source = Feed = Format = "";
        var reader = new ProtoReader(value);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 2: Source = reader.String(cache); break;
                case 3: Feed = reader.String(cache); break;
                case 4: Sequence = reader.Int(); break;
                case 5: AmendsSequence = reader.Int(); break;
                case 6: PublishedAt = new Timestamp(reader.Int()); break;
                case 7: ReceivedAt = new Timestamp(reader.Int()); break;
                case 8: Format = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }
    }

    public ReadOnlySpan<byte> Value { get; }

    public int Partition { get; }

    public long Offset { get; }

    public string Source { get; }

    public string Feed { get; }

    public long Sequence { get; }

    public long AmendsSequence { get; }

    public Timestamp PublishedAt { get; }

    public Timestamp ReceivedAt { get; }

    public string Format { get; }

    public bool IsControl => Format == ControlFormat;

    public bool IsModelChange => Format == ModelFormat;

    /// <summary>Whether it is a dead letter sent again by a person; looked up only where that matters.</summary>
    public bool IsReplay => !_headers.Encoded.IsEmpty && _headers.Find(HeaderNames.ReplayOf) is not null;

    public static RawView Read(in LogRecord record, StringCache cache) =>
        new(record.Value.Span, record.Partition.Partition, record.Offset, record.Headers, cache);

    public static RawView Read(HeldMessage held, StringCache cache) =>
        new(held.Value, held.Partition, held.Offset, held.IsReplay ? HeldMessage.ReplayMark : default, cache);

    public EventEnumerator GetEnumerator() => new(Value);

    /// <summary>A hash of all its events: equal for the same news over another feed.</summary>
    public ulong ContentHash()
    {
        ulong hash = 0;
        foreach (var bytes in this)
        {
            hash = (hash * 31) + (ulong)Murmur.Hash128(bytes);
        }

        return hash;
    }

    /// <summary>Walks through the encoded events.</summary>
    public ref struct EventEnumerator(ReadOnlySpan<byte> value)
    {
        private const int EventsField = 10;
        private ProtoReader _reader = new(value);

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            while (_reader.Next(out var field))
            {
                if (field == EventsField)
                {
                    Current = _reader.Bytes();
                    return true;
                }

                _reader.Skip();
            }

            return false;
        }
    }
}

/// <summary>An encoded event read just far enough to know whether it is news.</summary>
internal readonly ref struct EventView
{
    private EventView(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        var reader = new ProtoReader(bytes);
        var (start, before) = (0, 0);
        var description = bytes.Length..bytes.Length;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1:
                    Game = reader.Bytes();
                    start = reader.Position;
                    break;
                case 2:
                    Key = reader.Bytes();
                    break;
                case 3:
                    Order = reader.Int();
                    break;
                case 4:
                    Kind = (EventKind)reader.Int32();
                    break;
                case 15:
                    reader.Skip();
                    description = before..reader.Position;
                    break;
                default:
                    reader.Skip();
                    break;
            }

            before = reader.Position;
        }

        Essence = bytes[start..description.Start];
        EssenceTail = bytes[description.End..];
    }

    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What a fold needs: without the game's id in front and the vendor's words (the codec writes fields in ascending order).</summary>
    public ReadOnlySpan<byte> Essence { get; }

    /// <summary>What follows the vendor's words; belongs to <see cref="Essence"/>.</summary>
    public ReadOnlySpan<byte> EssenceTail { get; }

    public ReadOnlySpan<byte> Game { get; }

    public ReadOnlySpan<byte> Key { get; }

    public long Order { get; }

    public EventKind Kind { get; }

    public static EventView Read(ReadOnlySpan<byte> bytes) => new(bytes);
}
