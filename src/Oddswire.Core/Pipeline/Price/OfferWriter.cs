using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>
/// Publishes what changes of a market: its offer, its end, and its return or other result when a correction undoes that end. The same for the game's markets
/// and the players'.
/// </summary>
/// <param name="pricer">Makes prices of chances.</param>
/// <param name="writer">Writes the updates; begun and ended by the owner.</param>
/// <param name="tolerance">A price whose implied probability is nearer than this to what it should be stays as it is, unless it is better than fair; 0 for none.</param>
internal sealed class OfferWriter(MarketPricer pricer, OddsWriter writer, double tolerance = 0)
{
    /// <summary>Offers or suspends a market, and writes that if it is new. A market that had ended is alive again.</summary>
    public void Reprice(
        PriceState state, MarketFamily family, ref PricedMarket market, PricedMarket next, Split? split, StatusReason stop, StageOutput output)
    {
        var fair = pricer.Quote(ref next, family, split, stop);
        if (market.IsEnded)
        {
            next.SettlementVersion++;
            next.Reason = StatusReason.SettlementRolledBack;
        }
        else if (market.IsSameOffer(next) || (tolerance > 0 && IsNear(market, next, fair)))
        {
            return;
        }

        market = next;
        writer.Write(ref state.LastSequence, family, market, fair, output);
    }

    /// <summary>Settles or voids a market, and writes that unless it had ended the same way.</summary>
    public void End(PriceState state, MarketFamily family, ref PricedMarket market, PricedMarket next, StatusReason reason, StageOutput output)
    {
        if (market.IsEnded && market.Status == next.Status && market.HasSameResult(next))
        {
            return;
        }

        next.Reason = market.IsEnded ? StatusReason.SettlementRolledBack
            : next.Status == MarketStatus.Voided && reason != StatusReason.Abandoned ? StatusReason.NoResult
            : reason;
        next.SettlementVersion++;
        market = next;
        writer.Write(ref state.LastSequence, family, market, Settlement.Certain(market), output);
    }

    private bool IsNear(in PricedMarket market, in PricedMarket next, in Fair fair) =>
        market.Status == MarketStatus.Open && next.Status == MarketStatus.Open && market.IsMain == next.IsMain
        && IsNear(market.First, next.First, fair.First) && IsNear(market.Second, next.Second, fair.Second);

    private bool IsNear(Quote quote, Quote next, Probability fair) =>
        Math.Abs((1000.0 / quote.Price.Thousandths) - (1000.0 / next.Price.Thousandths)) < tolerance
        && (long)quote.Price.Thousandths * fair.Millionths <= 1_000_000_000;
}
