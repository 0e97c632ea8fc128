using System.Runtime.InteropServices;
using System.Text;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Wire;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Names a family: the markets of a game that differ in their line only.</summary>
/// <param name="Type">The kind of market.</param>
/// <param name="Scope">The part of the game.</param>
/// <param name="Number">
/// The subject as a number: 1 home and 2 away (team totals), home times 10,000 plus away (next score), the number of the drive or half-inning; 0 elsewhere.
/// </param>
/// <param name="Player">The player's id; empty elsewhere.</param>
/// <param name="Statistic">The player's statistic; empty elsewhere.</param>
internal readonly record struct FamilyKey(
    MarketType Type, MarketScope Scope = MarketScope.FullGame, int Number = 0, string Player = "", string Statistic = "")
{
    /// <summary>The subject as it is published.</summary>
    public string Subject => Type switch
    {
        MarketType.TeamTotal => Number == 1 ? "home" : "away",
        MarketType.NextScore => $"{Number / 10_000}-{Number % 10_000}",
        MarketType.DriveResult or MarketType.DriveScore => $"{Number}",
        MarketType.HalfInningRuns => $"{(Number + 1) / 2}{(Number % 2 == 1 ? "t" : "b")}",
        _ => Player,
    };
}

/// <summary>Markets that differ in their line only: what was published of them, and which line is the main one.</summary>
internal sealed class MarketFamily
{
    // Lines that a ladder comes to in most games: room for them is made at once.
    private const int UsualLines = 16;

    private readonly List<PricedMarket> _markets;

    public MarketFamily(FamilyKey key, MarketOffer? offer)
    {
        (Key, Offer) = (key, offer);
        _markets = new List<PricedMarket>(offer?.Ladder is null ? Math.Max(1, offer?.FixedLines.Count ?? 1) : UsualLines);
        Subject = Encoding.UTF8.GetBytes(key.Subject);
        Statistic = Encoding.UTF8.GetBytes(key.Statistic);
        Span<byte> name = stackalloc byte[2 + Subject.Length + 1 + Statistic.Length];
        name.Clear();
        (name[0], name[1]) = ((byte)key.Type, (byte)key.Scope);
        Subject.CopyTo(name[2..]);
        Statistic.CopyTo(name[(3 + Subject.Length)..]);
        Name = (ulong)Murmur.Hash128(name);
    }

    public FamilyKey Key { get; }

    /// <summary>How it is offered; null when the book does not know it any more.</summary>
    public MarketOffer? Offer { get; }

    /// <summary>Subject and statistic as they are written.</summary>
    public byte[] Subject { get; }

    /// <inheritdoc cref="Subject"/>
    public byte[] Statistic { get; }

    /// <summary>A hash of the name, for the ids of updates.</summary>
    public ulong Name { get; }

    /// <summary>The main line; null before one was chosen.</summary>
    public Line? Main { get; set; }

    /// <summary>Whether every market has ended.</summary>
    public bool IsEnded { get; set; }

    public Span<PricedMarket> Markets => CollectionsMarshal.AsSpan(_markets);

    /// <summary>Offers a line, if it was not offered before.</summary>
    public void Add(Line line)
    {
        foreach (ref readonly var market in Markets)
        {
            if (market.Line == line)
            {
                return;
            }
        }

        _markets.Add(new PricedMarket { Line = line });
        IsEnded = false;
    }

    public void Save(ProtoWriter to)
    {
        to.UInt(1, (ulong)Key.Type);
        to.UInt(2, (ulong)Key.Scope);
        to.Int(3, Key.Number);
        to.String(4, Key.Player);
        to.String(5, Key.Statistic);
        to.OptionalSInt(6, Main?.Hundredths);
        foreach (ref readonly var market in Markets)
        {
            var nested = to.Begin(7);
            market.Save(to);
            to.End(nested);
        }
    }

    public static MarketFamily Load(ReadOnlySpan<byte> saved, StringCache cache, Func<FamilyKey, MarketOffer?> offerOf)
    {
        var (type, scope, number, player, statistic) = (MarketType.None, MarketScope.FullGame, 0, "", "");
        Line? main = null;
        var markets = new List<PricedMarket>();
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: type = (MarketType)reader.Int32(); break;
                case 2: scope = (MarketScope)reader.Int32(); break;
                case 3: number = reader.Int32(); break;
                case 4: player = reader.String(cache); break;
                case 5: statistic = reader.String(cache); break;
                case 6: main = new Line(reader.SInt32()); break;
                case 7: markets.Add(PricedMarket.Load(reader.Bytes())); break;
                default: reader.Skip(); break;
            }
        }

        var key = new FamilyKey(type, scope, number, player, statistic);
        var family = new MarketFamily(key, offerOf(key)) { Main = main };
        family._markets.AddRange(markets);
        family.IsEnded = markets.TrueForAll(static market => market.IsEnded);
        return family;
    }
}

/// <summary>A market as last published.</summary>
internal struct PricedMarket
{
    public Line Line;
    public bool IsMain;
    public MarketStatus Status;
    public StatusReason Reason;
    public int SettlementVersion;
    public Quote First;
    public Quote Second;
    public Quote Third;
    public ShadowOffer Shadow;

    public readonly bool IsEnded => Status is MarketStatus.Settled or MarketStatus.Voided;

    /// <summary>Whether it left the ladder, or came back alive off the ladder: nothing is written of it until it is on the ladder again or ends.</summary>
    public readonly bool IsPutAway =>
        !IsMain && Status == MarketStatus.Suspended && Reason is StatusReason.OffTheBoard or StatusReason.SettlementRolledBack;

    public readonly void Save(ProtoWriter to)
    {
        to.SInt(1, Line.Hundredths);
        to.UInt(2, (IsMain ? 1u : 0) | ((ulong)Status << 1) | ((ulong)Reason << 4));
        to.Int(3, SettlementVersion);
        to.UInt(4, First.Packed);
        to.UInt(5, Second.Packed);
        to.UInt(6, Third.Packed);
        if (Shadow != default)
        {
            to.Bool(7, Shadow.IsOpen);
            to.UInt(8, Shadow.First.Packed);
            to.UInt(9, Shadow.Second.Packed);
            to.UInt(10, Shadow.Third.Packed);
        }
    }

    public static PricedMarket Load(ReadOnlySpan<byte> saved)
    {
        var market = default(PricedMarket);
        var reader = new ProtoReader(saved);
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 1: market.Line = new Line(reader.SInt32()); break;
                case 2:
                    var flags = reader.Int32();
                    (market.IsMain, market.Status, market.Reason) = ((flags & 1) != 0, (MarketStatus)((flags >> 1) & 7), (StatusReason)(flags >> 4));
                    break;
                case 3: market.SettlementVersion = reader.Int32(); break;
                case 4: market.First = Quote.Unpack(reader.UInt()); break;
                case 5: market.Second = Quote.Unpack(reader.UInt()); break;
                case 6: market.Third = Quote.Unpack(reader.UInt()); break;
                case 7: market.Shadow = market.Shadow with { IsOpen = reader.Bool() }; break;
                case 8: market.Shadow = market.Shadow with { First = Quote.Unpack(reader.UInt()) }; break;
                case 9: market.Shadow = market.Shadow with { Second = Quote.Unpack(reader.UInt()) }; break;
                case 10: market.Shadow = market.Shadow with { Third = Quote.Unpack(reader.UInt()) }; break;
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

/// <summary>What the kinds of markets have in common.</summary>
internal static class MarketTypes
{
    /// <summary>The selections, in the order in which they are published; the third is none in a market of two.</summary>
    public static (SelectionCode First, SelectionCode Second, SelectionCode Third) Selections(this MarketType type) => type switch
    {
        MarketType.Moneyline or MarketType.Spread => (SelectionCode.Home, SelectionCode.Away, SelectionCode.None),
        MarketType.ThreeWay => (SelectionCode.Home, SelectionCode.Draw, SelectionCode.Away),
        MarketType.NextScore or MarketType.RaceTo => (SelectionCode.Home, SelectionCode.Neither, SelectionCode.Away),
        MarketType.DriveResult => (SelectionCode.Touchdown, SelectionCode.FieldGoal, SelectionCode.NoScore),
        MarketType.DriveScore => (SelectionCode.Yes, SelectionCode.No, SelectionCode.None),
        _ => (SelectionCode.Over, SelectionCode.Under, SelectionCode.None),
    };

    /// <summary>Whether a market of the type has three selections.</summary>
    public static bool IsThreeWay(this MarketType type) =>
        type is MarketType.ThreeWay or MarketType.NextScore or MarketType.RaceTo or MarketType.DriveResult;
}
