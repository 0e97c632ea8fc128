using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Host.Commands.Bench;

/// <summary>Reads and prices every line of one kind of market, as the price stage does for a board, without its state.</summary>
internal static class BoardReading
{
    public static void Price(LeagueBook book, MarketOffer offer, IOutcomeDistribution solved, GameState state)
    {
        var scope = offer.Scope;
        if (state.HasEnded(scope) || scope.Periods().First > state.Period + 1 || !solved.Covers(scope))
        {
            return;
        }

        switch (offer.Type)
        {
            case MarketType.Moneyline:
                Two(book, offer, solved.Result(scope));
                break;
            case MarketType.ThreeWay:
                Three(book, offer, solved.Result(scope));
                break;
            case MarketType.Spread or MarketType.Total or MarketType.TeamTotal:
                Ladder(book, offer, solved);
                break;
            case MarketType.NextScore:
                Three(book, offer, solved.NextScore());
                break;
            case MarketType.DriveResult:
                Three(book, offer, solved.DriveResult());
                break;
            case MarketType.DriveScore:
                Two(book, offer, solved.DriveResult());
                break;
            default:
                foreach (var line in offer.FixedLines)
                {
                    if (offer.Type == MarketType.RaceTo)
                    {
                        Three(book, offer, solved.RaceTo(line.Hundredths / 100));
                    }
                    else
                    {
                        Two(book, offer, solved.HalfInningRuns(line));
                    }
                }

                break;
        }
    }

    private static void Ladder(LeagueBook book, MarketOffer offer, IOutcomeDistribution solved)
    {
        if (offer.Ladder is not { } style)
        {
            return;
        }

        var (home, away) = solved.Mean(offer.Scope);
        for (var i = -style.Alternates; i <= style.Alternates; i++)
        {
            var step = i * style.AlternateStepHundredths;
            switch (offer.Type)
            {
                case MarketType.Spread:
                    Two(book, offer, solved.Spread(Near(away - home, step), offer.Scope));
                    break;
                case MarketType.Total:
                    Two(book, offer, solved.Total(Near(home + away, step), offer.Scope));
                    break;
                default:
                    Two(book, offer, solved.TeamTotal(Side.Home, Near(home, step), offer.Scope));
                    Two(book, offer, solved.TeamTotal(Side.Away, Near(away, step), offer.Scope));
                    break;
            }
        }
    }

    private static Line Near(int hundredths, int step) => new(((int)Math.Round(hundredths / 100.0) * 100) + 50 + step);

    private static void Two(LeagueBook book, MarketOffer offer, Split? split)
    {
        if (split is { } ways)
        {
            Span<Chance> chances = [ways.TwoWay, ways.TwoWay.Complement];
            Span<DecimalOdds> prices = stackalloc DecimalOdds[2];
            OfferPricing.TryPrice(book, offer.Margin, chances, prices);
        }
    }

    private static void Three(LeagueBook book, MarketOffer offer, Split? split)
    {
        if (split is { } ways)
        {
            Span<Chance> chances = [ways.Over, ways.Push, ways.Under];
            Span<DecimalOdds> prices = stackalloc DecimalOdds[3];
            OfferPricing.TryPrice(book, offer.Margin, chances, prices);
        }
    }
}
