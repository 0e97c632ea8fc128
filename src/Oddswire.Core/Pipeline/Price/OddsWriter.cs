using System.Buffers.Binary;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Ports;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Writes the updates of one event: what they share (headers, the first half of their ids) is made once an event, in buffers that
/// are used again.
/// </summary>
internal sealed class OddsWriter(League league, string modelVersion)
{
    private const string ContentType = "application/x-protobuf; messageType=oddswire.odds.v1.OddsUpdate";

    private readonly string _topic = Topics.Odds(league);
    private readonly HeaderWriter _headers = new();
    private readonly ProtoWriter _value = new(512);
    private readonly ProtoWriter _head = new(128);
    private readonly ProtoWriter _tail = new(256);
    private readonly byte[] _scratch = new byte[512];
    private readonly byte[] _id = new byte[21];
    private GameId _game;
    private Timestamp _receivedAt;
    private int _written;

    /// <summary>Begins the updates of an event.</summary>
    public void Begin(GameId game, NormalizedEvent cause, int epoch)
    {
        (_game, _receivedAt, _written) = (game, cause.ReceivedAt, 0);
        var scratch = _scratch.AsSpan();
        var size = Encoding.UTF8.GetBytes(game.Value, scratch);
        var idEnd = size;
        scratch[idEnd++] = (byte)'/';
        idEnd += Encoding.UTF8.GetBytes(cause.Event.Key, scratch[idEnd..]);
        _headers.Begin(5);
        _headers.Add("league"u8, league.Code());
        _headers.Add("game_id"u8, scratch[..size]);
        _headers.Add("model_version"u8, modelVersion);
        TraceContext.Write(scratch[..idEnd], "price"u8, _headers.Reserve("traceparent"u8, TraceContext.Length));
        _headers.Add("content-type"u8, ContentType);

        BinaryPrimitives.WriteInt32LittleEndian(scratch[idEnd..], cause.Revision);
        BinaryPrimitives.WriteInt32LittleEndian(scratch[(idEnd + 4)..], epoch);
        var end = idEnd + 8;
        end += Encoding.UTF8.GetBytes(modelVersion, scratch[end..]);
        BinaryPrimitives.WriteUInt128LittleEndian(_id, Murmur.Hash128(scratch[..end]));
        EncodeShared(cause, epoch);
    }

    /// <summary>Writes an update of the market with its fair chances: the bytes of <see cref="OddsUpdateCodec"/>, shared fields copied.</summary>
    public void Write(PriceState state, in PricedMarket market, in Fair fair, StageOutput output)
    {
        _id[16] = (byte)market.Family;
        BinaryPrimitives.WriteInt32LittleEndian(_id.AsSpan(17), market.Line.Hundredths);
        var sequence = ++state.LastSequence;
        var key = market.Family.Key(market.Line);
        _value.Clear();
        _value.UInt128(1, Murmur.Hash128(_id));
        _value.Fields(_head.Written);
        _value.Int(4, sequence);
        _value.Int(5, sequence - 1);
        _value.UInt(6, (ulong)key.Type);
        _value.SInt(7, key.Line.Hundredths);
        _value.String(8, key.Subject);
        _value.Bool(10, market.IsMain);
        _value.UInt(11, (ulong)market.Status);
        _value.UInt(12, (ulong)market.Reason);
        _value.Int(13, market.SettlementVersion);
        WriteSelections(market, fair);
        _value.Fields(_tail.Written);
        output.Emit(_topic, _game, _headers.Headers, _value.Written);
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

    private void EncodeShared(NormalizedEvent cause, int epoch)
    {
        _head.Clear();
        _head.String(2, _game.Value);
        _head.Int(3, epoch);
        _tail.Clear();
        _tail.String(15, modelVersion);
        _tail.String(16, cause.Event.Key);
        _tail.Int(17, cause.After.Score.Home);
        _tail.Int(18, cause.After.Score.Away);
        _tail.Int(19, cause.After.Period);
        _tail.SInt(20, cause.After.ClockTenths);
        _tail.Int(21, cause.Event.OccurredAt.UnixMicros);
        _tail.Int(22, cause.ReceivedAt.UnixMicros);
    }

    private void WriteSelections(in PricedMarket market, in Fair fair)
    {
        var (first, second) = market.Family switch
        {
            MarketFamily.ThreeWay => (SelectionCode.Home, SelectionCode.Draw),
            MarketFamily.Moneyline or MarketFamily.Spread => (SelectionCode.Home, SelectionCode.Away),
            _ => (SelectionCode.Over, SelectionCode.Under),
        };
        WriteSelection(first, market.First, fair.First);
        WriteSelection(second, market.Second, fair.Second);
        if (market.Family == MarketFamily.ThreeWay)
        {
            WriteSelection(SelectionCode.Away, market.Third, fair.Third);
        }
    }

    private void WriteSelection(SelectionCode code, Quote quote, Probability fair)
    {
        var nested = _value.Begin(14);
        _value.UInt(1, (ulong)code);
        _value.Int(2, quote.Price.Thousandths);
        _value.Int(3, fair.Millionths);
        _value.UInt(4, (ulong)quote.Result);
        _value.End(nested);
    }
}

/// <summary>Fair probabilities of a market's selections.</summary>
internal readonly record struct Fair(Probability First, Probability Second, Probability Third);

/// <summary>Encodes record headers as <see cref="RecordHeaders"/> has them, into one buffer.</summary>
internal sealed class HeaderWriter
{
    private readonly byte[] _buffer = new byte[1024];
    private int _length;

    public RecordHeaders Headers => new(_buffer.AsMemory(0, _length));

    public void Begin(int count)
    {
        _buffer[0] = (byte)count;
        _length = 1;
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => value.CopyTo(Reserve(name, value.Length));

    public void Add(ReadOnlySpan<byte> name, string value) =>
        Encoding.UTF8.GetBytes(value, Reserve(name, Encoding.UTF8.GetByteCount(value)));

    /// <summary>Adds a header and gives the place of its value, at most 127 bytes.</summary>
    public Span<byte> Reserve(ReadOnlySpan<byte> name, int size)
    {
        _buffer[_length++] = (byte)name.Length;
        name.CopyTo(_buffer.AsSpan(_length));
        _length += name.Length;
        _buffer[_length++] = (byte)size;
        _length += size;
        return _buffer.AsSpan(_length - size, size);
    }
}
