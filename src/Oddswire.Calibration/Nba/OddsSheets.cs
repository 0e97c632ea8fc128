using System.Globalization;
using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;

namespace Oddswire.Calibration.Nba;

/// <summary>
/// Reads season sheets of quarter scores with closing lines (sportsbookreviewsonline): two rows a game, visitor first; Close holds the total in one row
/// and the spread in the favourite's, the smaller number. Each game gives the state before it and at the ends of its first three quarters, which no figure
/// counts. Games that lack a quarter, a line or a price, or whose numbers cannot be lines, are passed over.
/// </summary>
public static class OddsSheets
{
    private const double GreatestSpread = 40;
    private const double LeastTotal = 120;

    /// <summary>Whether the file is such a sheet.</summary>
    public static bool Recognises(CsvFile file) => file.Has("VH") && file.Has("1st") && file.Has("Close") && file.Has("ML");

    /// <summary>The states.</summary>
    public static IEnumerable<ModelRow> Read(CsvFile file)
    {
        while (file.Next())
        {
            var away = RowOf(file);
            var place = file.Place;
            if (!file.Next())
            {
                throw file.Error($"the visitor at {place} has no home team after it");
            }

            foreach (var row in RowsOf(away, RowOf(file), place))
            {
                yield return row;
            }
        }
    }

    private static IEnumerable<ModelRow> RowsOf(TeamRow away, TeamRow home, string place)
    {
        if (GameOf(away, home) is not { } game)
        {
            yield break;
        }

        var score = default(Score);
        var end = new Score((int)home.Quarters.Sum()!, (int)away.Quarters.Sum()!);
        for (var quarter = 0; quarter < 4; quarter++)
        {
            yield return new SheetRow(game, $"{quarter}", StateAt(quarter, score), end) { Place = place, IsCounted = false };
            score += new Score((int)home.Quarters[quarter]!.Value, (int)away.Quarters[quarter]!.Value);
        }
    }

    private static RecordedGame? GameOf(TeamRow away, TeamRow home)
    {
        var numbers = home.Quarters.Concat(away.Quarters).Append(home.Final).Append(away.Final);
        if (numbers.Any(number => number is null) || home.Close is not { } a || away.Close is not { } b
            || RecordedGame.HomeWin(home.Moneyline, away.Moneyline) is not { } win)
        {
            return null;
        }

        var (spread, total) = (Math.Min(a, b), Math.Max(a, b));
        return spread > GreatestSpread || total < LeastTotal || spread < 0 ? null : new RecordedGame(
            $"{home.Date} {away.Team}@{home.Team}",
            home.Season,
            new GameInfo
            {
                Home = new Team("H", home.Team),
                Away = new Team("A", away.Team),
                RegulationPeriods = 4,
                MustHaveWinner = true,
                Line = new PregameLine
                {
                    HomeMarginHundredths = (int)Math.Round((a < b ? spread : -spread) * 100),
                    TotalHundredths = (int)Math.Round(total * 100),
                    HomeWin = win,
                },
            },
            new Score((int)home.Final!, (int)away.Final!));
    }

    private static GameState StateAt(int quarter, Score score) => new()
    {
        Phase = quarter == 0 ? GamePhase.Scheduled : GamePhase.Live,
        Period = quarter,
        ClockTenths = quarter == 0 ? -1 : 0,
        Score = score,
    };

    private static TeamRow RowOf(CsvFile file) => new(
        $"{file["Year"]}-{file["Month"].PadLeft(2, '0')}-{file["Day"].PadLeft(2, '0')}",
        SeasonOf(file),
        file["Team"],
        [NumberOf(file, "1st"), NumberOf(file, "2nd"), NumberOf(file, "3rd"), NumberOf(file, "4th")],
        NumberOf(file, "Final"),
        NumberOf(file, "Close"),
        NumberOf(file, "ML"));

    private static string SeasonOf(CsvFile file)
    {
        var (year, month) = (file.Int("Year"), file.Int("Month"));
        var first = month >= 8 ? year : year - 1;
        return $"{first}-{(first + 1) % 100:00}";
    }

    private static double? NumberOf(CsvFile file, string column) => file[column].Trim() switch
    {
        "pk" or "PK" => 0,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    private sealed record TeamRow(string Date, string Season, string Team, double?[] Quarters, double? Final, double? Close, double? Moneyline);
}

/// <summary>A state from a sheet of quarter scores.</summary>
/// <param name="Game">The game.</param>
/// <param name="Key">The quarters played.</param>
/// <param name="State">The state.</param>
/// <param name="Regulation">The score at the end of regulation.</param>
public sealed record SheetRow(RecordedGame Game, string Key, GameState State, Score Regulation) : ModelRow(Game, Key, State);
