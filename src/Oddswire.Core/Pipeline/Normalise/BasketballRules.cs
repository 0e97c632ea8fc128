using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>Basketball (NBA): four quarters of 12 minutes, overtimes of 5, scores of 1 to 3 points.</summary>
public sealed class BasketballRules : IGameRules
{
    private const int MostFouls = 99;

    // The most points of an NBA team in a game are 186; a possession lasts at most 24 s.
    private static readonly ScoreLimits Limits = new(
        MaxPoints: 250, MaxPeriods: 14, PeriodTenths: 7200, OvertimeTenths: 3000, MaxPointsAtOnce: 4, TenthsPerScore: 240);

    /// <inheritdoc/>
    public GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        switch (gameEvent.Kind)
        {
            case EventKind.PeriodStart or EventKind.Play or EventKind.PeriodEnd:
                return WithTip(ScoreLimits.Advance(before, gameEvent, isFootball: false) with
                {
                    Possession = PossessionOf(gameEvent, info),
                    Basketball = SituationAfter(before, gameEvent, info),
                });
            case EventKind.Other:
                // A substitution or remark before the tip-off is no beginning, and one that names nobody leaves the ball where it is.
                var after = before.Phase == GamePhase.Scheduled ? before : ScoreLimits.Advance(before, gameEvent, isFootball: false);
                return after with { Possession = PossessionOf(gameEvent, info) ?? before.Possession };
            case EventKind.GameEnd:
                return ScoreLimits.End(before, gameEvent, isFootball: false);
            case EventKind.Abandoned:
                return before with { Phase = GamePhase.Abandoned, Possession = null };
            default:
                return before;
        }
    }

    /// <inheritdoc/>
    public (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent) => Limits.Objection(before, gameEvent);

    // Who has the ball first is known from the tip-off; the rules give it to the other team at the start of the second and third quarters.
    private static GameState WithTip(GameState state) =>
        state is { Phase: GamePhase.Live, Period: 1, Score: { Home: 0, Away: 0 }, Possession: { } side } && state.Sheet.Drives == 0
            ? state with { Sheet = state.Sheet.WithDriveOf(side) }
            : state;

    // Team fouls are counted period by period. A pause or a substitution leaves free throws and a loose ball as they are, and so does what is told between two
    // free throws (the rebound of a dead ball); any other play makes them anew.
    private static BasketballSituation SituationAfter(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        var isSamePeriod = gameEvent.Kind == EventKind.Play && (gameEvent.Period == before.Period || gameEvent.Period == 0);
        var (home, away) = isSamePeriod && before.Basketball is { } known ? (known.HomeFouls, known.AwayFouls) : (0, 0);
        if (gameEvent.Basketball is not { } play)
        {
            var isBetween = isSamePeriod && !gameEvent.IsPossessionPassed && gameEvent.ClockTenths == before.ClockTenths;
            return new BasketballSituation(home, away, isBetween ? before.Basketball?.FreeThrows ?? 0 : 0, false);
        }

        var (byHome, byAway) = play.FoulBy is { } team ? (team == info?.Home.Code, team == info?.Away.Code) : (false, false);
        return new BasketballSituation(
            Math.Min(home + (byHome ? 1 : 0), MostFouls), Math.Min(away + (byAway ? 1 : 0), MostFouls), Math.Clamp(play.FreeThrows, 0, 3), play.IsLoose);
    }

    private static Side? PossessionOf(GameEvent gameEvent, GameInfo? info)
    {
        Side? named = gameEvent switch
        {
            { Possession: { } side } => side,
            { PossessionTeam: { } team } when team == info?.Home.Code => Side.Home,
            { PossessionTeam: { } team } when team == info?.Away.Code => Side.Away,
            _ => null,
        };
        return named is { } had && gameEvent.IsPossessionPassed ? 1 - had : named;
    }
}
