using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Mlb;

/// <summary>
/// Reads Retrosheet's event states: the state before every event; the key is the number of the row in its file, the first below the header
/// being 1. Every row is counted.
/// </summary>
public static class MlbRows
{
    private const int OutsOfInning = 6;

    /// <summary>Games with closing moneylines and totals.</summary>
    public static IReadOnlyList<RecordedGame> Games(CsvFile file)
    {
        List<RecordedGame> games = [];
        while (file.Next())
        {
            var id = file["game_id"];
            var line = new PregameLine
            {
                HomeWin = RecordedGame.HomeWin(file.OptionalNumber("home_ml_close"), file.OptionalNumber("away_ml_close")),
                TotalHundredths = RecordedGame.Hundredths(file.OptionalNumber("total_close")),
            };
            var final = file.OptionalNumber("home_final") is { } home && file.OptionalNumber("away_final") is { } away
                ? new Score((int)home, (int)away)
                : (Score?)null;
            var usual = UsualInfo(id);
            games.Add(new RecordedGame(
                id,
                file.Optional("season") is { Length: > 0 } season ? season : SeasonOf(id),
                usual with
                {
                    Home = new Team(file.Optional("hometeam") is { Length: > 0 } code ? code : usual.Home.Code, "Home"),
                    Away = new Team(file.Optional("visteam") is { Length: > 0 } visitor ? visitor : "A", "Away"),
                    RegulationPeriods = file.OptionalNumber("scheduled_innings") is { } innings ? (int)innings : usual.RegulationPeriods,
                    AutomaticRunnerBase = file.OptionalNumber("tiebreaker") is { } at ? (int)at : usual.AutomaticRunnerBase,
                    Line = line,
                },
                final));
        }

        return games;
    }

    /// <summary>States before the events.</summary>
    public static IEnumerable<ModelRow> Read(CsvFile file, GameTable games)
    {
        RecordedGame? game = null;
        for (var number = 1; file.Next(); number++)
        {
            var id = file["gameId"];
            var isBottom = file["battingTeam"] == "1";
            if (game?.Id != id)
            {
                game = games.Find(id, missing => new RecordedGame(missing, SeasonOf(missing), UsualInfo(missing), null));
                game = game with { Info = game.Info with { HomeBatsFirst = isBottom && file.Int("inning") == 1 } };
            }

            yield return new ModelRow(game, number.ToString(System.Globalization.CultureInfo.InvariantCulture), StateOf(file, isBottom))
            {
                Place = file.Place,
            };
        }
    }

    /// <summary>Outs left of both teams in regulation, as if the last half-inning were played; those of the inning after it.</summary>
    public static int OutsLeft(ModelRow row)
    {
        var isSecond = row.State.Possession == (row.Info.HomeBatsFirst ? Side.Away : Side.Home);
        var left = ((Math.Max(row.Info.RegulationPeriods - row.State.Period, 0) + 1) * OutsOfInning) - (isSecond ? 3 : 0);
        return left - Math.Min(row.State.Baseball?.Outs ?? 0, 3);
    }

    private static GameState StateOf(CsvFile file, bool isHome)
    {
        var (inning, outs) = (file.Int("inning"), file.Int("outs"));
        return inning is >= 1 and <= 100 && outs is >= 0 and <= 3
            ? new GameState
            {
                Phase = GamePhase.Live,
                Period = inning,
                Score = new Score(file.Int("homeScore"), file.Int("visScore")),
                Possession = isHome ? Side.Home : Side.Away,
                Baseball = new BaseballSituation(outs, Runner(file["firstRunner"]), Runner(file["secondRunner"]), Runner(file["thirdRunner"])),
            }
            : throw file.Error($"inning {inning} and outs {outs} are no state of a game");
    }

    private static string? Runner(string id) => id.Length > 0 ? id : null;

    private static string SeasonOf(string id) => id.Length == 12 ? id[3..7] : "unknown";

    // HOMEyyyymmddN. Seven innings in the double-headers of 2020 and 2021, the automatic runner from 2020 on outside the post-season (October): MLB's rules.
    private static GameInfo UsualInfo(string id)
    {
        var season = int.TryParse(SeasonOf(id), out var year) ? year : 0;
        return new GameInfo
        {
            Home = new Team(id.Length == 12 ? id[..3] : "H", "Home"),
            Away = new Team("A", "Away"),
            RegulationPeriods = season is 2020 or 2021 && id[^1] != '0' ? 7 : 9,
            AutomaticRunnerBase = season >= 2020 && !(int.TryParse(id.AsSpan(7, 4), out var day) && day > 1005) ? 2 : 0,
        };
    }
}
