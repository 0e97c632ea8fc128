using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>American football (NFL): four quarters of 15 minutes, overtime of at most 15, scores of 1 to 8 points.</summary>
public sealed class FootballRules : IGameRules
{
    private const int MaxTimeouts = 3;

    // The most points of an NFL team in a game are 73; two minutes without a message may hide another touchdown.
    private static readonly ScoreLimits Limits = new(
        MaxPoints: 120, MaxPeriods: 10, PeriodTenths: 9000, OvertimeTenths: 9000, MaxPointsAtOnce: 8, TenthsPerScore: 1200);

    /// <inheritdoc/>
    public GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        switch (gameEvent.Kind)
        {
            case EventKind.PeriodStart or EventKind.Play or EventKind.PeriodEnd:
                return WithDrive(before, ScoreLimits.Advance(before, gameEvent, isFootball: true) with
                {
                    Possession = gameEvent.Possession,
                    Football = gameEvent.Football,
                });
            case EventKind.Other:
                // A time-out or a remark before the kick-off is no beginning, and one that tells no situation leaves the known one.
                var after = before.Phase == GamePhase.Scheduled ? before : ScoreLimits.Advance(before, gameEvent, isFootball: true);
                return WithDrive(before, after with
                {
                    Possession = gameEvent.Possession ?? before.Possession,
                    Football = gameEvent.Football ?? before.Football,
                });
            case EventKind.GameEnd:
                return WithDrive(before, ScoreLimits.End(before, gameEvent, isFootball: true));
            case EventKind.Abandoned:
                return before with { Phase = GamePhase.Abandoned, Possession = null, Football = null };
            default:
                return before;
        }
    }

    /// <summary>
    /// The drive on the score sheet: it begins with a team's first down and distance and ends with any points, with the other team's first down and
    /// distance, or with the half. A team that loses the ball and recovers it goes on with its drive.
    /// </summary>
    private static GameState WithDrive(GameState before, GameState after)
    {
        var sheet = after.Sheet;
        if (before.Sheet.DriveNow is { } side && HowEnded(side, before, after) is not DriveEnd.None and var end)
        {
            sheet = sheet.WithTurnEnd(end);
        }

        if (after is { Phase: GamePhase.Live, Possession: { } next, Football.Down: >= 1 } && sheet.DriveNow is null && !sheet.HasEnded(after.Period))
        {
            sheet = sheet.WithDriveOf(next);
        }

        return ReferenceEquals(sheet, after.Sheet) ? after : after with { Sheet = sheet };
    }

    private static DriveEnd HowEnded(Side side, GameState before, GameState after)
    {
        var gained = side == Side.Home ? after.Score.Home - before.Score.Home : after.Score.Away - before.Score.Away;
        var isOver = after.Score != before.Score
            || (after is { Possession: { } now, Football.Down: >= 1 } && now != side)
            || after.Phase == GamePhase.Final
            || (after.Period > 1 && after.Period % 2 == 0 && after.Sheet.HasEnded(after.Period)) || after.Period > before.Period && before.Period % 2 == 0;
        return !isOver ? DriveEnd.None
            : gained >= 6 ? DriveEnd.Touchdown
            : gained == 3 ? DriveEnd.FieldGoal
            : DriveEnd.NoScore;
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

        if (gameEvent.Football is { } timed && (timed.HomeTimeouts is < 0 or > MaxTimeouts || timed.AwayTimeouts is < 0 or > MaxTimeouts))
        {
            return ("situation-out-of-range",
                $"Event {gameEvent.Id} says that {timed.HomeTimeouts} and {timed.AwayTimeouts} time-outs are left; a team has {MaxTimeouts} a half.");
        }

        return Limits.Objection(before, gameEvent);
    }
}
