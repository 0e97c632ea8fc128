using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Tests.Pricing;

/// <summary>Looked-up prices are those that would be worked out, on every margin of every league's book.</summary>
public sealed class PriceStepsTests
{
    [Theory]
    [InlineData(League.Nfl)]
    [InlineData(League.Nba)]
    [InlineData(League.Mlb)]
    public void A_price_looked_up_is_the_price_worked_out(League league)
    {
        var book = LeagueBook.For(league);
        foreach (var rule in book.Offers.SelectMany(static offer => new[] { offer.Margin, offer.AlternateMargin }).Distinct())
        {
            Compare(book, rule);
        }
    }

    [Theory]
    [InlineData(MarginMethod.Proportional)]
    [InlineData(MarginMethod.Power)]
    [InlineData(MarginMethod.Additive)]
    [InlineData(MarginMethod.OddsRatio)]
    [InlineData(MarginMethod.Shin)]
    [InlineData(MarginMethod.BalancedBook)]
    public void So_it_is_by_every_method(MarginMethod method) => Compare(LeagueBook.For(League.Nba), new MarginRule(method, 700));

    private static void Compare(LeagueBook book, MarginRule rule)
    {
        var steps = PriceSteps.Of(book, rule);
        var random = new Random(17);
        var offered = 0;
        Span<Chance> chances = new Chance[2];
        Span<DecimalOdds> prices = new DecimalOdds[2];
        for (var i = 0; i <= 20_000; i++)
        {
            // Even steps first, then anywhere, then near the ends.
            var first = Chance.Of(i <= 10_000 ? i / 10_000.0 : i <= 15_000 ? random.NextDouble() : Math.Pow(random.NextDouble(), 6));
            (chances[0], chances[1]) = (first, first.Complement);
            var workedOut = OfferPricing.TryPrice(book, rule, chances, prices) ? new PriceSteps.Prices(true, prices[0], prices[1]) : default;
            var found = steps.At(first);
            if (found != workedOut)
            {
                found.ShouldBe(workedOut, $"{rule} at {first.Value:R}");
            }

            offered += found.IsOffered ? 1 : 0;
        }

        offered.ShouldBeGreaterThan(5_000);
    }
}
