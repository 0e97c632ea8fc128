using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Turns the chances of a market into its offer: margin, ladder, limits.</summary>
internal sealed class MarketPricer(LeagueBook book)
{
    // A market that is nearly sure to be pushed is no bet.
    private const double LeastDecided = 0.02;

    private readonly double _greatestImplied = 1000.0 / book.ShortestPrice.Thousandths;

    /// <summary>Puts status, reason and prices on the market and gives its fair probabilities.</summary>
    /// <param name="market">The market; status, reason and quotes are overwritten.</param>
    /// <param name="family">Its family.</param>
    /// <param name="split">How it can end; null when the model does not say.</param>
    /// <param name="stop">Why nothing is offered; none when it is.</param>
    public Fair Quote(ref PricedMarket market, MarketFamily family, Split? split, StatusReason stop)
    {
        if (split is not { } ways || family.Offer is not { } offer)
        {
            market.First = market.Second = market.Third = default;
            (market.Status, market.Reason) = (MarketStatus.Suspended, stop == StatusReason.None ? StatusReason.NotNow : stop);
            return default;
        }

        var rule = offer.Ladder is null || market.IsMain ? offer.Margin : offer.AlternateMargin;
        if (family.Key.Type.IsThreeWay())
        {
            Span<Chance> three = [ways.Over, ways.Push, ways.Under];
            return Offer(ref market, three, rule, stop);
        }

        var first = ways.TwoWay;
        Span<Chance> two = [first, first.Complement];
        return Offer(ref market, two, rule, ways.Over.Value + ways.Under.Value < LeastDecided ? LimitUnless(stop) : stop);
    }

    private Fair Offer(ref PricedMarket market, Span<Chance> chances, MarginRule rule, StatusReason stop)
    {
        var first = chances[0].RoundNearest();
        var second = chances.Length == 2 ? first.Complement : chances[1].RoundNearest();
        var fair = new Fair(first, second, chances.Length == 3 ? chances[2].RoundNearest() : default);
        var least = Math.Min(first.Millionths, chances.Length == 2 ? second.Millionths : fair.Third.Millionths);
        var reason = stop == StatusReason.None && least < book.LeastFair.Millionths ? StatusReason.PriceLimit : stop;
        market.First = market.Second = market.Third = default;
        if (reason == StatusReason.None && !TryPrice(ref market, chances, rule))
        {
            reason = StatusReason.PriceLimit;
        }

        market.Reason = reason;
        market.Status = reason == StatusReason.None ? MarketStatus.Open : MarketStatus.Suspended;
        return fair;
    }

    private bool TryPrice(ref PricedMarket market, Span<Chance> chances, MarginRule rule)
    {
        Span<double> fair = [chances[0].Value, chances[1].Value, chances.Length == 3 ? chances[2].Value : 0];
        Margin.Add(rule, chances);
        foreach (var chance in chances)
        {
            // Held at the shortest price, a favourite would give the margin away.
            if (chance.Value > _greatestImplied)
            {
                return false;
            }
        }

        var first = PriceOf(chances[0], fair[0]);
        var second = PriceOf(chances[1], fair[1]);
        var third = chances.Length == 3 ? PriceOf(chances[2], fair[2]) : first;

        // The middle one of three selections may be long: only the teams' prices and both sides of a line are held to the limits.
        if (!IsWithin(first) || !IsWithin(third) || (chances.Length == 2 && !IsWithin(second)))
        {
            return false;
        }

        market.First = new Quote(first, SelectionResult.None);
        market.Second = new Quote(second, SelectionResult.None);
        market.Third = chances.Length == 3 ? new Quote(third, SelectionResult.None) : default;
        return true;
    }

    /// <summary>The nearest price of the ladder, but never one that is better than fair: then no set of bets can be sure to win.</summary>
    private static DecimalOdds PriceOf(Chance implied, double fair)
    {
        var price = PriceLadder.RoundNearest(implied);
        return price.Thousandths * fair > 1000 ? PriceLadder.RoundDown(implied) : price;
    }

    private bool IsWithin(DecimalOdds price) => price.CompareTo(book.ShortestPrice) >= 0 && price.CompareTo(book.LongestPrice) <= 0;

    private static StatusReason LimitUnless(StatusReason stop) => stop == StatusReason.None ? StatusReason.PriceLimit : stop;
}
