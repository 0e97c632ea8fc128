using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Coherence;

/// <summary>
/// Random states that games can be in, far beyond the usual: any score by period, any clock, situation and pregame line. The score sheet agrees with
/// the rest. Several states in a row are of games with the same teams, line and rules, for which a model prepares once. The same seed gives the same states, another one others.
/// </summary>
public sealed class RandomStates(League league, int seed)
{
    private const int StatesOfAGame = 16;

    private readonly SeededSequence _random = SeededSequence.Apart(seed);
    private GameInfo _info = null!;
    private int _left;

    /// <summary>The next state, scheduled or live, and what is known of the game.</summary>
    public (GameState State, GameInfo Info) Next()
    {
        if (_left == 0)
        {
            (_info, _left) = (NextGame(), StatesOfAGame);
        }

        _left--;
        var state = league switch
        {
            League.Nfl => Football(),
            League.Nba => Basketball(),
            _ => Baseball(_info.RegulationPeriods),
        };
        return (state, _info);
    }

    private GameInfo NextGame()
    {
        var game = Game(league == League.Mlb && _random.Percent(15) ? 7 : league == League.Mlb ? 9 : 4);
        var line = league switch
        {
            League.Nfl => new PregameLine { HomeMarginHundredths = _random.Between(-36, 36) * 50, TotalHundredths = _random.Between(66, 116) * 50 },
            League.Nba => new PregameLine { HomeMarginHundredths = _random.Between(-36, 36) * 50, TotalHundredths = _random.Between(380, 490) * 50 },
            _ => new PregameLine { HomeWin = Probability.FromMillionths(_random.Between(250_000, 750_000)), TotalHundredths = _random.Between(12, 28) * 50 },
        };
        return game with
        {
            MustHaveWinner = league == League.Nfl && _random.Percent(20),
            AutomaticRunnerBase = league == League.Mlb && _random.Percent(50) ? 2 : 0,
            Line = _random.Percent(20) ? null : line,
        };
    }

    private static GameInfo Game(int regulation) => new()
    {
        Home = new Team("HOM", "Home"),
        Away = new Team("AWY", "Away"),
        RegulationPeriods = regulation,
    };

    private GameState Football()
    {
        var period = _random.Between(0, 5);
        var sheet = ScoreSheet.Empty;
        for (var p = 1; p <= Math.Min(period, 4); p++)
        {
            for (var scores = _random.Below(5); scores > 0; scores--)
            {
                sheet = Scored(sheet, FootballPoints());
            }

            sheet = p < period ? sheet.WithEndOf(p, isSure: true) : sheet;
        }

        Side? ball = period > 0 && _random.Percent(85) ? (Side)_random.Below(2) : null;
        if (period == 5)
        {
            // Overtime begins level; in it one team may lead by the field goal of its first drive, and the other then has the ball.
            var level = Math.Max(sheet.Score.Home, sheet.Score.Away);
            sheet = RegulationTie(sheet, level);
            if (_random.Percent(20) && ball is { } trailing)
            {
                sheet = sheet.WithScore(trailing == Side.Away ? new(level + 3, level) : new(level, level + 3), isFootball: true);
            }
        }

        var down = _random.Between(0, 4);
        var toGoal = _random.Between(1, 99);
        if (ball is { } side && down > 0)
        {
            sheet = sheet.WithDriveOf(side);
        }

        return new GameState
        {
            Phase = period == 0 ? GamePhase.Scheduled : GamePhase.Live,
            Period = period,
            ClockTenths = period == 0 ? -1 : Clock(period == 5 ? 6000 : 9000),
            Score = sheet.Score,
            Sheet = sheet,
            Possession = ball,
            Football = ball is null ? null : WithTimeouts(new FootballSituation(down, Math.Min(_random.Percent(70) ? 10 : _random.Between(1, 30), toGoal), toGoal)),
        };
    }

    private FootballSituation WithTimeouts(FootballSituation play) =>
        _random.Percent(50) ? play : play with { HomeTimeouts = _random.Below(4), AwayTimeouts = _random.Below(4) };

    private GameState Basketball()
    {
        var period = _random.Between(0, 6);
        var sheet = ScoreSheet.Empty;
        for (var p = 1; p <= period; p++)
        {
            var share = p == period ? _random.Between(0, 100) : 100;
            var most = p > 4 ? 16 : 40;
            var home = _random.Between(most / 3, most) * share / 100;
            var away = Math.Max(0, home + _random.Between(-10, 10));
            sheet = Alternately(sheet, sheet.Score + new Score(home, away));
            if (p == 4 && period > 4)
            {
                sheet = RegulationTie(sheet, Math.Max(sheet.Score.Home, sheet.Score.Away));
            }
            else if (p > 4 && p < period)
            {
                sheet = Alternately(sheet, new Score(Math.Max(sheet.Score.Home, sheet.Score.Away), Math.Max(sheet.Score.Home, sheet.Score.Away)));
            }

            sheet = p < period ? sheet.WithEndOf(p, isSure: true) : sheet;
        }

        return new GameState
        {
            Phase = period == 0 ? GamePhase.Scheduled : GamePhase.Live,
            Period = period,
            ClockTenths = period == 0 ? -1 : Clock(period > 4 ? 3000 : 7200),
            Score = sheet.Score,
            Sheet = sheet,
            Possession = period > 0 && _random.Percent(75) ? (Side)_random.Below(2) : null,
            Basketball = period > 0 && _random.Percent(90) ? Situation() : null,
        };
    }

    private BasketballSituation Situation() =>
        new(_random.Below(9), _random.Below(9), _random.Percent(20) ? 1 + _random.Below(3) : 0, _random.Percent(20));

    private GameState Baseball(int regulation)
    {
        var halves = _random.Percent(6) ? -1 : _random.Below((2 * regulation) + 6);
        var sheet = ScoreSheet.Empty;
        for (var half = 0; half < halves; half++)
        {
            sheet = Runs(sheet, half, Few());
            if (half % 2 == 1 && (half / 2) + 1 >= regulation)
            {
                sheet = RegulationTie(sheet, Math.Max(sheet.Score.Home, sheet.Score.Away));
            }
            else if (half % 2 == 0 && (half / 2) + 1 >= regulation && sheet.Score.Margin > 0)
            {
                sheet = Runs(sheet, half, sheet.Score.Margin);
            }

            sheet = sheet.WithTurnEnd(DriveEnd.None);
            sheet = half % 2 == 1 ? sheet.WithEndOf((half / 2) + 1, isSure: true) : sheet;
        }

        var isBottom = halves >= 0 && halves % 2 == 1;
        var inning = halves < 0 ? 0 : (halves / 2) + 1;
        var lead = sheet.Score.Margin;
        if (halves >= 0 && _random.Percent(40))
        {
            // In the bottom of the last inning a lead would have ended the game.
            var most = isBottom && inning >= regulation ? -lead : 6;
            sheet = Runs(sheet, halves, Math.Min(Few(), Math.Max(0, most)));
        }

        var bases = _random.Below(8);
        return new GameState
        {
            Phase = halves < 0 ? GamePhase.Scheduled : GamePhase.Live,
            Period = inning,
            Score = sheet.Score,
            Sheet = sheet,
            Possession = isBottom ? Side.Home : Side.Away,
            Baseball = halves < 0
                ? BaseballSituation.Empty
                : new BaseballSituation(_random.Below(3), (bases & 1) != 0 ? "a" : null, (bases & 2) != 0 ? "b" : null, (bases & 4) != 0 ? "c" : null),
        };
    }

    private int Clock(int length) => _random.Below(6) switch
    {
        0 => _random.Below(300),
        1 => _random.Below(1200),
        _ => _random.Between(0, length),
    };

    private int FootballPoints() => _random.Below(10) switch { < 4 => 3, < 8 => 7, 8 => 6, _ => _random.Percent(50) ? 8 : 2 };

    private int Few() => _random.Below(10) switch { < 6 => 0, < 8 => 1, 8 => 2, _ => _random.Between(3, 6) };

    private ScoreSheet Scored(ScoreSheet sheet, int points) =>
        sheet.WithScore(sheet.Score + (_random.Percent(50) ? new Score(points, 0) : new Score(0, points)), isFootball: true);

    /// <summary>Both teams' points in turns of two, so that their order is known.</summary>
    private static ScoreSheet Alternately(ScoreSheet sheet, Score to)
    {
        while (sheet.Score != to)
        {
            var (home, away) = (to.Home - sheet.Score.Home, to.Away - sheet.Score.Away);
            sheet = sheet.WithScore(sheet.Score + (home >= away ? new Score(Math.Min(2, home), 0) : new Score(0, Math.Min(2, away))));
        }

        return sheet;
    }

    private static ScoreSheet RegulationTie(ScoreSheet sheet, int level)
    {
        var (home, away) = (level - sheet.Score.Home, level - sheet.Score.Away);
        return home > 0 || away > 0 ? sheet.WithScore(new Score(level, level)) : sheet;
    }

    private static ScoreSheet Runs(ScoreSheet sheet, int half, int runs)
    {
        for (; runs > 0; runs--)
        {
            sheet = sheet.WithScore(sheet.Score + (half % 2 == 1 ? new Score(1, 0) : new Score(0, 1)));
        }

        return sheet;
    }
}
