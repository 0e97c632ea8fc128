using System.Runtime.InteropServices;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Turns the chances of a market into its offer: margin, ladder, limits.</summary>
internal sealed class MarketPricer(LeagueBook book)
{
    // A market that is nearly sure to be pushed is no bet.
    private const double LeastDecided = 0.02;

    private readonly List<(MarginRule Rule, PriceSteps Steps)> _steps = [];

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
        if (chances.Length == 2)
        {
            var two = StepsOf(rule).At(chances[0]);
            market.First = new Quote(two.First, SelectionResult.None);
            market.Second = new Quote(two.Second, SelectionResult.None);
            return two.IsOffered;
        }

        Span<DecimalOdds> prices = stackalloc DecimalOdds[3];
        if (!OfferPricing.TryPrice(book, rule, chances, prices))
        {
            return false;
        }

        market.First = new Quote(prices[0], SelectionResult.None);
        market.Second = new Quote(prices[1], SelectionResult.None);
        market.Third = new Quote(prices[2], SelectionResult.None);
        return true;
    }

    // A book has a few rules: found faster one by one than by a hash.
    private PriceSteps StepsOf(MarginRule rule)
    {
        foreach (ref readonly var known in CollectionsMarshal.AsSpan(_steps))
        {
            if (known.Rule == rule)
            {
                return known.Steps;
            }
        }

        var steps = PriceSteps.Of(book, rule);
        _steps.Add((rule, steps));
        return steps;
    }

    private static StatusReason LimitUnless(StatusReason stop) => stop == StatusReason.None ? StatusReason.PriceLimit : stop;
}
