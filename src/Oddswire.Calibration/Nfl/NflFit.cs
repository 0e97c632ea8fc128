using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// Fits the NFL model in three steps, none of which looks at who won except the last: the laws of drives (<see cref="DriveLaws"/>, <see cref="OvertimeLaw"/>); strengths at which the
/// chain of drives scores, half by half, what was scored on average; and the three figures that join it to line and score, by the likelihood
/// of final margins, totals and winners. What lines say of margins, and how widely these spread, is fitted on all games with lines (<see cref="PregameLaw"/>).
/// </summary>
public static class NflFit
{
    private const double RidgeRows = 3;
    private const int Iterations = 100;
    private const int StretchRounds = 3;
    private const int LeanEvaluations = 48;

    // Rows of the last step: plays of a game share its result, so that more of them say little more.
    private const int LeastLeanRows = 4000;
    private const int MostLeanRows = 24_000;
    private const int LeanRowsOfGame = 2;

    /// <summary>Fits the parameters.</summary>
    public static NflParameters Run(TrainingSet set, FitContext context)
    {
        var games = set.Rows.Select(row => row.Game).Distinct().ToList();
        var lines = games.Select(game => game.Info.Line).Where(line => line?.TotalHundredths is not null && line.HomeMarginHundredths is not null).ToList();
        var averageTotal = Rounded(lines.Average(line => line!.TotalHundredths!.Value / 100.0), 2);
        var averageMargin = Rounded(lines.Average(line => line!.HomeMarginHundredths!.Value / 100.0), 2);
        context.Progress(0.02, "cutting drives");
        var read = DriveSample.Read(set.Rows, averageTotal);
        var usualTimeouts = PaceBendLaw.UsualTimeouts(read);
        var flat = DriveTime.Flat(usualTimeouts);
        var samples = read.ConvertAll(sample => sample.WithTimeouts(flat));
        var ends = DriveEnds(samples, share => context.Progress(0.05 + (0.6 * share), "ends of drives"));
        var parameters = DriveLaws.Of(samples, usualTimeouts) with { DriveEnds = ends, PregameMargin = PregameLaw.Of(set.Games), AverageMargin = averageMargin, AverageTotal = averageTotal };
        parameters = parameters with { MarginVariance = PregameLaw.VarianceOf(parameters, set.Games, games) };
        parameters = parameters with { OvertimeUrgency = OvertimeLaw.Of(parameters, DriveSample.Read(set.Rows, averageTotal, isOvertime: true)) };
        context.Progress(0.66, "points by stretch");
        parameters = FitStretches(parameters, samples, games.Count);
        return FitLean(parameters, set.Rows, Math.Clamp(LeanRowsOfGame * games.Count, LeastLeanRows, MostLeanRows), share => context.Progress(0.72 + (0.28 * share), "line and score"));
    }

    // First on all plays, none of them taken for a drive's first; then, the rest held, what is special of first plays. A price in play does not know whether the play is a drive's first: it
    // is made by the law of all.
    private static double[][] DriveEnds(List<DriveSample> samples, Action<double> progress)
    {
        var all = Fit(samples, static sample => sample.At with { IsStart = false }, null, done => progress(0.9 * done));
        var firsts = samples.Where(static sample => sample.IsFirst).ToList();
        var starts = Fit(firsts, static sample => sample.At, all, done => progress(0.9 + (0.1 * done)));
        var features = DriveFeatures.Count;
        return [.. Enumerable.Range(0, NflParameters.Ends).Select(k => Enumerable.Range(k * features, features).Select(j => Rounded(all[j] + starts[j], 4)).ToArray())];
    }

    // With weights held, only the features of first plays are searched, on top of what those weights say.
    private static double[] Fit(List<DriveSample> samples, Func<DriveSample, Situation> situationOf, double[]? held, Action<double> progress)
    {
        var rows = new SparseRows(DriveFeatures.Count);
        var row = new double[DriveFeatures.Count];
        var before = held is null ? null : new double[samples.Count * NflParameters.Ends];
        for (var i = 0; i < samples.Count; i++)
        {
            DriveFeatures.Fill(situationOf(samples[i]), row);
            for (var k = 0; held is not null && k < NflParameters.Ends; k++)
            {
                before![(i * NflParameters.Ends) + k] = VectorMath.Dot(row, held.AsSpan(k * row.Length, row.Length));
            }

            if (held is not null)
            {
                row.AsSpan(0, DriveFeatures.FirstStart).Clear();
                row.AsSpan(DriveFeatures.FirstStart + DriveFeatures.Starts).Clear();
            }

            rows.Add(row);
        }

        return new MultinomialFit(rows, [.. samples.Select(sample => (byte)sample.End)], NflParameters.Ends, RidgeRows, before).Run(Iterations, progress);
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
                return CostOf(new NflModel(WithLean(parameters, p), parameters), sample);
            },
            LeanEvaluations);
        return WithLean(parameters, best);
    }

    private static double CostOf(NflModel model, List<ModelRow> rows) => rows.Average(row =>
    {
        var solved = model.Solve(row.State, row.Info);
        var home = solved.Result().TwoWay.Value;
        return -Log(row.Final.Margin > 0 ? home : 1 - home)
            - Log(solved.Spread(new Line(-row.Final.Margin * 100)).Push.Value)
            - Log(solved.Total(new Line(row.Final.Total * 100)).Push.Value);
    });

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
