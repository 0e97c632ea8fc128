using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Publish;

/// <summary>Writes and reads a game of the board for checkpoints. Private to the publish role: not a contract with anyone else.</summary>
public static class BoardGameCodec
{
    /// <summary>Writes a game with its quotes and events.</summary>
    public static void Write(ProtoWriter to, BoardSnapshot game)
    {
        to.String(1, game.GameId.Value);
        if (game.Info is { } info)
        {
            // The codec of events is the one place that knows how an info is written.
            var carrier = new GameEvent { GameId = game.GameId, Key = "info", Order = 0, Kind = EventKind.Info, Info = info };
            var nested = to.Begin(2);
            GameEventCodec.Write(to, carrier);
            to.End(nested);
        }

        var state = to.Begin(3);
        GameStateCodec.Write(to, game.State);
        to.End(state);
        to.Int(4, game.EventSequence);
        to.SInt(5, game.EventOffset);
        to.Int(6, game.MissingEvents);
        to.Int(7, game.Epoch);
        to.Int(8, game.Sequence);
        to.SInt(9, game.OddsOffset);
        to.Int(10, game.UpdatedAt.UnixMicros);
        to.Bool(11, game.IsPartial);
        foreach (var hole in game.Holes)
        {
            var nested = to.Begin(12);
            to.Int(1, hole.Epoch);
            to.Int(2, hole.From);
            to.Int(3, hole.To);
            to.End(nested);
        }

        foreach (var quote in game.Quotes)
        {
            var nested = to.Begin(13);
            to.Int(1, quote.Offset);
            var update = to.Begin(2);
            OddsUpdateCodec.Write(to, quote.Update);
            to.End(update);
            to.End(nested);
        }

        foreach (var entry in game.Events)
        {
            var nested = to.Begin(14);
            Write(to, entry);
            to.End(nested);
        }
    }

    /// <summary>Reads a game.</summary>
    /// <exception cref="WireFormatException">The bytes are not a saved game.</exception>
    public static BoardSnapshot Read(int partition, ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        GameId id = default;
        GameInfo? info = null;
        var state = new GameState();
        long eventSequence = 0, eventOffset = 0, missing = 0, sequence = 0, oddsOffset = 0, updatedAt = 0;
        var epoch = 0;
        var isPartial = false;
        List<SequenceHole> holes = [];
        List<BoardQuote> quotes = [];
        List<BoardEvent> events = [];
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: id = GameId.FromTrusted(reader.String(cache)); break;
                case 2: info = GameEventCodec.Read(reader.Bytes(), cache).Info; break;
                case 3: state = GameStateCodec.Read(reader.Bytes(), cache); break;
                case 4: eventSequence = reader.Int(); break;
                case 5: eventOffset = reader.SInt(); break;
                case 6: missing = reader.Int(); break;
                case 7: epoch = reader.Int32(); break;
                case 8: sequence = reader.Int(); break;
                case 9: oddsOffset = reader.SInt(); break;
                case 10: updatedAt = reader.Int(); break;
                case 11: isPartial = reader.Bool(); break;
                case 12: holes.Add(ReadHole(reader.Bytes())); break;
                case 13: quotes.Add(ReadQuote(reader.Bytes(), cache)); break;
                case 14: events.Add(ReadEvent(reader.Bytes(), cache)); break;
                default: reader.Skip(); break;
            }
        }

        return new BoardSnapshot
        {
            GameId = id.Value is null ? throw new WireFormatException("A saved game without its id (field 1).") : id,
            Partition = partition,
            Version = 0,
            Info = info,
            State = state,
            EventSequence = eventSequence,
            EventOffset = eventOffset,
            MissingEvents = missing,
            Epoch = epoch,
            Sequence = sequence,
            OddsOffset = oddsOffset,
            UpdatedAt = new Timestamp(updatedAt),
            IsPartial = isPartial,
            Holes = holes,
            Quotes = quotes,
            Events = events,
        };
    }

    private static void Write(ProtoWriter to, BoardEvent entry)
    {
        to.Int(1, entry.Sequence);
        to.Int(2, entry.Offset);
        to.String(3, entry.Key);
        to.UInt(4, (ulong)entry.Kind);
        to.UInt(5, (ulong)entry.Disposition);
        to.Int(6, entry.Revision);
        to.Int(7, entry.Period);
        to.SInt(8, entry.ClockTenths);
        to.Int(9, entry.Score.Home);
        to.Int(10, entry.Score.Away);
        to.UInt(11, entry.Possession is { } side ? (ulong)side + 1 : 0);
        to.Int(12, entry.OccurredAt.UnixMicros);
        to.String(13, entry.Description);
    }

    private static BoardEvent ReadEvent(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        var (key, description) = ("", "");
        long sequence = 0, offset = 0, occurredAt = 0;
        int kind = 0, disposition = 0, revision = 0, period = 0, clock = 0, home = 0, away = 0, side = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: sequence = reader.Int(); break;
                case 2: offset = reader.Int(); break;
                case 3: key = reader.String(cache); break;
                case 4: kind = reader.Int32(); break;
                case 5: disposition = reader.Int32(); break;
                case 6: revision = reader.Int32(); break;
                case 7: period = reader.Int32(); break;
                case 8: clock = reader.SInt32(); break;
                case 9: home = reader.Int32(); break;
                case 10: away = reader.Int32(); break;
                case 11: side = reader.Int32(); break;
                case 12: occurredAt = reader.Int(); break;
                case 13: description = reader.String(); break;
                default: reader.Skip(); break;
            }
        }

        return new BoardEvent
        {
            Sequence = sequence,
            Offset = offset,
            Key = key,
            Kind = (EventKind)kind,
            Disposition = (Disposition)disposition,
            Revision = revision,
            Period = period,
            ClockTenths = clock,
            Score = new Score(home, away),
            Possession = side == 0 ? null : (Side)(side - 1),
            OccurredAt = new Timestamp(occurredAt),
            Description = description,
        };
    }

    private static BoardQuote ReadQuote(ReadOnlySpan<byte> data, StringCache cache)
    {
        var reader = new ProtoReader(data);
        long offset = 0;
        OddsUpdate update = default;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: offset = reader.Int(); break;
                case 2: update = OddsUpdateCodec.Read(reader.Bytes(), cache); break;
                default: reader.Skip(); break;
            }
        }

        return new BoardQuote(update, offset);
    }

    private static SequenceHole ReadHole(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var epoch = 0;
        long from = 0, to = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: epoch = reader.Int32(); break;
                case 2: from = reader.Int(); break;
                case 3: to = reader.Int(); break;
                default: reader.Skip(); break;
            }
        }

        return new SequenceHole(epoch, from, to);
    }
}
