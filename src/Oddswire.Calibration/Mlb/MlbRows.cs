using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Mlb;

/// <summary>A row of Retrosheet's event output: the state before an event, and the runs scored on it.</summary>
public sealed record MlbRow(ModelRow Row, bool IsBottom, int Runs, bool IsRegulationBeforeLast, bool EndsGame);

/// <summary>Retrosheet event states of 2019 and 2020.</summary>
public static class MlbRows
{
    public static List<MlbRow> Read(string data)
    {
        var games = Games(Path.Combine(data, "mlb/games_2019_2020.csv"));
        List<MlbRow> rows = [];
        foreach (var path in Directory.GetFiles(Path.Combine(data, "mlb/retrosheet_states"), "*.gz", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal))
        {
            using var file = new CsvFile(path);
            while (file.Next())
            {
                var game = file["gameId"];
                var (info, final) = games[game];
                var isBottom = file["battingTeam"] == "1";
                var inning = file.Int("inning");
                var runs = Scored(file, "batterDest") + Scored(file, "runnerOn1stDest") + Scored(file, "runnerOn2ndDest")
                    + Scored(file, "runnerOn3rdDest");
                rows.Add(new MlbRow(
                    new ModelRow(game, StateOf(file, inning, isBottom), info, final),
                    isBottom,
                    runs,
                    inning < info.RegulationPeriods,
                    file["endGameFlag"] == "T"));
            }
        }

        return rows;
    }

    private static int Scored(CsvFile file, string column) => file.Int(column) >= 4 ? 1 : 0;

    private static GameState StateOf(CsvFile file, int inning, bool isBottom) => new()
    {
        Phase = GamePhase.Live,
        Period = inning,
        Score = new Score(file.Int("homeScore"), file.Int("visScore")),
        Possession = isBottom ? Side.Home : Side.Away,
        Baseball = new BaseballSituation(
            file.Int("outs"), Runner(file["firstRunner"]), Runner(file["secondRunner"]), Runner(file["thirdRunner"])),
    };

    private static string? Runner(string id) => id.Length > 0 ? id : null;

    private static Dictionary<string, (GameInfo Info, Score Final)> Games(string path)
    {
        Dictionary<string, (GameInfo, Score)> games = [];
        using var file = new CsvFile(path);
        while (file.Next())
        {
            var line = new PregameLine
            {
                HomeWin = ModelRow.HomeWin(file.Number("home_ml_close"), file.Number("away_ml_close")),
                TotalHundredths = (int?)(file.Number("total_close") * 100),
            };
            var innings = file.Number("scheduled_innings") is { } n ? (int)n : 9;
            games[file["game_id"]] = (
                ModelRow.InfoOf(innings, line, runnerBase: file.Int("tiebreaker")),
                new Score(file.Int("home_final"), file.Int("away_final")));
        }

        return games;
    }
}
