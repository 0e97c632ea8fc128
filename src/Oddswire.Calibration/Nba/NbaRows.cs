using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nba;

/// <summary>NBA playbyplayv2: the state after every event of regulation.</summary>
public static class NbaRows
{
    public static List<ModelRow> Read(string data)
    {
        var games = Games(Path.Combine(data, "nba/games_2015-16.csv"));
        List<ModelRow> rows = [];
        using var file = new CsvFile(Path.Combine(data, "nba/events_2015-16.csv.gz"));
        var (game, score) = ("", default(Score));
        while (file.Next())
        {
            if (file["GAME_ID"] != game)
            {
                (game, score) = (file["GAME_ID"], default);
            }

            var period = file.Int("PERIOD");
            if (file["SCORE"] is { Length: > 0 } text)
            {
                var dash = text.IndexOf('-');
                score = new Score(int.Parse(text[(dash + 1)..].Trim()), int.Parse(text[..dash].Trim()));
            }

            if (period <= 4)
            {
                var (info, final) = games[game];
                rows.Add(new ModelRow(game, StateOf(file, period, score), info, final));
            }
        }

        return rows;
    }

    private static GameState StateOf(CsvFile file, int period, Score score)
    {
        var clock = file["PCTIMESTRING"].Split(':');
        return new GameState
        {
            Phase = GamePhase.Live,
            Period = period,
            ClockTenths = ((int.Parse(clock[0]) * 60) + int.Parse(clock[1])) * 10,
            Score = score,
        };
    }

    private static Dictionary<string, (GameInfo Info, Score Final)> Games(string path)
    {
        Dictionary<string, (GameInfo, Score)> games = [];
        using var file = new CsvFile(path);
        while (file.Next())
        {
            var line = new PregameLine
            {
                HomeMarginHundredths = (int?)(file.Number("close_home_spread") * -100),
                TotalHundredths = (int?)(file.Number("close_total") * 100),
            };
            games[file["game_id"]] = (ModelRow.InfoOf(4, line), new Score(file.Int("home_final"), file.Int("away_final")));
        }

        return games;
    }
}
