using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Results of markets once the final score is known.</summary>
internal static class Settlement
{
    /// <summary>Settles a market on a final score.</summary>
    public static void Settle(ref PricedMarket market, Score score)
    {
        var difference = market.Family switch
        {
            MarketFamily.Spread => (score.Margin * 100) + market.Line.Hundredths,
            MarketFamily.Total => (score.Total * 100) - market.Line.Hundredths,
            MarketFamily.HomeTotal => (score.Home * 100) - market.Line.Hundredths,
            MarketFamily.AwayTotal => (score.Away * 100) - market.Line.Hundredths,
            _ => score.Margin,
        };
        market.Status = MarketStatus.Settled;
        if (market.Family == MarketFamily.ThreeWay)
        {
            market.First = Ended(difference > 0);
            market.Second = Ended(difference == 0);
            market.Third = Ended(difference < 0);
            return;
        }

        market.First = difference == 0 ? new Quote(DecimalOdds.None, SelectionResult.Push) : Ended(difference > 0);
        market.Second = difference == 0 ? new Quote(DecimalOdds.None, SelectionResult.Push) : Ended(difference < 0);
        market.Third = default;
    }

    /// <summary>Cancels a market.</summary>
    public static void Void(ref PricedMarket market)
    {
        market.Status = MarketStatus.Voided;
        market.First = market.Second = new Quote(DecimalOdds.None, SelectionResult.Void);
        market.Third = market.Family == MarketFamily.ThreeWay ? market.First : default;
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

    private static Quote Ended(bool won) => new(DecimalOdds.None, won ? SelectionResult.Won : SelectionResult.Lost);

    private static Probability Of(Quote quote) => Probability.FromMillionths(quote.Result == SelectionResult.Won ? Probability.One : 0);
}
