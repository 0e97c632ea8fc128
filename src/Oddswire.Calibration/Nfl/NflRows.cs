using System.Globalization;
using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// Reads nflfastR's play-by-play: the state before every play, time-outs, kick-offs and ends of quarters too (nobody has the ball then, and the score is
/// that of the row before). Counted are plays with a down in games that were not tied.
/// </summary>
public static class NflRows
{
    private const int QuarterSeconds = 900;

    /// <summary>Games by the nflverse layout: home is favoured where spread_line is positive.</summary>
    public static IReadOnlyList<RecordedGame> Games(CsvFile file)
    {
        List<RecordedGame> games = [];
        while (file.Next())
        {
            var id = file["game_id"];
            var line = new PregameLine
            {
                HomeMarginHundredths = RecordedGame.Hundredths(file.OptionalNumber("spread_line")),
                TotalHundredths = RecordedGame.Hundredths(file.OptionalNumber("total_line")),
                HomeWin = RecordedGame.HomeWin(file.OptionalNumber("home_moneyline"), file.OptionalNumber("away_moneyline")),
            };
            var final = file.OptionalNumber("home_score") is { } home && file.OptionalNumber("away_score") is { } away
                ? new Score((int)home, (int)away)
                : (Score?)null;
            var season = file.Optional("season") is { Length: > 0 } text ? text : SeasonOf(id);
            var isPostseason = file.Optional("game_type") is { Length: > 0 } type ? type != "REG" : file.Optional("season_type") == "POST";
            games.Add(new RecordedGame(id, season, InfoOf(id, line, isPostseason, file.Optional("gameday")), final));
        }

        return games;
    }

    /// <summary>States before the plays.</summary>
    public static IEnumerable<ModelRow> Read(CsvFile file, GameTable games)
    {
        var clock = new Clock();
        var course = new Course();
        RecordedGame? game = null;
        var score = default(Score);
        while (file.Next())
        {
            var id = file["game_id"];
            if (game?.Id != id)
            {
                game = games.Find(id, missing => new RecordedGame(
                    missing, SeasonOf(missing), InfoOf(missing, null, file.Optional("season_type") == "POST", file.Optional("game_date")), null));
                (clock, course, score) = (new Clock(), new Course(), default);
            }

            clock.Move(file.Number("game_seconds_remaining"), file.OptionalNumber("qtr"));
            var isHome = file["posteam"] == file["home_team"];
            var hasBall = file["posteam"].Length > 0;
            if (hasBall && file.Number("posteam_score") is { } own && file.Number("defteam_score") is { } other)
            {
                score = ScoreOf(isHome, own, other);
            }

            var state = StateOf(file, clock, score, hasBall ? isHome ? Side.Home : Side.Away : null);
            yield return new ModelRow(game, KeyOf(file["play_id"]), state with { Sheet = course.Before(state) })
            {
                Place = file.Place,
                IsCounted = hasBall && file.Number("down") is { } && game.Final is not { Margin: 0 },
            };
            if (hasBall && file.OptionalNumber("posteam_score_post") is { } ownAfter && file.OptionalNumber("defteam_score_post") is { } otherAfter)
            {
                score = ScoreOf(isHome, ownAfter, otherAfter);
            }
        }
    }

    /// <summary>Seconds left in regulation, or in the overtime period.</summary>
    public static double SecondsLeft(GameState state) =>
        (state.ClockTenths / 10.0) + (state.Period is >= 1 and < 4 ? (4 - state.Period) * QuarterSeconds : 0);

    private static GameState StateOf(CsvFile file, Clock clock, Score score, Side? possession) => new()
    {
        Phase = GamePhase.Live,
        Period = clock.Period,
        ClockTenths = clock.TenthsInPeriod,
        Score = score,
        Possession = possession,
        Football = possession is not null && file.Number("down") is { } down && file.Number("yardline_100") is { } yards
            ? new FootballSituation((int)down, (int)(file.Number("ydstogo") ?? 10), (int)yards)
            {
                HomeTimeouts = Timeouts(file.OptionalNumber("home_timeouts_remaining")),
                AwayTimeouts = Timeouts(file.OptionalNumber("away_timeouts_remaining")),
            }
            : null,
    };

    private static int? Timeouts(double? left) => left is >= 0 and <= 3 ? (int)left : null;

    private static Score ScoreOf(bool isHome, double own, double other) => isHome ? new Score((int)own, (int)other) : new Score((int)other, (int)own);

    // Some tools write 55.0 for 55.
    private static string KeyOf(string text) => text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;

    private static string SeasonOf(string id) => id.Split('_')[0];

    private static GameInfo InfoOf(string id, PregameLine? line, bool mustHaveWinner, string day)
    {
        var parts = id.Split('_');
        return new GameInfo
        {
            Home = new Team(parts.Length == 4 ? parts[3] : "H", "Home"),
            Away = new Team(parts.Length == 4 ? parts[2] : "A", "Away"),
            RegulationPeriods = 4,
            Line = line,
            MustHaveWinner = mustHaveWinner,
            ScheduledAt = DayOf(day, SeasonOf(id)),
        };
    }

    // The rules of overtime go by the season.
    private static Timestamp DayOf(string day, string season) =>
        DateTimeOffset.TryParse(day, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Timestamp.From(date)
        : int.TryParse(season, CultureInfo.InvariantCulture, out var year) && year is > 1900 and < 2200
            ? Timestamp.From(new DateTimeOffset(year, 9, 10, 0, 0, 0, TimeSpan.Zero))
            : default;

    /// <summary>The score sheet before each play: points, periods and drives, as the price stage folds them.</summary>
    private sealed class Course
    {
        private ScoreSheet _sheet = ScoreSheet.Empty;
        private int _period = 1;

        public ScoreSheet Before(GameState state)
        {
            if (state.Score != _sheet.Score)
            {
                var before = _sheet.Score;
                _sheet = _sheet.WithScore(state.Score, isFootball: true);
                if (_sheet.DriveNow is { } side)
                {
                    var gained = side == Side.Home ? state.Score.Home - before.Home : state.Score.Away - before.Away;
                    _sheet = _sheet.WithTurnEnd(gained >= 6 ? DriveEnd.Touchdown : gained == 3 ? DriveEnd.FieldGoal : DriveEnd.NoScore);
                }
            }

            for (; _period < state.Period; _period++)
            {
                _sheet = _period % 2 == 0 && _sheet.DriveNow is not null ? _sheet.WithTurnEnd(DriveEnd.NoScore) : _sheet;
                _sheet = _sheet.WithEndOf(_period, isSure: true);
            }

            if (state is { Possession: { } next, Football.Down: >= 1 } && _sheet.DriveNow != next)
            {
                _sheet = (_sheet.DriveNow is null ? _sheet : _sheet.WithTurnEnd(DriveEnd.NoScore)).WithDriveOf(next);
            }

            return _sheet;
        }
    }

    // Without a column for the quarter, overtime shows by the clock that starts again.
    private sealed class Clock
    {
        private int _seconds = 4 * QuarterSeconds;
        private int _overtimes;

        public int Period { get; private set; } = 1;

        public int TenthsInPeriod => (Period > 4 ? _seconds : Math.Max(_seconds - ((4 - Period) * QuarterSeconds), 0)) * 10;

        public void Move(double? seconds, double? quarter)
        {
            if (seconds is not { } left)
            {
                return;
            }

            // A clock that goes back a little, or from the middle of the game, is a slip of the feed.
            _overtimes += left > _seconds + 300 && left <= QuarterSeconds && _seconds <= 120 ? 1 : 0;
            _seconds = (int)left;
            Period = quarter is { } known ? (int)known
                : _overtimes > 0 ? 4 + _overtimes
                : Math.Clamp(4 - ((_seconds - 1) / QuarterSeconds), 1, 4);
        }
    }
}
