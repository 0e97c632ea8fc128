using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>
/// From fair chances to offered prices: the margin, then the nearest price of the ladder, then the book's limits. No price is ever better than fair, so
/// that under the one distribution behind all markets every bet loses on average: no set of bets can be sure to win.
/// </summary>
public static class OfferPricing
{
    /// <summary>Prices a market's selections.</summary>
    /// <param name="book">The limits.</param>
    /// <param name="rule">The margin.</param>
    /// <param name="chances">Two or three fair chances; overwritten by what the margin makes of them.</param>
    /// <param name="prices">As many prices; only meaningful when true is returned.</param>
    /// <returns>Whether the book offers these prices. The middle one of three selections may be long; only the other two are held to the longest price.</returns>
    public static bool TryPrice(LeagueBook book, MarginRule rule, Span<Chance> chances, Span<DecimalOdds> prices)
    {
        Span<double> fair = stackalloc double[3];
        for (var i = 0; i < chances.Length; i++)
        {
            fair[i] = chances[i].Value;
        }

        Margin.Add(rule, chances);
        var greatest = 1000.0 / book.ShortestPrice.Thousandths;
        for (var i = 0; i < chances.Length; i++)
        {
            // Held at the shortest price, a favourite would give the margin away.
            if (chances[i].Value > greatest)
            {
                return false;
            }

            prices[i] = PriceOf(chances[i], fair[i]);
            if ((chances.Length == 2 || i != 1)
                && (prices[i].CompareTo(book.ShortestPrice) < 0 || prices[i].CompareTo(book.LongestPrice) > 0))
            {
                return false;
            }
        }

        return true;
    }

    private static DecimalOdds PriceOf(Chance implied, double fair)
    {
        var price = PriceLadder.RoundNearest(implied);
        return price.Thousandths * fair > 1000 ? PriceLadder.RoundDown(implied) : price;
    }
}
