using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// Fits the NFL model in three steps, none of which looks at who won except the last: the laws of drives (<see cref="DriveLaws"/>, <see cref="TimeLaw"/>, <see cref="OvertimeLaw"/>); strengths at which the
/// chain of drives scores, half by half, what was scored on average; and the three figures that join it to line and score, by the likelihood
/// of final margins, totals and winners. What lines say of margins, and how widely these spread, is fitted on all games with lines (<see cref="PregameLaw"/>).
/// </summary>
public static class NflFit
{
    private const int StretchRounds = 3;
    private const int LeanEvaluations = 48;

    // Rows of the last step: plays of a game share its result, so that more of them say little more.
    private const int LeastLeanRows = 4000;
    private const int MostLeanRows = 48_000;
    private const int LeanRowsOfGame = 2;
    private const int LeanParts = 16;

    /// <summary>Fits the parameters.</summary>
    public static NflParameters Run(TrainingSet set, FitContext context)
    {
        var games = set.Rows.Select(row => row.Game).Distinct().ToList();
        var lines = games.Select(game => game.Info.Line).Where(line => line?.TotalHundredths is not null && line.HomeMarginHundredths is not null).ToList();
        var averageTotal = Rounded(lines.Average(line => line!.TotalHundredths!.Value / 100.0), 2);
        var averageMargin = Rounded(lines.Average(line => line!.HomeMarginHundredths!.Value / 100.0), 2);
        context.Progress(0.02, "cutting drives");
        var read = DriveSample.Read(set.Rows, averageTotal);
        var timeouts = DriveLaws.TimeoutsOf(read);
        var usual = new UsualTimeouts(timeouts);
        var samples = read.ConvertAll(sample => sample.WithTimeouts(usual));
        var parameters = DriveLaws.Of(samples, timeouts, share => context.Progress(0.05 + (0.61 * share), "laws of drives"));
        parameters = parameters with { PregameMargin = PregameLaw.Of(set.Games), AverageMargin = averageMargin, AverageTotal = averageTotal };
        parameters = parameters with { MarginVariance = PregameLaw.VarianceOf(parameters, set.Games, games) };
        parameters = parameters with { OvertimeUrgency = OvertimeLaw.Of(parameters, DriveSample.Read(set.Rows, averageTotal, isOvertime: true)) };
        context.Progress(0.66, "points by stretch");
        parameters = FitStretches(parameters, samples, games.Count);
        return FitLean(parameters, set.Rows, Math.Clamp(LeanRowsOfGame * games.Count, LeastLeanRows, MostLeanRows), share => context.Progress(0.72 + (0.28 * share), "line and score"));
    }

    /// <summary>
    /// Moves the strengths of the first half, and of the second up to the last minutes, until the tables score there what was scored. The last minutes are
    /// played by the score, whose laws need no help.
    /// </summary>
    private static NflParameters FitStretches(NflParameters parameters, List<DriveSample> samples, int games)
    {
        var seen = PointsSeen(samples, games);
        var strengths = new double[3];
        for (var round = 0; round < StretchRounds; round++)
        {
            var tables = NflTables.Of(parameters with { StretchStrength = [.. strengths] });
            var expected = tables.PointsByStretch();
            for (var i = 0; i < seen.Length; i++)
            {
                // Points grow by about a third with a unit of strength.
                strengths[i] = Math.Clamp(strengths[i] + ((seen[i] - expected[i]) / (0.33 * 2 * seen[i])), -1, 1);
            }
        }

        return parameters with { StretchStrength = [.. strengths.Select(strength => Rounded(strength, 4))] };
    }

    // The drive that runs into the last minutes counts to the stretch before them, as in the tables.
    private static double[] PointsSeen(List<DriveSample> samples, int games)
    {
        var points = new double[2];
        foreach (var first in samples.Where(static sample => sample.IsFirst && (sample.Half == 1 || sample.At.Seconds > LateTables.Seconds)))
        {
            points[first.Half - 1] += first.End switch
            {
                DriveModel.Touchdown or DriveModel.DefenceTouchdown => 6 + first.TryPoints,
                DriveModel.FieldGoal => 3,
                DriveModel.Safety => 2,
                _ => 0,
            };
        }

        return [.. points.Select(sum => sum / games)];
    }

    private static NflParameters FitLean(NflParameters parameters, IReadOnlyList<ModelRow> rows, int count, Action<double> progress)
    {
        var plays = rows.Where(row => row.IsCounted && !row.IsOvertime).ToList();
        var sample = plays.Where((_, i) => i % Math.Max(plays.Count / count, 1) == 0).ToList();
        var done = 0;
        var best = NelderMead.Minimise(
            [0.45, 0.8, 1.0],
            [0.2, 0.3, 0.3],
            p =>
            {
                progress(Math.Min(1, done++ / (double)LeanEvaluations));
                var leaned = WithLean(parameters, p);
                return CostOf(() => new NflModel(leaned, parameters), sample);
            },
            LeanEvaluations);
        return WithLean(parameters, best);
    }

    // Each part has a model of its own, whose buffers are used again; sums are taken in the rows' order.
    private static double CostOf(Func<NflModel> modelOf, List<ModelRow> rows)
    {
        var costs = new double[rows.Count];
        Parallel.For(0, LeanParts, part =>
        {
            var model = modelOf();
            for (var i = rows.Count * part / LeanParts; i < rows.Count * (part + 1) / LeanParts; i++)
            {
                costs[i] = CostOf(model, rows[i]);
            }
        });
        return costs.Average();
    }

    private static double CostOf(NflModel model, ModelRow row)
    {
        var solved = model.Solve(row.State, row.Info);
        var home = solved.Result().TwoWay.Value;
        return -Log(row.Final.Margin > 0 ? home : 1 - home)
            - Log(solved.Spread(new Line(-row.Final.Margin * 100)).Push.Value)
            - Log(solved.Total(new Line(row.Final.Total * 100)).Push.Value);
    }

    private static double Log(double value) => Math.Log(Math.Max(value, 1e-9));

    // In thousandths of a log weight a point.
    private static NflParameters WithLean(NflParameters parameters, double[] p) => parameters with
    {
        PaceLearning = Rounded(Math.Clamp(p[0], -5, 5) / 1000, 6),
        Levelling = Rounded(Math.Clamp(p[1], -1, 3) / 2000, 7),
        TotalSpread = Rounded(Math.Clamp(p[2], 0, 3) / 2000, 7),
    };

    private static double Rounded(double value, int digits) => Math.Round(value, digits);
}
