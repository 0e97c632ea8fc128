using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nfl;

/// <summary>nflfastR play-by-play: the state before every play that has a down; ties left out, overtime kept.</summary>
public static class NflRows
{
    public static readonly int[] Seasons = [2019, 2020, 2021, 2022, 2024];

    public static List<ModelRow> Read(string data, IEnumerable<int> seasons)
    {
        var games = Games(Path.Combine(data, "nfl/games_with_lines.csv.gz"));
        List<ModelRow> rows = [];
        foreach (var season in seasons)
        {
            using var file = new CsvFile(Path.Combine(data, $"nfl/pbp/pbp_{season}.csv.gz"));
            var (game, last, isOvertime) = ("", 0, false);
            while (file.Next())
            {
                var seconds = file.Int("game_seconds_remaining");
                if (file["game_id"] != game)
                {
                    (game, last, isOvertime) = (file["game_id"], seconds, false);
                }

                isOvertime |= seconds > last + 300;
                last = seconds;
                var (info, final) = games[game];
                if (final.Margin != 0 && file.Number("down") is { } && file["posteam"].Length > 0)
                {
                    rows.Add(new ModelRow(game, StateOf(file, seconds, isOvertime), info, final));
                }
            }
        }

        return rows;
    }

    private static GameState StateOf(CsvFile file, int seconds, bool isOvertime)
    {
        var isHome = file["posteam"] == file["home_team"];
        var (own, other) = (file.Int("posteam_score"), file.Int("defteam_score"));
        var period = isOvertime ? 5 : Math.Clamp(4 - ((seconds - 1) / 900), 1, 4);
        return new GameState
        {
            Phase = GamePhase.Live,
            Period = period,
            ClockTenths = (isOvertime ? seconds : seconds - ((4 - period) * 900)) * 10,
            Score = isHome ? new Score(own, other) : new Score(other, own),
            Possession = isHome ? Side.Home : Side.Away,
            Football = new FootballSituation(file.Int("down"), file.Int("ydstogo"), file.Int("yardline_100")),
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
                HomeMarginHundredths = (int?)(file.Number("spread_line") * 100),
                TotalHundredths = (int?)(file.Number("total_line") * 100),
            };
            games[file["game_id"]] = (
                ModelRow.InfoOf(4, line, file["game_type"] != "REG"),
                new Score(file.Int("home_score"), file.Int("away_score")));
        }

        return games;
    }
}
