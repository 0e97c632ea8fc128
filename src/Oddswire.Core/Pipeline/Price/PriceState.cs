using System.Runtime.InteropServices;
using Oddswire.Core.Domain;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>What pricing keeps of a game: its information, the end of its chain, and every market ever offered as it was last published.</summary>
public sealed class PriceState
{
    private readonly List<PricedMarket> _markets = [];
    private readonly HashSet<long> _known = [];
    private readonly Line?[] _mains = new Line?[6];

    /// <summary>What is known of the game; null before its information came.</summary>
    public GameInfo? Info { get; internal set; }

    /// <summary>Sequence of the last update; 0 for none.</summary>
    public long LastSequence { get; internal set; }

    /// <summary>Epoch of the game's chain.</summary>
    public int Epoch { get; internal set; } = 1;

    /// <summary>How many markets have been offered.</summary>
    public int MarketCount => _markets.Count;

    internal Span<PricedMarket> Markets => CollectionsMarshal.AsSpan(_markets);

    /// <summary>The main line of a family; null before one was chosen. Follows from the markets, so it is not saved.</summary>
    internal Line? MainOf(MarketFamily family) => _mains[(int)family];

    internal void SetMain(MarketFamily family, Line line) => _mains[(int)family] = line;

    /// <summary>Offers a market, if it was not offered before.</summary>
    internal void Offer(MarketFamily family, Line line = default)
    {
        if (!_known.Contains(NameOf(family, line)))
        {
            Add(new PricedMarket { Family = family, Line = line });
        }
    }

    private void Add(PricedMarket market)
    {
        _markets.Add(market);
        _known.Add(NameOf(market.Family, market.Line));
        if (market.IsMain)
        {
            SetMain(market.Family, market.Line);
        }
    }

    private static long NameOf(MarketFamily family, Line line) => ((long)family << 32) | (uint)line.Hundredths;

    internal void Save(ProtoWriter to)
    {
        if (Info is { } info)
        {
            var nested = to.Begin(1);
            GameEventCodec.WriteInfo(to, info);
            to.End(nested);
        }

        to.Int(2, LastSequence);
        to.Int(3, Epoch);
        foreach (ref readonly var market in Markets)
        {
            var nested = to.Begin(4);
            market.Save(to);
            to.End(nested);
        }
    }

    internal static PriceState Load(ReadOnlySpan<byte> saved, StringCache cache)
    {
        var state = new PriceState();
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: state.Info = GameEventCodec.ReadInfo(reader.Bytes(), cache); break;
                case 2: state.LastSequence = reader.Int(); break;
                case 3: state.Epoch = reader.Int32(); break;
                case 4: state.Add(PricedMarket.Load(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        return state;
    }
}

/// <summary>A market as last published.</summary>
internal struct PricedMarket
{
    public MarketFamily Family;
    public Line Line;
    public bool IsMain;
    public MarketStatus Status;
    public StatusReason Reason;
    public int SettlementVersion;
    public Quote First;
    public Quote Second;
    public Quote Third;

    public readonly bool IsEnded => Status is MarketStatus.Settled or MarketStatus.Voided;

    public readonly void Save(ProtoWriter to)
    {
        to.UInt(1, (ulong)Family);
        to.SInt(2, Line.Hundredths);
        to.Bool(3, IsMain);
        to.UInt(4, (ulong)Status);
        to.UInt(5, (ulong)Reason);
        to.Int(6, SettlementVersion);
        to.UInt(7, First.Packed);
        to.UInt(8, Second.Packed);
        to.UInt(9, Third.Packed);
    }

    public static PricedMarket Load(ReadOnlySpan<byte> saved)
    {
        var market = default(PricedMarket);
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: market.Family = (MarketFamily)reader.Int32(); break;
                case 2: market.Line = new Line(reader.SInt32()); break;
                case 3: market.IsMain = reader.Bool(); break;
                case 4: market.Status = (MarketStatus)reader.Int32(); break;
                case 5: market.Reason = (StatusReason)reader.Int32(); break;
                case 6: market.SettlementVersion = reader.Int32(); break;
                case 7: market.First = Quote.Unpack(reader.UInt()); break;
                case 8: market.Second = Quote.Unpack(reader.UInt()); break;
                case 9: market.Third = Quote.Unpack(reader.UInt()); break;
                default: reader.Skip(); break;
            }
        }

        return market;
    }
}

/// <summary>What was published of a selection: its price and its result.</summary>
internal readonly record struct Quote(DecimalOdds Price, SelectionResult Result)
{
    public ulong Packed => ((ulong)Price.Thousandths << 3) | (ulong)Result;

    public static Quote Unpack(ulong packed) => new(DecimalOdds.FromThousandths((int)(packed >> 3)), (SelectionResult)(packed & 7));
}

/// <summary>Markets that share a ladder of lines. The numeric values are part of the saved state.</summary>
internal enum MarketFamily : byte
{
    Moneyline = 0,
    ThreeWay = 1,
    Spread = 2,
    Total = 3,
    HomeTotal = 4,
    AwayTotal = 5,
}

internal static class MarketFamilies
{
    private static ReadOnlySpan<byte> HomeSubject => "home"u8;
    private static ReadOnlySpan<byte> AwaySubject => "away"u8;

    public static bool HasLine(this MarketFamily family) => family >= MarketFamily.Spread;

    /// <summary>Type and line of the market, as they are written.</summary>
    public static (MarketType Type, Line Line) Key(this MarketFamily family, Line line) => family switch
    {
        MarketFamily.Moneyline => (MarketType.Moneyline, default),
        MarketFamily.ThreeWay => (MarketType.ThreeWay, default),
        MarketFamily.Spread => (MarketType.Spread, line),
        MarketFamily.Total => (MarketType.Total, line),
        MarketFamily.HomeTotal or MarketFamily.AwayTotal => (MarketType.TeamTotal, line),
        _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Not a family of markets."),
    };

    /// <summary>The market's subject: <c>home</c> or <c>away</c>, empty for the game's.</summary>
    public static ReadOnlySpan<byte> Subject(this MarketFamily family) => family switch
    {
        MarketFamily.HomeTotal => HomeSubject,
        MarketFamily.AwayTotal => AwaySubject,
        _ => default,
    };
}
