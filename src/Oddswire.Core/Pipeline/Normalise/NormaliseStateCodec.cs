using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>Writes and reads <see cref="NormaliseState"/> in Protobuf's wire format; private to the stage, so not among the contracts.</summary>
internal static class NormaliseStateCodec
{
    public static void Write(ProtoWriter to, NormaliseState state)
    {
        to.Int(1, state.Sequence);
        to.Int(2, state.Now.UnixMicros);
        to.Bool(3, state.IsFeedStalled);
        var nested = to.Begin(4);
        GameStateCodec.Write(to, state.Folded);
        to.End(nested);
        if (state.InfoEvent is { } info)
        {
            nested = to.Begin(5);
            GameEventCodec.Write(to, info);
            to.End(nested);
        }

        to.Int(6, state.InfoRevision);
        foreach (var channel in state.Channels)
        {
            nested = to.Begin(7);
            WriteChannel(to, channel);
            to.End(nested);
        }

        foreach (var refused in state.Refused)
        {
            nested = to.Begin(8);
            to.SInt(1, refused.Channel);
            to.Int(2, refused.Sequence);
            to.UInt(3, refused.ContentHash);
            to.End(nested);
        }

        to.Int(9, state.Journal.CompleteParts);
        to.Bytes(10, state.Journal.Tail);
    }

    public static GamePhase ReadPhase(ReadOnlySpan<byte> saved, StringCache cache)
    {
        var reader = new ProtoReader(saved);
        var phase = GamePhase.Scheduled;
        while (reader.Next(out var field))
        {
            if (field == 4)
            {
                phase = GameStateCodec.Read(reader.Bytes(), cache).Phase;
            }
            else
            {
                reader.Skip();
            }
        }

        return phase;
    }

    public static NormaliseState Read(GameId game, ReadOnlySpan<byte> saved, StringCache cache)
    {
        var state = new NormaliseState(game);
        var reader = new ProtoReader(saved);
        var parts = 0;
        ReadOnlySpan<byte> tail = default;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: state.Sequence = reader.Int(); break;
                case 2: state.Now = new Timestamp(reader.Int()); break;
                case 3: state.IsFeedStalled = reader.Bool(); break;
                case 4: state.Folded = GameStateCodec.Read(reader.Bytes(), cache); break;
                case 5: state.InfoEvent = GameEventCodec.Read(reader.Bytes(), cache); break;
                case 6: state.InfoRevision = reader.Int32(); break;
                case 7: state.Channels.Add(ReadChannel(reader.Bytes())); break;
                case 8: state.Refused.Add(ReadRefused(reader.Bytes())); break;
                case 9: parts = reader.Int32(); break;
                case 10: tail = reader.Bytes(); break;
                default: reader.Skip(); break;
            }
        }

        state.Journal = Journal.Load(parts, tail);
        return state;
    }

    private static void WriteChannel(ProtoWriter to, Channel channel)
    {
        to.String(1, channel.Source);
        to.Int(2, channel.Next);
        foreach (var range in channel.Missing)
        {
            var nested = to.Begin(3);
            to.Int(1, range.From);
            to.Int(2, range.To);
            to.Bool(3, range.IsUncertain);
            to.End(nested);
        }

        foreach (var held in channel.Held)
        {
            var nested = to.Begin(4);
            to.Int(1, held.Sequence);
            to.Bytes(2, held.Value);
            to.Int(3, held.Partition);
            to.Int(4, held.Offset);
            to.Int(5, held.HeldAt.UnixMicros);
            to.Bool(6, held.IsReplay);
            to.End(nested);
        }
    }

    private static Channel ReadChannel(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var channel = new Channel("");
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: channel = new Channel(reader.String()); break;
                case 2: channel.Next = reader.Int(); break;
                case 3: channel.Missing.Add(ReadRange(reader.Bytes())); break;
                case 4: channel.Hold(ReadHeld(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return channel;
    }

    private static MissingRange ReadRange(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var range = default(MissingRange);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: range = range with { From = reader.Int() }; break;
                case 2: range = range with { To = reader.Int() }; break;
                case 3: range = range with { IsUncertain = reader.Bool() }; break;
                default: reader.Skip(); break;
            }
        }

        return range;
    }

    private static HeldMessage ReadHeld(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var held = new HeldMessage(0, [], 0, 0, default, false);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: held = held with { Sequence = reader.Int() }; break;
                case 2: held = held with { Value = reader.Bytes().ToArray() }; break;
                case 3: held = held with { Partition = reader.Int32() }; break;
                case 4: held = held with { Offset = reader.Int() }; break;
                case 5: held = held with { HeldAt = new Timestamp(reader.Int()) }; break;
                case 6: held = held with { IsReplay = reader.Bool() }; break;
                default: reader.Skip(); break;
            }
        }

        return held;
    }

    private static RefusedMessage ReadRefused(ReadOnlySpan<byte> data)
    {
        var reader = new ProtoReader(data);
        var refused = default(RefusedMessage);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: refused = refused with { Channel = reader.SInt32() }; break;
                case 2: refused = refused with { Sequence = reader.Int() }; break;
                case 3: refused = refused with { ContentHash = reader.UInt() }; break;
                default: reader.Skip(); break;
            }
        }

        return refused;
    }
}
