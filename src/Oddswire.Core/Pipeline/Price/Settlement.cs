using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>What the course of a game says about a market.</summary>
internal enum Verdict : byte
{
    /// <summary>Nothing yet: it goes on.</summary>
    Open,

    /// <summary>It has a result.</summary>
    Settled,

    /// <summary>It will never have one: stakes are returned.</summary>
    NoResult,
}

/// <summary>Results of markets, by the house rules of docs/markets.md.</summary>
internal static class Settlement
{
    /// <summary>Puts status and results on a market as far as the course of the game decides it; an open market stays as it is.</summary>
    public static Verdict Decide(Course course, in FamilyKey family, ref PricedMarket market)
    {
        var verdict = family.Type switch
        {
            MarketType.Moneyline or MarketType.ThreeWay or MarketType.Spread => ByMargin(course, family, ref market),
            MarketType.Total or MarketType.TeamTotal => ByPoints(course, family, ref market),
            MarketType.NextScore => ByNextScore(course, family, ref market),
            MarketType.RaceTo => ByRace(course, ref market),
            MarketType.DriveResult or MarketType.DriveScore => ByDrive(course, family, ref market),
            MarketType.HalfInningRuns => ByHalfInning(course, family, ref market),
            _ => Verdict.Open,
        };
        if (verdict == Verdict.Open && course.IsFinal)
        {
            verdict = Verdict.NoResult;
        }

        if (verdict == Verdict.NoResult)
        {
            Void(ref market, family.Type);
        }

        return verdict;
    }

    /// <summary>Whether a total's line is already exceeded: nobody offers it any more.</summary>
    public static bool IsPassed(Course course, in FamilyKey family, Line line) =>
        family.Type is MarketType.Total or MarketType.TeamTotal
        && course.PointsIn(family.Scope) is { } points && Counted(points, family) * 100 > line.Hundredths;

    /// <summary>Cancels a market.</summary>
    public static void Void(ref PricedMarket market, MarketType type)
    {
        market.Status = MarketStatus.Voided;
        market.First = market.Second = new Quote(DecimalOdds.None, SelectionResult.Void);
        market.Third = type.IsThreeWay() ? market.First : default;
    }

    /// <summary>The probabilities of what is certain: 1 for what won, 0 for the rest.</summary>
    public static Fair Certain(in PricedMarket market) => new(Of(market.First), Of(market.Second), Of(market.Third));

    /// <summary>Whether both markets ended the same way.</summary>
    public static bool HasSameResult(this in PricedMarket market, in PricedMarket other) =>
        market.First.Result == other.First.Result && market.Second.Result == other.Second.Result
        && market.Third.Result == other.Third.Result;

    /// <summary>Whether nothing that is published of an open or suspended market differs (why it is open does not matter).</summary>
    public static bool IsSameOffer(this in PricedMarket market, in PricedMarket other) =>
        market.Status == other.Status && market.IsMain == other.IsMain
        && (market.Reason == other.Reason || market.Status == MarketStatus.Open)
        && market.First == other.First && market.Second == other.Second && market.Third == other.Third;

    /// <summary>Settles over and under (or yes and no) by how far the result is from the line: zero is a push.</summary>
    public static Verdict TwoWay(ref PricedMarket market, long difference)
    {
        market.Status = MarketStatus.Settled;
        market.First = difference == 0 ? new Quote(DecimalOdds.None, SelectionResult.Push) : Ended(difference > 0);
        market.Second = difference == 0 ? new Quote(DecimalOdds.None, SelectionResult.Push) : Ended(difference < 0);
        market.Third = default;
        return Verdict.Settled;
    }

    /// <summary>Settles three selections: the first, second or third wins.</summary>
    private static Verdict ThreeWay(ref PricedMarket market, int winner)
    {
        market.Status = MarketStatus.Settled;
        (market.First, market.Second, market.Third) = (Ended(winner == 1), Ended(winner == 2), Ended(winner == 3));
        return Verdict.Settled;
    }

    private static Verdict ByMargin(Course course, in FamilyKey family, ref PricedMarket market)
    {
        if (!course.HasEnded(family.Scope))
        {
            return Verdict.Open;
        }

        if (course.PointsIn(family.Scope) is not { } points || (course.IsShortened && IsOfFullGame(family) && family.Type == MarketType.Spread))
        {
            return Verdict.NoResult;
        }

        return family.Type == MarketType.ThreeWay
            ? ThreeWay(ref market, points.Margin > 0 ? 1 : points.Margin == 0 ? 2 : 3)
            : TwoWay(ref market, (points.Margin * 100) + (family.Type == MarketType.Spread ? market.Line.Hundredths : 0));
    }

    private static Verdict ByPoints(Course course, in FamilyKey family, ref PricedMarket market)
    {
        var hasEnded = course.HasEnded(family.Scope);
        if (course.PointsIn(family.Scope) is not { } points)
        {
            return hasEnded ? Verdict.NoResult : Verdict.Open;
        }

        var difference = (Counted(points, family) * 100) - market.Line.Hundredths;
        return difference > 0 ? TwoWay(ref market, difference)
            : !hasEnded ? Verdict.Open
            : course.IsShortened && IsOfFullGame(family) ? Verdict.NoResult
            : TwoWay(ref market, difference);
    }

    private static int Counted(Score points, in FamilyKey family) =>
        family.Type == MarketType.Total ? points.Total : family.Number == 1 ? points.Home : points.Away;

    private static Verdict ByNextScore(Course course, in FamilyKey family, ref PricedMarket market)
    {
        var isKnown = course.State.Sheet.TryNextAfter(new Score(family.Number / 10_000, family.Number % 10_000), out var side);
        return !isKnown ? Verdict.NoResult
            : side is { } scorer ? ThreeWay(ref market, scorer == Side.Home ? 1 : 3)
            : course.IsFinal ? ThreeWay(ref market, 2)
            : Verdict.Open;
    }

    private static Verdict ByRace(Course course, ref PricedMarket market)
    {
        var isKnown = course.State.Sheet.TryFirstTo(market.Line.Hundredths / 100, out var side);
        return !isKnown ? Verdict.NoResult
            : side is { } first ? ThreeWay(ref market, first == Side.Home ? 1 : 3)
            : course.IsFinal ? ThreeWay(ref market, 2)
            : Verdict.Open;
    }

    private static Verdict ByDrive(Course course, in FamilyKey family, ref PricedMarket market)
    {
        if (course.State.Sheet.Drive(family.Number) is not { } drive || drive.End == DriveEnd.Unknown)
        {
            return Verdict.NoResult;
        }

        return drive.End == DriveEnd.None ? Verdict.Open
            : family.Type == MarketType.DriveResult ? ThreeWay(ref market, (int)drive.End)
            : TwoWay(ref market, drive.End == DriveEnd.NoScore ? -1 : 1);
    }

    private static Verdict ByHalfInning(Course course, in FamilyKey family, ref PricedMarket market)
    {
        var (runs, hasEnded) = course.State.Sheet.HalfInning(family.Number);
        if (runs is not { } counted)
        {
            return Verdict.NoResult;
        }

        var difference = (counted * 100) - market.Line.Hundredths;
        return hasEnded || difference > 0 ? TwoWay(ref market, difference) : Verdict.Open;
    }

    private static bool IsOfFullGame(in FamilyKey family) => family.Scope == MarketScope.FullGame;

    private static Quote Ended(bool won) => new(DecimalOdds.None, won ? SelectionResult.Won : SelectionResult.Lost);

    private static Probability Of(Quote quote) => Probability.FromMillionths(quote.Result == SelectionResult.Won ? Probability.One : 0);
}
