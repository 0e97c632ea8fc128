using Oddswire.Calibration.Data;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// What closing lines say of final margins, by least squares on every game with a result and a line, plays of it or not: the spread is a median on a lattice
/// of threes and sevens, the moneyline says more finely who is the better team.
/// </summary>
internal static class PregameLaw
{
    private const int LeastGames = 500;

    // The share of the moneyline's square that the spread must leave over: below it the two say the same (as in simulated games), and their parts cannot be told apart.
    private const double LeastApart = 1e-3;

    /// <summary>The law: <see cref="NflParameters.PregameMargin"/>.</summary>
    public static double[] Of(IReadOnlyList<RecordedGame> games)
    {
        var rows = games.Where(game => game is { Final: not null, Info.Line.HomeMarginHundredths: not null }).Select(game => (
            Spread: game.Info.Line!.HomeMarginHundredths!.Value / 100.0,
            Win: game.Info.Line.HomeWin is { } win ? NflParameters.Deviate(win) : (double?)null,
            Margin: (double)game.Final!.Value.Margin)).ToList();
        var both = rows.Where(row => row.Win is not null).Select(row => (row.Spread, Win: row.Win!.Value, row.Margin)).ToList();
        if (both.Count < LeastGames)
        {
            return [1, 0, 1, 13.3];
        }

        var (ss, ww, sw) = (both.Sum(row => row.Spread * row.Spread), both.Sum(row => row.Win * row.Win), both.Sum(row => row.Spread * row.Win));
        var (sm, wm) = (both.Sum(row => row.Spread * row.Margin), both.Sum(row => row.Win * row.Margin));
        var determinant = (ss * ww) - (sw * sw);
        var (spread, win) = determinant < LeastApart * ss * ww
            ? (sm / ss, 0)
            : (((ww * sm) - (sw * wm)) / determinant, ((ss * wm) - (sw * sm)) / determinant);
        return
        [
            Math.Round(spread, 3),
            Math.Round(win, 3),
            Math.Round(rows.Sum(row => row.Spread * row.Margin) / rows.Sum(row => row.Spread * row.Spread), 3),
            Math.Round(wm / ww, 3),
        ];
    }
}
