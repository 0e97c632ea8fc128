using Oddswire.Core.Domain;

namespace Oddswire.Core.Wire;

/// <summary>
/// Writes an update as <c>oddswire.public.v1.OddsUpdate</c>. This is the allow-list between what we know and what partners see: a field
/// crosses only when it is named here, and a value only when the contract has one for it.
/// </summary>
public static class PublicOddsCodec
{
    private const int IdDigits = 32;

    /// <summary>Writes the fields of an update (no frame, no length in front).</summary>
    /// <exception cref="NotInContractException">The contract has no value for one of the update's.</exception>
    public static void Write(ProtoWriter to, in OddsUpdate value)
    {
        Span<byte> id = stackalloc byte[IdDigits];
        value.Id.Value.TryFormat(id, out _, "x32", null);
        to.Bytes(1, id);
        to.String(2, value.GameId.Value);
        to.Int(3, value.Epoch);
        to.Int(4, value.Sequence);
        to.Int(5, value.PreviousSequence);
        WriteMarket(to, value.Market);
        to.UInt(14, StatusOf(value.Status));
        to.UInt(15, ReasonOf(value.Reason));
        for (var i = 0; i < value.SelectionCount; i++)
        {
            var selection = value.SelectionAt(i);
            var nested = to.Begin(16);
            to.UInt(1, CodeOf(selection.Code));
            to.Int(2, selection.Price.Thousandths);
            to.UInt(3, ResultOf(selection.Result));
            to.End(nested);
        }

        to.Bool(17, value.IsMainLine);
        to.Int(18, value.SettlementVersion);
        to.Int(19, value.Score.Home);
        to.Int(20, value.Score.Away);
        to.Int(21, value.Period);
        to.OptionalInt(22, value.ClockTenths < 0 ? null : value.ClockTenths);
        to.Int(23, value.OccurredAt.UnixMicros);
        to.Int(24, value.ReceivedAt.UnixMicros);
        to.String(25, value.PlayerName);
    }

    /// <summary>Reads where an update stands in the chain of its game.</summary>
    /// <exception cref="WireFormatException">The bytes are not an update.</exception>
    public static PublicLink ReadLink(ReadOnlySpan<byte> message, StringCache cache)
    {
        var reader = new ProtoReader(message);
        var (game, epoch) = ("", 0);
        long sequence = 0, previous = 0;
        while (reader.Next(out var field))
        {
            switch (field)
            {
                case 2: game = reader.String(cache); break;
                case 3: epoch = reader.Int32(); break;
                case 4: sequence = reader.Int(); break;
                case 5: previous = reader.Int(); break;
                default: reader.Skip(); break;
            }
        }

        return GameId.TryParse(game, out var id)
            ? new PublicLink(id, epoch, sequence, previous)
            : throw new WireFormatException($"A public update of the game '{game}', which is not a game id.");
    }

    private static void WriteMarket(ProtoWriter to, in MarketKey market)
    {
        to.UInt(6, TypeOf(market.Type));
        switch (market.Type)
        {
            case MarketType.TeamTotal:
                to.UInt(7, TeamOf(market.Subject));
                break;
            case MarketType.PlayerProp:
                to.String(8, market.Subject);
                to.String(9, market.Statistic);
                break;
            default:
                break;
        }

        var (scope, number) = ScopeOf(market.Scope);
        to.UInt(10, scope);
        to.Int(11, number);
        if (market.Type is MarketType.NextScore or MarketType.DriveResult or MarketType.DriveScore or MarketType.HalfInningRuns)
        {
            to.String(12, market.Subject);
        }

        to.OptionalSInt(13, MarketKey.HasLine(market.Type) ? market.Line.Hundredths : null);
    }

    private static (ulong Scope, int Number) ScopeOf(MarketScope scope) => scope switch
    {
        MarketScope.FullGame => (1, 0),
        MarketScope.FirstHalf => (2, 1),
        MarketScope.SecondHalf => (2, 2),
        MarketScope.FirstQuarter => (3, 1),
        MarketScope.SecondQuarter => (3, 2),
        MarketScope.ThirdQuarter => (3, 3),
        MarketScope.FourthQuarter => (3, 4),
        MarketScope.FirstFiveInnings => (4, 5),
        _ => throw new NotInContractException("scope", $"{scope}"),
    };

    private static ulong TypeOf(MarketType type) => type switch
    {
        MarketType.Moneyline => 1,
        MarketType.Spread => 2,
        MarketType.Total => 3,
        MarketType.TeamTotal => 4,
        MarketType.ThreeWay => 5,
        MarketType.PlayerProp => 6,
        MarketType.NextScore => 7,
        MarketType.RaceTo => 8,
        MarketType.DriveResult => 9,
        MarketType.DriveScore => 10,
        MarketType.HalfInningRuns => 11,
        _ => throw new NotInContractException("market type", $"{type}"),
    };

    private static ulong TeamOf(string subject) => subject switch
    {
        "home" => 1,
        "away" => 2,
        _ => throw new NotInContractException("team", subject),
    };

    private static ulong StatusOf(MarketStatus status) => status switch
    {
        MarketStatus.Open => 1,
        MarketStatus.Suspended => 2,
        MarketStatus.Settled => 3,
        MarketStatus.Voided => 4,
        _ => throw new NotInContractException("market status", $"{status}"),
    };

    /// <summary>What of a feed is silent or missing is our affair; that it is, is the partner's.</summary>
    private static ulong ReasonOf(StatusReason reason) => reason switch
    {
        StatusReason.None => 0,
        StatusReason.FeedStalled or StatusReason.FeedGap => 1,
        StatusReason.PriceLimit => 2,
        StatusReason.OffTheBoard => 3,
        StatusReason.GameOver => 4,
        StatusReason.Abandoned => 5,
        StatusReason.SettlementRolledBack => 6,
        StatusReason.Decided => 7,
        StatusReason.NoResult => 8,
        StatusReason.NotNow => 9,
        _ => throw new NotInContractException("reason", $"{reason}"),
    };

    private static ulong CodeOf(SelectionCode code) => code switch
    {
        SelectionCode.Home => 1,
        SelectionCode.Away => 2,
        SelectionCode.Draw => 3,
        SelectionCode.Over => 4,
        SelectionCode.Under => 5,
        SelectionCode.Neither => 6,
        SelectionCode.Yes => 7,
        SelectionCode.No => 8,
        SelectionCode.Touchdown => 9,
        SelectionCode.FieldGoal => 10,
        SelectionCode.NoScore => 11,
        _ => throw new NotInContractException("selection", $"{code}"),
    };

    private static ulong ResultOf(SelectionResult result) => result switch
    {
        SelectionResult.None => 0,
        SelectionResult.Won => 1,
        SelectionResult.Lost => 2,
        SelectionResult.Push => 3,
        SelectionResult.Void => 4,
        _ => throw new NotInContractException("result", $"{result}"),
    };
}

/// <summary>Where a public update stands in the chain of its game.</summary>
public readonly record struct PublicLink(GameId GameId, int Epoch, long Sequence, long PreviousSequence);

/// <summary>The public contract has no value for something that was priced: this program is older than the one that priced it.</summary>
/// <param name="what">What has no value, for example <c>market type</c>.</param>
/// <param name="value">Which.</param>
public sealed class NotInContractException(string what, string value)
    : Exception($"The public contract knows no {what} '{value}'. Bring this program to the version that prices it; nothing of it was published or skipped.");
