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
    private readonly byte[] _scratch = new byte[512];
    private readonly byte[] _id = new byte[22];
    private NormalizedEvent? _cause;
    private GameId _game;
    private int _written;

    /// <summary>Begins the updates of an event.</summary>
    public void Begin(GameId game, NormalizedEvent cause, int epoch)
    {
        (_game, _cause, _written) = (game, cause, 0);
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
    }

    /// <summary>Writes an update of the market with its fair chances.</summary>
    public void Write(PriceState state, in PricedMarket market, in Fair fair, StageOutput output)
    {
        var cause = _cause!;
        _id[16] = (byte)market.Family;
        BinaryPrimitives.WriteInt32LittleEndian(_id.AsSpan(17), market.Line.Hundredths);
        var sequence = ++state.LastSequence;
        var update = new OddsUpdate
        {
            Id = new UpdateId(Murmur.Hash128(_id.AsSpan(0, 21))),
            GameId = _game,
            Epoch = state.Epoch,
            Sequence = sequence,
            PreviousSequence = sequence - 1,
            Market = market.Family.Key(market.Line),
            IsMainLine = market.IsMain,
            Status = market.Status,
            Reason = market.Reason,
            SettlementVersion = market.SettlementVersion,
            ModelVersion = modelVersion,
            CauseKey = cause.Event.Key,
            Score = cause.After.Score,
            Period = cause.After.Period,
            ClockTenths = cause.After.ClockTenths,
            OccurredAt = cause.Event.OccurredAt,
            ReceivedAt = cause.ReceivedAt,
        };
        AddSelections(ref update, market, fair);
        _value.Clear();
        OddsUpdateCodec.Write(_value, update);
        output.Emit(_topic, _game, _headers.Headers, _value.Written);
        _written++;
    }

    /// <summary>Ends the updates of the event.</summary>
    public void End(StageOutput output)
    {
        if (_written > 0)
        {
            output.NoteReceived(_cause!.ReceivedAt, _written);
        }
    }

    private static void AddSelections(ref OddsUpdate update, in PricedMarket market, in Fair fair)
    {
        var (first, second) = market.Family switch
        {
            MarketFamily.ThreeWay => (SelectionCode.Home, SelectionCode.Draw),
            MarketFamily.Moneyline or MarketFamily.Spread => (SelectionCode.Home, SelectionCode.Away),
            _ => (SelectionCode.Over, SelectionCode.Under),
        };
        update.SelectionCount = market.Family == MarketFamily.ThreeWay ? 3 : 2;
        update.First = new Selection(first, market.First.Price, fair.First, market.First.Result);
        update.Second = new Selection(second, market.Second.Price, fair.Second, market.Second.Result);
        if (update.SelectionCount == 3)
        {
            update.Third = new Selection(SelectionCode.Away, market.Third.Price, fair.Third, market.Third.Result);
        }
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
