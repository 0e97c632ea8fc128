using System.Globalization;
using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nba;

/// <summary>Reads playbyplayv2 events: the state after every event, whose ball it is worked out by <see cref="BallTracker"/>. Counted are those of regulation while time is left.</summary>
public static class NbaRows
{
    private const int QuarterSeconds = 720;
    private const int IdLength = 10;

    // All of a score sheet that the model reads.
    private static readonly ScoreSheet HomeTip = ScoreSheet.Empty.WithDriveOf(Side.Home);
    private static readonly ScoreSheet AwayTip = ScoreSheet.Empty.WithDriveOf(Side.Away);

    /// <summary>Games: spreads are those of betting, negative where home is favoured.</summary>
    public static IReadOnlyList<RecordedGame> Games(CsvFile file)
    {
        List<RecordedGame> games = [];
        while (file.Next())
        {
            var id = file["game_id"].PadLeft(IdLength, '0');
            var line = new PregameLine
            {
                HomeMarginHundredths = -RecordedGame.Hundredths(file.OptionalNumber("close_home_spread")),
                TotalHundredths = RecordedGame.Hundredths(file.OptionalNumber("close_total")),
                HomeWin = RecordedGame.HomeWin(file.OptionalNumber("home_ml"), file.OptionalNumber("away_ml")),
            };
            var final = file.OptionalNumber("home_final") is { } home && file.OptionalNumber("away_final") is { } away
                ? new Score((int)home, (int)away)
                : (Score?)null;
            games.Add(new RecordedGame(id, SeasonOf(id), InfoOf(line), final));
        }

        return games;
    }

    /// <summary>States after the events.</summary>
    public static IEnumerable<ModelRow> Read(CsvFile file, GameTable games)
    {
        RecordedGame? game = null;
        var score = default(Score);
        var ball = new BallTracker();
        while (file.Next())
        {
            var id = file["GAME_ID"];
            if (game?.Id != id)
            {
                var found = games.Find(id.PadLeft(IdLength, '0'), missing => new RecordedGame(missing, SeasonOf(missing), InfoOf(null), null));
                (game, score) = (found with { Id = id }, default);
                ball.Reset();
            }

            var period = file.Int("PERIOD");
            score = ScoreAfter(file) ?? score;
            var state = StateOf(file, period, score, ball.Next(file, period), ball.Tip) with { Basketball = SituationIn(file) ?? ball.Situation };
            yield return new ModelRow(game, file["EVENTNUM"], state)
            {
                Place = file.Place,
                IsCounted = period <= 4 && SecondsLeft(state) > 0,
                IsJudgedApart = period > 4,
            };
        }
    }

    /// <summary>Seconds left in regulation, or in the overtime period.</summary>
    public static double SecondsLeft(GameState state) =>
        (state.ClockTenths / 10.0) + (state.Period is >= 1 and < 4 ? (4 - state.Period) * QuarterSeconds : 0);

    // Games of our own simulator tell the situation outright.
    private static BasketballSituation? SituationIn(CsvFile file) =>
        file.Has("HOME_FOULS") ? new BasketballSituation(file.Int("HOME_FOULS"), file.Int("AWAY_FOULS"), file.Int("FREE_THROWS"), file.Int("LOOSE") > 0) : null;

    // "visitor - home", on scoring events only.
    private static Score? ScoreAfter(CsvFile file)
    {
        var text = file["SCORE"].AsSpan();
        if (text.IsEmpty)
        {
            return null;
        }

        var dash = text.IndexOf('-');
        return dash > 0 && int.TryParse(text[..dash].Trim(), out var away) && int.TryParse(text[(dash + 1)..].Trim(), out var home)
            ? new Score(home, away)
            : throw file.Error($"SCORE '{text}' is not 'visitor - home'");
    }

    private static GameState StateOf(CsvFile file, int period, Score score, Side? ball, Side? tip)
    {
        var text = file["PCTIMESTRING"].AsSpan();
        var colon = text.IndexOf(':');
        return colon > 0 && int.TryParse(text[..colon], out var minutes)
            && double.TryParse(text[(colon + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && period > 0
            ? new GameState
            {
                Phase = GamePhase.Live,
                Period = period,
                ClockTenths = (minutes * 600) + (int)Math.Round(seconds * 10),
                Score = score,
                Possession = ball,
                Sheet = tip switch { Side.Home => HomeTip, Side.Away => AwayTip, _ => ScoreSheet.Empty },
            }
            : throw file.Error($"PERIOD {period} and PCTIMESTRING '{text}' do not tell the time");
    }

    // 0021500492: the fourth and fifth digits are the year in which the season began.
    private static string SeasonOf(string id) =>
        id.Length == IdLength && int.TryParse(id.AsSpan(3, 2), out var year) ? $"{2000 + year}-{(year + 1) % 100:00}" : "unknown";

    private static GameInfo InfoOf(PregameLine? line) => new()
    {
        Home = new Team("H", "Home"),
        Away = new Team("A", "Away"),
        RegulationPeriods = 4,
        Line = line,
    };
}
