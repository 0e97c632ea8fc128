using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// Fits a law that is linear in the situation's features (<see cref="DriveLaw"/>): first on all plays, none of them taken for a drive's first; then, the rest held, what is special of first plays. A price in
/// play does not know whether the play is a drive's first: it is made by the law of all.
/// </summary>
/// <param name="samples">The plays.</param>
/// <param name="rows">Rows of the law: outcomes besides the one that the others are compared with.</param>
/// <param name="share">Writes how much of a play counts to each row.</param>
internal sealed class LawFit(IReadOnlyList<DriveSample> samples, int rows, LawFit.Share share)
{
    private const double RidgeRows = 3;
    private const int Iterations = 100;

    /// <summary>Writes how much of a play counts to each outcome.</summary>
    public delegate void Share(DriveSample sample, Span<float> shares);

    /// <summary>Log odds of each row before anything is known but the clock; 0 unless given.</summary>
    public Func<DriveSample, double>? Usual { get; init; }

    /// <summary>The weights, row by row.</summary>
    public double[][] Run(Action<double> progress)
    {
        var all = Fit(samples, isStart: false, null, done => progress(0.9 * done));
        var starts = Fit([.. samples.Where(static sample => sample.IsFirst)], isStart: true, all, done => progress(0.9 + (0.1 * done)));
        return Rows([.. all.Zip(starts, static (weight, start) => weight + start)], rows);
    }

    /// <summary>Weights cut into rows, rounded.</summary>
    public static double[][] Rows(double[] weights, int rows) =>
        [.. weights.Select(static weight => Math.Round(Math.Clamp(weight, -NflParameters.MostWeight, NflParameters.MostWeight), 4)).Chunk(weights.Length / rows)];

    // With weights held, only the features of first plays are searched, on top of what those weights say.
    private double[] Fit(IReadOnlyList<DriveSample> plays, bool isStart, double[]? held, Action<double> progress)
    {
        var features = new SparseRows(DriveFeatures.Count);
        var row = new double[DriveFeatures.Count];
        var shares = new float[plays.Count * rows];
        var before = held is null && Usual is null ? null : new double[plays.Count * rows];
        for (var i = 0; i < plays.Count; i++)
        {
            share(plays[i], shares.AsSpan(i * rows, rows));
            DriveFeatures.Fill(plays[i].At with { IsStart = isStart }, row);
            for (var k = 0; before is not null && k < rows; k++)
            {
                before[(i * rows) + k] = (Usual?.Invoke(plays[i]) ?? 0) + (held is null ? 0 : VectorMath.Dot(row, held.AsSpan(k * row.Length, row.Length)));
            }

            if (held is not null)
            {
                row.AsSpan(0, DriveFeatures.FirstStart).Clear();
                row.AsSpan(DriveFeatures.FirstStart + DriveFeatures.Starts).Clear();
            }

            features.Add(row);
        }

        return plays.Count == 0 ? new double[rows * row.Length] : new MultinomialFit(features, shares, rows, RidgeRows, before).Run(Iterations, progress);
    }
}
