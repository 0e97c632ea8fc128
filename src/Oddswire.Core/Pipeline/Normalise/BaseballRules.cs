using Oddswire.Core.Domain;

namespace Oddswire.Core.Pipeline.Normalise;

/// <summary>
/// Baseball: plays are changes, and the score, the outs, the runners and the half-inning are their fold. After the third out the state
/// shows the next half, nobody out and nobody on. In an extra half-inning with an automatic runner the base shows <see cref="AutomaticRunner"/>
/// until the vendor names him. The game ends at a walk-off, at the last out with the scores different, when the team that bats last leads after
/// the other's half, or, when cut short, by <see cref="EventKind.GameEnd"/>.
/// </summary>
public sealed class BaseballRules : IGameRules
{
    /// <summary>Stands for the automatic runner as long as the vendor has not named him.</summary>
    public const string AutomaticRunner = "auto";

    private const int RegulationInnings = 9;
    private const int Home = 4;

    /// <summary>
    /// The situation that the next batter of this half-inning meets: a game not begun is the first inning, nobody out; a play of another half
    /// than the state's (messages are missing) finds empty bases.
    /// </summary>
    /// <param name="before">The state before the play.</param>
    /// <param name="inning">Inning of the play, from 1.</param>
    /// <param name="batting">The side at bat.</param>
    public static BaseballSituation Situation(GameState before, int inning, Side batting) =>
        before.Phase is not GamePhase.Scheduled && before.Period == inning && before.Possession == batting && before.Baseball is { } now
            ? now
            : BaseballSituation.Empty;

    /// <inheritdoc/>
    public GameState Apply(GameState before, GameEvent gameEvent, GameInfo? info)
    {
        before = WithPitchers(before, gameEvent.Players);
        if (gameEvent.Baseball is { } play)
        {
            return ApplyPlay(before, play, info);
        }

        return gameEvent.Kind switch
        {
            EventKind.Info when before.Phase is GamePhase.Scheduled => before with
            {
                Possession = FirstToBat(gameEvent.Info),
                Baseball = BaseballSituation.Empty,
            },
            EventKind.GameEnd => End(before, gameEvent.Score ?? before.Score),
            EventKind.Abandoned => before with { Phase = GamePhase.Abandoned },
            _ => before,
        };
    }

    /// <inheritdoc/>
    public (string Reason, string Detail)? Objection(GameState before, GameEvent gameEvent)
    {
        if (gameEvent.Baseball is not { } play)
        {
            return gameEvent.Kind == EventKind.Play
                ? ("no-baseball-play", "A play in baseball says what batter and runners did; this one does not.")
                : null;
        }

        if (play.PlacedOnBase != 0)
        {
            return play.PlacedOnBase is >= 1 and <= 3 ? null : ("impossible-play", $"There is no base {play.PlacedOnBase}.");
        }

        if (play.Inning < 1 || play.Outs is < 0 or > 3)
        {
            return ("impossible-play", $"Inning {play.Inning} and {play.Outs} outs: an inning counts from 1 and a play makes 0 to 3 outs.");
        }

        // With messages missing, the state is only a guess: the play may well be right.
        return before.IsCertain ? SituationObjection(before, play) : null;
    }

    private static (string Reason, string Detail)? SituationObjection(GameState before, BaseballPlay play)
    {
        if (before.Phase is GamePhase.Final or GamePhase.Abandoned)
        {
            return ("play-after-end",
                $"The game ended {before.Score.Away}-{before.Score.Home} (visitors first) in inning {before.Period}; the play is of inning {play.Inning}.");
        }

        var isStart = before.Phase is GamePhase.Scheduled;
        if (isStart ? play.Inning != 1 : play.Inning != before.Period || play.Batting != before.Possession)
        {
            var expected = isStart ? "the first inning" : $"inning {before.Period}, {before.Possession} at bat";
            return ("wrong-half-inning", $"Expected {expected}; the play is of inning {play.Inning}, {play.Batting} at bat.");
        }

        var now = Situation(before, play.Inning, play.Batting);
        if (now.Outs + play.Outs > 3)
        {
            return ("too-many-outs", $"{now.Outs} out before the play and {play.Outs} on it.");
        }

        if ((play.FirstTo >= 0 && now.First is null) || (play.SecondTo >= 0 && now.Second is null) || (play.ThirdTo >= 0 && now.Third is null))
        {
            var (from, to) = play.FirstTo >= 0 && now.First is null ? (1, play.FirstTo)
                : play.SecondTo >= 0 && now.Second is null ? (2, play.SecondTo)
                : (3, play.ThirdTo);
            return ("runner-from-empty-base", $"A runner goes from base {from} to {(to == 0 ? "out" : to)}, but nobody is on base {from}.");
        }

        return now.Outs + play.Outs < 3 && Crowded(now, play) is { } taken
            ? ("two-runners-on-a-base", $"Two runners end on base {taken}.")
            : null;
    }

    private static int? Crowded(BaseballSituation now, BaseballPlay play)
    {
        Span<int> ends = stackalloc int[4];
        ends[0] = play.BatterTo;
        ends[1] = now.First is null ? -1 : play.FirstTo < 0 ? 1 : play.FirstTo;
        ends[2] = now.Second is null ? -1 : play.SecondTo < 0 ? 2 : play.SecondTo;
        ends[3] = now.Third is null ? -1 : play.ThirdTo < 0 ? 3 : play.ThirdTo;
        var seen = 0;
        foreach (var end in ends)
        {
            if (end is >= 1 and <= 3)
            {
                if ((seen & (1 << end)) != 0)
                {
                    return end;
                }

                seen |= 1 << end;
            }
        }

        return null;
    }

    private static GameState ApplyPlay(GameState before, BaseballPlay play, GameInfo? info)
    {
        if (play.PlacedOnBase > 0)
        {
            return before.Phase is GamePhase.Live ? before with { Baseball = Placed(before.Baseball ?? BaseballSituation.Empty, play) } : before;
        }

        var now = Situation(before, play.Inning, play.Batting);
        var live = before with { Phase = GamePhase.Live, Period = play.Inning, Possession = play.Batting, ClockTenths = -1 };
        var (after, runs) = Run(now, play);
        var score = before.Score + (play.Batting == Side.Home ? new Score(runs, 0) : new Score(0, runs));
        live = live with { Baseball = after, Score = score, Sheet = UpTo(before.Sheet, play, info).WithScore(score) };
        return AfterPlay(live, after, info);
    }

    // Plays that were missed may have held runs: of the half-innings that the feed passed over nothing is known.
    private static ScoreSheet UpTo(ScoreSheet sheet, BaseballPlay play, GameInfo? info)
    {
        var isBottom = play.Batting != FirstToBat(info);
        for (var halves = sheet.HalfInnings; halves < (2 * (play.Inning - 1)) + (isBottom ? 1 : 0); halves++)
        {
            sheet = sheet.WithTurnEnd(DriveEnd.Unknown);
            sheet = halves % 2 == 1 ? sheet.WithEndOf((halves / 2) + 1, isSure: false) : sheet;
        }

        return sheet;
    }

    // An official score that is not the sum of the plays says that plays are missing, but not where.
    private static GameState End(GameState before, Score score) => before with
    {
        Phase = GamePhase.Final,
        Score = score,
        Sheet = score == before.Score ? before.Sheet : before.Sheet.WithDoubt().WithScore(score),
    };

    private static GameState WithPitchers(GameState before, PlayerChanges players)
    {
        foreach (ref readonly var change in players.Span)
        {
            if (change is { Statistic: PlayerStatistic.Pitching, Side: { } side })
            {
                before = side == Side.Home ? before with { HomePitcher = change.Player } : before with { AwayPitcher = change.Player };
            }
        }

        return before;
    }

    private static BaseballSituation Placed(BaseballSituation now, BaseballPlay play) => play.PlacedOnBase switch
    {
        1 => now with { First = play.Batter },
        2 => now with { Second = play.Batter },
        _ => now with { Third = play.Batter },
    };

    private static (BaseballSituation After, int Runs) Run(BaseballSituation now, BaseballPlay play)
    {
        string? first = null, second = null, third = null;
        var runs = 0;
        Place(now.Third, play.ThirdTo < 0 ? 3 : play.ThirdTo);
        Place(now.Second, play.SecondTo < 0 ? 2 : play.SecondTo);
        Place(now.First, play.FirstTo < 0 ? 1 : play.FirstTo);
        Place(play.Batter, play.BatterTo);
        return (new BaseballSituation(Math.Min(3, now.Outs + play.Outs), first, second, third), runs);

        void Place(string? runner, int to)
        {
            switch (to)
            {
                case 1: first = runner ?? first; break;
                case 2: second = runner ?? second; break;
                case 3: third = runner ?? third; break;
                case Home when runner is not null: runs++; break;
            }
        }
    }

    private static GameState AfterPlay(GameState live, BaseballSituation after, GameInfo? info)
    {
        var regulation = info?.RegulationPeriods ?? RegulationInnings;
        var first = FirstToBat(info);
        var isBottom = live.Possession != first;
        var lead = first == Side.Home ? -live.Score.Margin : live.Score.Margin;
        var isLast = live.Period >= regulation;
        if (after.Outs < 3)
        {
            return isLast && isBottom && lead > 0 ? Over(live) : live;
        }

        if (isLast && (isBottom ? lead != 0 : lead > 0))
        {
            return Over(live);
        }

        var inning = isBottom ? live.Period + 1 : live.Period;
        return live with
        {
            Period = inning,
            Sheet = isBottom ? live.Sheet.WithTurnEnd(DriveEnd.None).WithEndOf(live.Period, isSure: true) : live.Sheet.WithTurnEnd(DriveEnd.None),
            Possession = live.Possession == Side.Home ? Side.Away : Side.Home,
            Baseball = inning > regulation ? WithAutomaticRunner(info?.AutomaticRunnerBase ?? 0) : BaseballSituation.Empty,
        };
    }

    private static GameState Over(GameState live) => live with
    {
        Phase = GamePhase.Final,
        Sheet = live.Sheet.WithTurnEnd(DriveEnd.None).WithEndOf(live.Period, isSure: true),
    };

    private static BaseballSituation WithAutomaticRunner(int onBase) => onBase switch
    {
        1 => BaseballSituation.Empty with { First = AutomaticRunner },
        2 => BaseballSituation.Empty with { Second = AutomaticRunner },
        3 => BaseballSituation.Empty with { Third = AutomaticRunner },
        _ => BaseballSituation.Empty,
    };

    private static Side FirstToBat(GameInfo? info) => info is { HomeBatsFirst: true } ? Side.Home : Side.Away;
}
