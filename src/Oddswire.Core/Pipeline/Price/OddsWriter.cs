using System.Buffers.Binary;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Writes the updates of one event: what they share (headers, the first half of their ids) is made once an event, in buffers that
/// are used again.
/// </summary>
internal sealed class OddsWriter(League league, string topic)
{
    // The id is the first field: after its tag and length.
    private const int IdAt = 2;

    private const int Headers = 6;

    // Ten fields of at most 11 bytes, two names of at most 66, and three selections of at most 26 bytes.
    private const int MaxOwnFields = 360;

    private static readonly byte[] ContentType = "application/x-protobuf; messageType=oddswire.odds.v1.OddsUpdate"u8.ToArray();
    private static readonly byte[] SchemaId = Encoding.ASCII.GetBytes($"{Contracts.InternalOdds.Id}");
    private readonly byte[] _league = Encoding.UTF8.GetBytes(league.Code());
    private byte[] _model = [];
    private readonly HeaderWriter _headers = new();
    private readonly ProtoWriter _value = new(1024);
    private readonly ProtoWriter _tail = new(256);
    private readonly byte[] _scratch = new byte[512];
    private GameId _game;
    private UInt128 _cause;
    private Timestamp _receivedAt;
    private int _head;
    private int _headersEnd;
    private byte[] _name = [];
    private int _written;

    /// <summary>Begins the updates of an event.</summary>
    public void Begin(GameId game, in PriceCause cause, int epoch, byte[] modelVersion)
    {
        _model = modelVersion;
        (_game, _receivedAt, _written) = (game, cause.ReceivedAt, 0);
        var scratch = _scratch.AsSpan();
        cause.Game.CopyTo(scratch);
        var idEnd = cause.Game.Length;
        scratch[idEnd++] = (byte)'/';
        cause.Key.CopyTo(scratch[idEnd..]);
        idEnd += cause.Key.Length;
        _headers.Begin(Headers);
        _headers.Add("league"u8, _league);
        _headers.Add("game_id"u8, cause.Game);
        _headers.Add("model_version"u8, _model);
        TraceContext.Write(scratch[..idEnd], "price"u8, _headers.Reserve("traceparent"u8, TraceContext.Length));
        _headers.Add("schema_id"u8, SchemaId);
        _headers.Add("content-type"u8, ContentType);
        (_headersEnd, _name) = (_headers.Length, []);

        BinaryPrimitives.WriteInt32LittleEndian(scratch[idEnd..], cause.Revision);
        BinaryPrimitives.WriteInt32LittleEndian(scratch[(idEnd + 4)..], epoch);
        _model.CopyTo(scratch[(idEnd + 8)..]);
        _cause = Murmur.Hash128(scratch[..(idEnd + 8 + _model.Length)]);
        EncodeShared(cause, epoch);
    }

    /// <summary>The updates that follow are about a player: his id goes into the headers, his name into the update.</summary>
    public void SetPlayer(PropSubject player)
    {
        _headers.Cut(_headersEnd, Headers + 1);
        _headers.Add("player_id"u8, player.Id);
        _name = player.Name;
    }

    /// <summary>Writes an update of the market with its fair chances: the bytes of <see cref="OddsUpdateCodec"/>, shared fields used again.</summary>
    public void Write(ref long lastSequence, MarketFamily family, in PricedMarket market, in Fair fair, StageOutput output)
    {
        var sequence = ++lastSequence;
        _value.Rewind(_head);
        _value.Overwrite(IdAt, Murmur.Extend(_cause, family.Name + (uint)market.Line.Hundredths));
        var fields = new FieldCursor(ref _value.Room(MaxOwnFields));
        fields.UInt(4, (ulong)sequence);
        fields.UInt(5, (ulong)(sequence - 1));
        fields.UInt(6, (ulong)family.Key.Type);
        fields.UInt(7, ((uint)market.Line.Hundredths << 1) ^ (uint)(market.Line.Hundredths >> 31));
        fields.Text(8, family.Subject);
        fields.Text(9, family.Statistic);
        fields.UInt(10, market.IsMain ? 1u : 0u);
        fields.UInt(11, (ulong)market.Status);
        fields.UInt(12, (ulong)market.Reason);
        fields.UInt(13, (ulong)market.SettlementVersion);
        WriteSelections(ref fields, family.Key.Type, market, fair);
        _value.Advance(fields.Length);
        _value.Fields(_tail.Written);
        _value.UInt(23, (ulong)family.Key.Scope);
        _value.Bytes(24, _name);
        output.Emit(topic, _game, _headers.Headers, _value.Written);
        _written++;
    }

    /// <summary>Ends the updates of the event.</summary>
    public void End(StageOutput output)
    {
        if (_written > 0)
        {
            output.NoteReceived(_receivedAt, _written);
        }
    }

    private void EncodeShared(in PriceCause cause, int epoch)
    {
        _value.Clear();
        _value.UInt128(1, 0);
        _value.Bytes(2, cause.Game);
        _value.Int(3, epoch);
        _head = _value.Length;
        _tail.Clear();
        _tail.Bytes(15, _model);
        _tail.Bytes(16, cause.Key);
        _tail.Int(17, cause.After.Score.Home);
        _tail.Int(18, cause.After.Score.Away);
        _tail.Int(19, cause.After.Period);
        _tail.SInt(20, cause.After.ClockTenths);
        _tail.Int(21, cause.OccurredAt.UnixMicros);
        _tail.Int(22, cause.ReceivedAt.UnixMicros);
    }

    private static void WriteSelections(ref FieldCursor to, MarketType type, in PricedMarket market, in Fair fair)
    {
        var (first, second, third) = type.Selections();
        WriteSelection(ref to, first, market.First, fair.First);
        WriteSelection(ref to, second, market.Second, fair.Second);
        if (third != SelectionCode.None)
        {
            WriteSelection(ref to, third, market.Third, fair.Third);
        }
    }

    private static void WriteSelection(ref FieldCursor to, SelectionCode code, Quote quote, Probability fair)
    {
        var nested = to.Begin(14);
        to.UInt(1, (ulong)code);
        to.UInt(2, (ulong)quote.Price.Thousandths);
        to.UInt(3, (ulong)fair.Millionths);
        to.UInt(4, (ulong)quote.Result);
        to.End(nested);
    }
}

/// <summary>Fair probabilities of a market's selections.</summary>
internal readonly record struct Fair(Probability First, Probability Second, Probability Third);
