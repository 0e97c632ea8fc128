using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Core.Pipeline.Price;

/// <summary>Which families are on offer at a moment, and how each kind of market is read off the distribution.</summary>
internal static class OfferPlan
{
    /// <summary>Opens the families that the book offers now and that were not offered before.</summary>
    public static void Apply(PriceState state, LeagueBook book, Course course, GameInfo info, IOutcomeDistribution solved)
    {
        for (var i = 0; i < book.Offers.Count; i++)
        {
            // By number: an interface's enumerator would be an object an event.
            var offer = book.Offers[i];
            if (!course.IsOnOffer(offer.Scope) || !solved.Covers(offer.Scope))
            {
                continue;
            }

            switch (offer.Type)
            {
                case MarketType.ThreeWay when offer.Scope == MarketScope.FullGame && info.MustHaveWinner:
                    break;
                case MarketType.Moneyline or MarketType.ThreeWay:
                    Open(state, new FamilyKey(offer.Type, offer.Scope), default);
                    break;
                case MarketType.Spread or MarketType.Total:
                    state.FamilyOf(new FamilyKey(offer.Type, offer.Scope));
                    break;
                case MarketType.TeamTotal:
                    state.FamilyOf(new FamilyKey(offer.Type, offer.Scope, 1));
                    state.FamilyOf(new FamilyKey(offer.Type, offer.Scope, 2));
                    break;
                default:
                    OpenMoment(state, offer, course.State, solved);
                    break;
            }
        }
    }

    /// <summary>How a market can end; null where the model does not say.</summary>
    public static Split? Read(IOutcomeDistribution solved, in FamilyKey family, Line line) => family.Type switch
    {
        MarketType.Moneyline or MarketType.ThreeWay => solved.Result(family.Scope),
        MarketType.Spread or MarketType.Total or MarketType.TeamTotal => LineLadder.Evaluate(solved, family, line),
        MarketType.NextScore => solved.NextScore(),
        MarketType.RaceTo => solved.RaceTo(line.Hundredths / 100),
        MarketType.DriveResult => solved.DriveResult(),
        MarketType.DriveScore => solved.DriveResult() is { } drive
            ? Split.Of(drive.Over.Value + drive.Push.Value, drive.Under.Value)
            : null,
        MarketType.HalfInningRuns => solved.HalfInningRuns(line),
        _ => null,
    };

    // Markets of the moment: the next score, the drive or half-inning that is going on; and the races, which last as long as the game.
    private static void OpenMoment(PriceState state, MarketOffer offer, GameState game, IOutcomeDistribution solved)
    {
        var sheet = game.Sheet;
        switch (offer.Type)
        {
            case MarketType.NextScore when !game.IsTryDue && solved.NextScore() is not null:
                Open(state, new FamilyKey(offer.Type, Number: (game.Score.Home * 10_000) + game.Score.Away), default);
                break;
            case MarketType.DriveResult or MarketType.DriveScore when sheet.DriveNow is { } side && side == game.Possession && solved.DriveResult() is not null:
                Open(state, new FamilyKey(offer.Type, Number: sheet.Drives), default);
                break;
            case MarketType.RaceTo when solved.RaceTo(offer.FixedLines[0].Hundredths / 100) is not null:
                OpenAll(state, new FamilyKey(offer.Type), offer);
                break;
            case MarketType.HalfInningRuns when game.Phase == GamePhase.Live && solved.HalfInningRuns(offer.FixedLines[0]) is not null:
                OpenAll(state, new FamilyKey(offer.Type, Number: sheet.HalfInnings + 1), offer);
                break;
        }
    }

    private static void Open(PriceState state, FamilyKey key, Line line)
    {
        var family = state.FamilyOf(key);
        if (family.Markets.IsEmpty)
        {
            family.Add(line);
        }
    }

    private static void OpenAll(PriceState state, FamilyKey key, MarketOffer offer)
    {
        var family = state.FamilyOf(key);
        if (!family.Markets.IsEmpty)
        {
            return;
        }

        family.Main = offer.FixedLines[0];
        foreach (var line in offer.FixedLines)
        {
            family.Add(line);
        }
    }
}
