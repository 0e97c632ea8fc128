using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>American football (NFL): four quarters of 15 minutes, overtime of at most 15, scores of 1 to 8 points.</summary>
public sealed class FootballRules : IGameRules
{
    // The most points of an NFL team in a game are 73; two minutes without a message may hide another touchdown.
    private static readonly ScoreLimits Limits = new(
        MaxPoints: 120, MaxPeriods: 10, PeriodTenths: 9000, OvertimeTenths: 9000, MaxPointsAtOnce: 8, TenthsPerScore: 1200);

    /// <inheritdoc/>
    public GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        switch (gameEvent.Kind)
        {
            case EventKind.PeriodStart or EventKind.Play or EventKind.PeriodEnd:
                return ScoreLimits.Advance(before, gameEvent) with { Possession = gameEvent.Possession, Football = gameEvent.Football };
            case EventKind.Other:
                // A time-out or a remark before the kick-off is no beginning, and one that tells no situation leaves the known one.
                var after = before.Phase == GamePhase.Scheduled ? before : ScoreLimits.Advance(before, gameEvent);
                return after with { Possession = gameEvent.Possession ?? before.Possession, Football = gameEvent.Football ?? before.Football };
            case EventKind.GameEnd:
                return ScoreLimits.End(before, gameEvent);
            case EventKind.Abandoned:
                return before with { Phase = GamePhase.Abandoned, Possession = null, Football = null };
            default:
                return before;
        }
    }

    /// <inheritdoc/>
    public (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent)
    {
        if (gameEvent.Football is { } football && (football.Down is < 0 or > 4 || football.YardsToGoal is < 1 or > 99 || football.YardsToFirst is < 0 or > 99))
        {
            return ("situation-out-of-range",
                $"Event {gameEvent.Id} says down {football.Down}, {football.YardsToFirst} to go, {football.YardsToGoal} yards from goal; "
                + "there are 4 downs and 99 yards.");
        }

        return Limits.Objection(before, gameEvent);
    }
}
