using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>
/// What a timed sport's scores and clocks can be, so that an impossible event is put in quarantine and not priced. The limits leave room for every
/// game ever played, and for messages that the vendor never sent: the longer the clock ran, the more may have been scored.
/// </summary>
/// <param name="MaxPoints">Most points of one team in a game.</param>
/// <param name="MaxPeriods">Most periods, overtimes included.</param>
/// <param name="PeriodTenths">Length of a regulation period, in tenths of a second.</param>
/// <param name="OvertimeTenths">Length of an overtime period, in tenths of a second.</param>
/// <param name="MaxPointsAtOnce">Most points of one team in one play.</param>
/// <param name="TenthsPerScore">Game time in which a team may score that often again, in tenths of a second.</param>
internal sealed record ScoreLimits(int MaxPoints, int MaxPeriods, int PeriodTenths, int OvertimeTenths, int MaxPointsAtOnce, int TenthsPerScore)
{
    private const int RegulationPeriods = 4;
    private const int LastMinute = 600;

    /// <summary>Why the event cannot be right; null when it can.</summary>
    public (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent)
    {
        if (gameEvent.Kind is not (EventKind.PeriodStart or EventKind.Play or EventKind.PeriodEnd or EventKind.GameEnd or EventKind.Other))
        {
            return null;
        }

        if (gameEvent.Period < 0 || gameEvent.Period > MaxPeriods)
        {
            return ("period-out-of-range", $"Event {gameEvent.Id} is of period {gameEvent.Period}; there are 1 to {MaxPeriods}.");
        }

        var length = LengthOf(gameEvent.Period);
        if (gameEvent.ClockTenths < -1 || gameEvent.ClockTenths > length)
        {
            return ("clock-out-of-range",
                $"Event {gameEvent.Id} leaves {gameEvent.ClockTenths / 10.0:0.0} s in period {gameEvent.Period}; a period has {length / 10} s.");
        }

        var after = ScoreAfter(before, gameEvent);
        if (after.Home < 0 || after.Away < 0 || after.Home > MaxPoints || after.Away > MaxPoints)
        {
            return ("score-out-of-range", $"Event {gameEvent.Id} makes the score {after}; a team has 0 to {MaxPoints} points.");
        }

        return gameEvent.Kind == EventKind.GameEnd ? null : JumpObjection(before, gameEvent, after);
    }

    /// <summary>The score after the event: the vendor's where it says it, the sum where it says only the points.</summary>
    public static Score ScoreAfter(GameState before, GameEvent gameEvent) => gameEvent.Score ?? before.Score + gameEvent.Points;

    /// <summary>Period, clock, score and score sheet of a timed game after an event on the field; the rest is the sport's.</summary>
    public static GameState Advance(GameState before, GameEvent gameEvent, bool isFootball)
    {
        // A remark or late entry of an earlier period, standing behind later plays in the vendor's order, does not turn the clock back.
        var isEarlier = gameEvent.Period > 0 && gameEvent.Period < before.Period;
        var period = Math.Max(before.Period, gameEvent.Period);
        var clock = isEarlier || (gameEvent.ClockTenths < 0 && period == before.Period) ? before.ClockTenths : gameEvent.ClockTenths;
        var score = ScoreAfter(before, gameEvent);
        return before with
        {
            Phase = before.Phase == GamePhase.Scheduled ? GamePhase.Live : before.Phase,
            Period = period,
            ClockTenths = clock,
            Score = score,
            Sheet = SheetAfter(before, gameEvent, score, period, isFootball),
        };
    }

    private static ScoreSheet SheetAfter(GameState before, GameEvent gameEvent, Score score, int period, bool isFootball)
    {
        // A try that only the next period's first message tells of belongs to its touchdown.
        var isLateTry = isFootball && before.Sheet.IsTryDue && score.Total - before.Score.Total is 1 or 2;
        var sheet = isLateTry ? before.Sheet.WithScore(score, isFootball) : before.Sheet;
        for (var passed = Math.Max(1, before.Period); passed < period; passed++)
        {
            sheet = sheet.WithEndOf(passed, isLateTry || IsScoreAtEndKnown(before, score, period, isFootball));
        }

        sheet = sheet.WithScore(score, isFootball);
        return gameEvent.Kind == EventKind.PeriodEnd ? sheet.WithEndOf(gameEvent.Period > 0 ? gameEvent.Period : period, isSure: true) : sheet;
    }

    // Where the feed does not report the end of a period, points that come with the first message of the next belong to that message as long as it is
    // one play's and the period was nearly over; else they may have been scored on either side.
    private static bool IsScoreAtEndKnown(GameState before, Score score, int period, bool isFootball)
    {
        var (home, away) = (score.Home - before.Score.Home, score.Away - before.Score.Away);
        if (home == 0 && away == 0)
        {
            return before.Period > 0 || score == default;
        }

        return period == before.Period + 1 && before.ClockTenths is >= 0 and <= LastMinute
            && Math.Min(home, away) == 0 && Math.Max(home, away) <= (isFootball ? 8 : 4);
    }

    /// <summary>The game over: nobody has the ball, no clock runs.</summary>
    public static GameState End(GameState before, GameEvent gameEvent, bool isFootball)
    {
        var period = Math.Max(before.Period, gameEvent.Period);
        var score = ScoreAfter(before, gameEvent);
        return before with
        {
            Phase = GamePhase.Final,
            Period = period,
            ClockTenths = 0,
            Score = score,
            Sheet = SheetAfter(before, gameEvent, score, period, isFootball).WithEndOf(period, isSure: true),
            Possession = null,
            Football = null,
        };
    }

    private int LengthOf(int period) => period > RegulationPeriods ? OvertimeTenths : PeriodTenths;

    private (string Reason, string Detail)? JumpObjection(GameState before, GameEvent gameEvent, Score after)
    {
        // Before the first play, and with messages missing, any plausible score may be the next.
        if (before.Phase != GamePhase.Live || !before.IsCertain)
        {
            return null;
        }

        var most = MaxPointsAtOnce * (1 + (Elapsed(before, gameEvent) / TenthsPerScore));
        var (home, away) = (after.Home - before.Score.Home, after.Away - before.Score.Away);
        return home > most || away > most
            ? ("score-jump", $"Event {gameEvent.Id} takes the score from {before.Score} to {after}; at most {most} points a team fit in between.")
            : null;
    }

    private int Elapsed(GameState before, GameEvent gameEvent)
    {
        var (from, to) = (Remaining(before.Period, before.ClockTenths), Remaining(gameEvent.Period, gameEvent.ClockTenths));
        return Math.Max(0, from - to);
    }

    /// <summary>Playing time between the moment and the end of the last period that there can be.</summary>
    private int Remaining(int period, int clockTenths)
    {
        var (regulation, overtime) = period <= RegulationPeriods
            ? (RegulationPeriods - period, MaxPeriods - RegulationPeriods)
            : (0, MaxPeriods - period);
        return (regulation * PeriodTenths) + (overtime * OvertimeTenths) + (clockTenths >= 0 ? clockTenths : LengthOf(period));
    }
}
