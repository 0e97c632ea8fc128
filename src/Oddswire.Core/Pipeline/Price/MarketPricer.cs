using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Turns the chances of a market into its offer: margin, ladder, limits. Keeps what the choice of main lines already worked out.</summary>
internal sealed class MarketPricer(LeagueBook book)
{
    // A market that is nearly sure to be pushed is no bet.
    private const double LeastDecided = 0.02;

    private readonly double _greatestImplied = 1000.0 / book.ShortestPrice.Thousandths;
    private readonly Split?[] _mainSplits = new Split?[6];

    /// <summary>Keeps how a family's main line can end, so that it is not summed up twice.</summary>
    public void RememberMain(MarketFamily family, Split split) => _mainSplits[(int)family] = split;

    /// <summary>Forgets it.</summary>
    public void ForgetMain(MarketFamily family) => _mainSplits[(int)family] = null;

    /// <summary>The lines of a family.</summary>
    public LadderStyle StyleOf(MarketFamily family) => family switch
    {
        MarketFamily.Spread => book.Spread,
        MarketFamily.Total => book.Total,
        _ => book.TeamTotal,
    };

    /// <summary>Puts status, reason and prices on the market and gives its fair probabilities.</summary>
    /// <param name="market">The market; status, reason and quotes are overwritten.</param>
    /// <param name="solved">The distribution.</param>
    /// <param name="stop">Why nothing is offered; none when it is.</param>
    public Fair Quote(ref PricedMarket market, IOutcomeDistribution solved, StatusReason stop)
    {
        var split = market.IsMain && _mainSplits[(int)market.Family] is { } known
            ? known
            : LineLadder.Evaluate(solved, market.Family, market.Line);
        if (market.Family == MarketFamily.ThreeWay)
        {
            Span<Chance> three = [split.Over, split.Push, split.Under];
            return Offer(ref market, three, stop);
        }

        var first = split.TwoWay;
        Span<Chance> two = [first, first.Complement];
        return Offer(ref market, two, split.Over.Value + split.Under.Value < LeastDecided ? LimitUnless(stop) : stop);
    }

    private Fair Offer(ref PricedMarket market, Span<Chance> chances, StatusReason stop)
    {
        var first = chances[0].RoundNearest();
        var second = chances.Length == 2 ? first.Complement : chances[1].RoundNearest();
        var fair = new Fair(first, second, chances.Length == 3 ? chances[2].RoundNearest() : default);
        var least = Math.Min(first.Millionths, chances.Length == 2 ? second.Millionths : fair.Third.Millionths);
        var reason = stop == StatusReason.None && least < book.LeastFair.Millionths ? StatusReason.PriceLimit : stop;
        market.First = market.Second = market.Third = default;
        if (reason == StatusReason.None && !TryPrice(ref market, chances))
        {
            reason = StatusReason.PriceLimit;
        }

        market.Reason = reason;
        market.Status = reason == StatusReason.None ? MarketStatus.Open : MarketStatus.Suspended;
        return fair;
    }

    private bool TryPrice(ref PricedMarket market, Span<Chance> chances)
    {
        Margin.Add(RuleOf(market), chances);
        foreach (var chance in chances)
        {
            // Held at the shortest price, a favourite would give the margin away.
            if (chance.Value > _greatestImplied)
            {
                return false;
            }
        }

        var first = PriceLadder.RoundNearest(chances[0]);
        var second = PriceLadder.RoundNearest(chances[1]);
        var third = chances.Length == 3 ? PriceLadder.RoundNearest(chances[2]) : first;

        // The draw of a three-way market may be long: only the teams' prices and both sides of a line are held to the limits.
        if (!IsWithin(first) || !IsWithin(third) || (chances.Length == 2 && !IsWithin(second)))
        {
            return false;
        }

        market.First = new Quote(first, SelectionResult.None);
        market.Second = new Quote(second, SelectionResult.None);
        market.Third = chances.Length == 3 ? new Quote(third, SelectionResult.None) : default;
        return true;
    }

    private bool IsWithin(DecimalOdds price) => price.CompareTo(book.ShortestPrice) >= 0 && price.CompareTo(book.LongestPrice) <= 0;

    private MarginRule RuleOf(in PricedMarket market) => market.Family switch
    {
        MarketFamily.Moneyline => book.Moneyline,
        MarketFamily.ThreeWay => book.ThreeWay,
        MarketFamily.Spread or MarketFamily.Total when market.IsMain => book.MainLines,
        _ => book.OtherLines,
    };

    private static StatusReason LimitUnless(StatusReason stop) => stop == StatusReason.None ? StatusReason.PriceLimit : stop;
}
