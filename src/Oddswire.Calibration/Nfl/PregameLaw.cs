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
    private const double UsualVariance = 170;
    private const double VariancePrior = 500;
    private const double TotalVariance = 18;

    // The share of the moneyline's square that the spread must leave over: below it the two say the same (as in simulated games), and their parts cannot be told apart.
    private const double LeastApart = 1e-3;

    /// <summary>
    /// The variance of what lines do not say: <see cref="NflParameters.MarginVariance"/>. That of the seasons whose plays are known, drawn to that of all games: before 2019 margins
    /// spread a tenth wider (180 squared points, 162 since), so that seasons long ago say little of today's.
    /// </summary>
    /// <param name="parameters">Say what the line does.</param>
    /// <param name="games">Games with results and lines.</param>
    /// <param name="recent">Those whose plays are known.</param>
    public static double[] VarianceOf(NflParameters parameters, IReadOnlyList<RecordedGame> games, IReadOnlyList<RecordedGame> recent)
    {
        var (all, known) = (Squares(parameters, games), Squares(parameters, recent));
        if (all.Count < LeastGames)
        {
            return [UsualVariance, 0];
        }

        // The slope is drawn to none, as by so many games of a spread as wide as that of totals.
        var (square, total) = (all.Average(static row => row.Square), all.Average(static row => row.Total));
        var slope = all.Sum(row => (row.Total - total) * (row.Square - square)) / (all.Sum(row => (row.Total - total) * (row.Total - total)) + (VariancePrior * TotalVariance));
        var here = (known.Sum(row => row.Square - (slope * row.Total)) + (VariancePrior * (square - (slope * total)))) / (known.Count + VariancePrior);
        return [Math.Round(here, 1), Math.Round(slope, 2)];
    }

    private static List<(double Square, double Total)> Squares(NflParameters parameters, IReadOnlyList<RecordedGame> games) =>
    [
        .. games.Where(static game => game is { Final: not null, Info.Line: { HomeMarginHundredths: not null, TotalHundredths: not null } }).Select(game => (
            Math.Pow(game.Final!.Value.Margin - parameters.MarginOf(game.Info.Line), 2),
            (game.Info.Line!.TotalHundredths!.Value / 100.0) - parameters.AverageTotal)),
    ];

    /// <summary>Whether a game says something of what lines are worth.</summary>
    public static bool Uses(RecordedGame game) => game is { Final: not null, Info.Line.HomeMarginHundredths: not null };

    /// <summary>The law: <see cref="NflParameters.PregameMargin"/>.</summary>
    public static double[] Of(IReadOnlyList<RecordedGame> games)
    {
        var rows = games.Where(Uses).Select(game => (
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
