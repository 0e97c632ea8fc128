using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>Writes and reads <see cref="RawMessage"/> as <c>oddswire.events.v1.RawMessage</c>.</summary>
public static class RawMessageCodec
{
    /// <summary>Writes the fields of a raw message (no length in front).</summary>
    public static void Write(ProtoWriter to, RawMessage value)
    {
        FeedMessageFields.Write(to, value.Message, value.ReceivedAt);
        to.String(8, value.Format);
        to.Bytes(9, value.Message.Body.Span);
        foreach (var gameEvent in value.Events)
        {
            var nested = to.Begin(10);
            GameEventCodec.Write(to, gameEvent);
            to.End(nested);
        }
    }

    /// <summary>Reads a raw message.</summary>
    /// <exception cref="WireFormatException">The bytes are not a raw message.</exception>
    public static RawMessage Read(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var fields = new FeedMessageFields();
        var format = "";
        List<GameEvent> events = [];
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 8: format = reader.String(cache); break;
                case 10: events.Add(GameEventCodec.Read(reader.Bytes(), cache)); break;
                default: fields.Read(field, ref reader, cache); break;
            }
        }

        return new RawMessage { Message = fields.ToMessage(), ReceivedAt = fields.ReceivedAt, Format = format, Events = events };
    }
}

/// <summary>Writes and reads <see cref="NormalizedEvent"/> as <c>oddswire.events.v1.NormalizedEvent</c>.</summary>
public static class NormalizedEventCodec
{
    /// <summary>Writes the fields of a normalised event (no length in front).</summary>
    public static void Write(ProtoWriter to, NormalizedEvent value)
    {
        var nested = to.Begin(1);
        GameEventCodec.Write(to, value.Event);
        to.End(nested);
        Write(to, new NormalizedEnvelope(
            value.After, value.Disposition, value.Revision, value.Sequence, value.ReceivedAt, value.RawPartition, value.RawOffset, value.Withdrawn, value.WithdrawnPitcher));
    }

    /// <summary>
    /// Writes the same fields from an event that is already encoded: byte for byte the same as from
    /// the event itself.
    /// </summary>
    internal static void Write(ProtoWriter to, ReadOnlySpan<byte> encodedEvent, in NormalizedEnvelope value)
    {
        to.Bytes(1, encodedEvent);
        Write(to, value);
    }

    private static void Write(ProtoWriter to, in NormalizedEnvelope value)
    {
        var nested = to.Begin(2);
        GameStateCodec.Write(to, value.After);
        to.End(nested);
        to.UInt(3, (ulong)value.Disposition);
        to.Int(4, value.Revision);
        to.Int(5, value.Sequence);
        to.Int(6, value.ReceivedAt.UnixMicros);
        to.Int(7, value.RawPartition);
        to.Int(8, value.RawOffset);
        PlayerChangeCodec.Write(to, 9, value.Withdrawn);
        to.String(10, value.WithdrawnPitcher);
    }

    /// <summary>Reads a normalised event.</summary>
    /// <exception cref="WireFormatException">The bytes are not a normalised event.</exception>
    public static NormalizedEvent Read(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        GameEvent? gameEvent = null;
        GameState? after = null;
        int disposition = 0, revision = 0, rawPartition = 0;
        long sequence = 0, receivedAt = 0, rawOffset = 0;
        List<PlayerChange>? withdrawn = null;
        string? withdrawnPitcher = null;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: gameEvent = GameEventCodec.Read(reader.Bytes(), cache); break;
                case 2: after = GameStateCodec.Read(reader.Bytes(), cache); break;
                case 3: disposition = reader.Int32(); break;
                case 4: revision = reader.Int32(); break;
                case 5: sequence = reader.Int(); break;
                case 6: receivedAt = reader.Int(); break;
                case 7: rawPartition = reader.Int32(); break;
                case 8: rawOffset = reader.Int(); break;
                case 9: (withdrawn ??= []).Add(PlayerChangeCodec.Read(reader.Bytes(), cache)); break;
                case 10: withdrawnPitcher = reader.String(cache); break;
                default: reader.Skip(); break;
            }
        }

        return new NormalizedEvent
        {
            Event = gameEvent ?? throw new WireFormatException("A normalised event without its event (field 1)."),
            After = after ?? throw new WireFormatException("A normalised event without the state after it (field 2)."),
            Disposition = (Disposition)disposition,
            Revision = revision,
            Sequence = sequence,
            ReceivedAt = new Timestamp(receivedAt),
            RawPartition = rawPartition,
            RawOffset = rawOffset,
            Withdrawn = PlayerChanges.Of(withdrawn),
            WithdrawnPitcher = withdrawnPitcher,
        };
    }
}

/// <summary>A normalised event without the event.</summary>
internal readonly record struct NormalizedEnvelope(
    GameState After,
    Disposition Disposition,
    int Revision,
    long Sequence,
    Timestamp ReceivedAt,
    int RawPartition,
    long RawOffset,
    PlayerChanges Withdrawn,
    string? WithdrawnPitcher);

/// <summary>Writes and reads <see cref="DeadLetter"/> as <c>oddswire.events.v1.DeadLetter</c>.</summary>
public static class DeadLetterCodec
{
    /// <summary>Writes the fields of a dead letter (no length in front).</summary>
    public static void Write(ProtoWriter to, DeadLetter value)
    {
        FeedMessageFields.Write(to, value.Message, value.ReceivedAt);
        to.String(8, value.Stage);
        to.Bytes(9, value.Message.Body.Span);
        to.String(10, value.Reason);
        to.String(11, value.Detail);
        to.SInt(12, value.RawPartition);
        to.SInt(13, value.RawOffset);
    }

    /// <summary>Reads a dead letter.</summary>
    /// <exception cref="WireFormatException">The bytes are not a dead letter.</exception>
    public static DeadLetter Read(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var fields = new FeedMessageFields();
        var (stage, reason, detail) = ("", "", "");
        var rawPartition = 0;
        long rawOffset = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 8: stage = reader.String(cache); break;
                case 10: reason = reader.String(cache); break;
                case 11: detail = reader.String(); break;
                case 12: rawPartition = reader.SInt32(); break;
                case 13: rawOffset = reader.SInt(); break;
                default: fields.Read(field, ref reader, cache); break;
            }
        }

        return new DeadLetter
        {
            Message = fields.ToMessage(),
            ReceivedAt = fields.ReceivedAt,
            Stage = stage,
            Reason = reason,
            Detail = detail,
            RawPartition = rawPartition,
            RawOffset = rawOffset,
        };
    }
}

/// <summary>The envelope fields 1-7 and the body 9, which raw messages and dead letters share.</summary>
internal struct FeedMessageFields
{
    private string? _gameId;
    private string? _source;
    private string? _feed;
    private long _sequence;
    private long _amendsSequence;
    private Timestamp _publishedAt;
    private byte[]? _body;

    public Timestamp ReceivedAt { get; private set; }

    public static void Write(ProtoWriter to, FeedMessage message, Timestamp receivedAt)
    {
        to.String(1, message.GameId.Value);
        to.String(2, message.Source);
        to.String(3, message.Feed);
        to.Int(4, message.Sequence);
        to.Int(5, message.AmendsSequence);
        to.Int(6, message.PublishedAt.UnixMicros);
        to.Int(7, receivedAt.UnixMicros);
    }

    public void Read(int field, ref ProtoReader reader, StringCache cache)
    {
        switch (field)
        {
            case 1: _gameId = reader.String(cache); break;
            case 2: _source = reader.String(cache); break;
            case 3: _feed = reader.String(cache); break;
            case 4: _sequence = reader.Int(); break;
            case 5: _amendsSequence = reader.Int(); break;
            case 6: _publishedAt = new Timestamp(reader.Int()); break;
            case 7: ReceivedAt = new Timestamp(reader.Int()); break;
            case 9: _body = reader.Bytes().ToArray(); break;
            default: reader.Skip(); break;
        }
    }

    public readonly FeedMessage ToMessage() => new()
    {
        GameId = GameId.FromTrusted(_gameId ?? throw new WireFormatException("A message without its game (field 1).")),
        Source = _source ?? "",
        Feed = _feed ?? "",
        Sequence = _sequence,
        AmendsSequence = _amendsSequence,
        PublishedAt = _publishedAt,
        Body = _body ?? [],
    };
}
