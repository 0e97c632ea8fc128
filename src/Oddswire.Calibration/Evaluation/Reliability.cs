using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing.Parameters;

namespace Oddswire.Calibration.Evaluation;

/// <summary>A bin of the reliability diagram: forecasts from <paramref name="From"/> to five points above.</summary>
/// <param name="From">Lower end, 0 to 0.95.</param>
/// <param name="Rows">States.</param>
/// <param name="Forecast">Mean forecast.</param>
/// <param name="Happened">How often home won, with its interval.</param>
public sealed record ReliabilityBin(double From, int Rows, double Forecast, MeasuredFigure Happened);

/// <summary>Whether forecasts mean what they say.</summary>
public static class Reliability
{
    private const int Bins = 20;
    private const int Resamples = 500;
    private const int NewtonSteps = 30;

    /// <summary>
    /// Mean distance of forecast and frequency over bins of five points, weighted by rows. The interval is the central 95 % over resamples of games (Efron 1979);
    /// resampling adds noise of its own, so that it leans upwards. The figure lies above zero even for a perfect forecaster: <see cref="ErrorOfPerfection"/>.
    /// </summary>
    public static MeasuredFigure Error(IReadOnlyList<Judgement> rows, int seed)
    {
        // Per game and bin: the sum of forecast minus outcome. Every resample is then a sum over games.
        var games = PerGame(rows, out var counts);
        var random = new SeededSequence(seed);
        var resampled = new double[Resamples];
        var sums = new double[Bins];
        for (var sample = 0; sample < Resamples; sample++)
        {
            Array.Clear(sums);
            long total = 0;
            for (var i = 0; i < games.Count; i++)
            {
                var drawn = random.Below(games.Count);
                total += counts[drawn];
                for (var b = 0; b < Bins; b++)
                {
                    sums[b] += games[drawn][b];
                }
            }

            resampled[sample] = total == 0 ? 0 : sums.Sum(Math.Abs) / total;
        }

        Array.Sort(resampled);
        var value = Enumerable.Range(0, Bins).Sum(b => Math.Abs(games.Sum(game => game[b]))) / Math.Max(rows.Count, 1);
        return new MeasuredFigure(
            "calibration error",
            value,
            Math.Min(resampled[(int)(Resamples * 0.025)], value),
            Math.Max(resampled[(int)(Resamples * 0.975)], value));
    }

    /// <summary>
    /// The calibration error to be expected of a forecaster whose chances are right, on so many games: the sum of a bin's errors is then nearly normal with
    /// mean 0 and the variance seen between games, and E|x| of such a law is σ·√(2/π).
    /// </summary>
    public static double ErrorOfPerfection(IReadOnlyList<Judgement> rows)
    {
        var games = PerGame(rows, out _);
        return Enumerable.Range(0, Bins).Sum(b => Math.Sqrt(2 / Math.PI * games.Sum(game => game[b] * game[b]))) / Math.Max(rows.Count, 1);
    }

    /// <summary>The reliability diagram; bins without rows are left out.</summary>
    public static IReadOnlyList<ReliabilityBin> Diagram(IReadOnlyList<Judgement> rows) =>
        [.. rows.GroupBy(row => BinOf(row.P)).OrderBy(bin => bin.Key).Select(bin =>
        {
            var inside = bin.ToList();
            return new ReliabilityBin(
                bin.Key / (double)Bins, inside.Count, inside.Average(row => row.P), ClusteredMean.Of("home won", inside, i => inside[i].Y));
        })];

    /// <summary>
    /// Slope and intercept of the logistic regression of the outcome on the forecast's log odds (Cox 1958): 1 and 0 where forecasts are right; a slope below 1
    /// means that they are too bold. Intervals from the sandwich variance by game.
    /// </summary>
    public static (MeasuredFigure Slope, MeasuredFigure Intercept) Regression(IReadOnlyList<Judgement> rows)
    {
        var x = rows.Select(row => Math.Log(row.P / (1 - row.P))).ToArray();
        var (a, b) = (0.0, 1.0);
        double aa = 0, ab = 0, bb = 0;
        for (var step = 0; step < NewtonSteps; step++)
        {
            (aa, ab, bb) = (0, 0, 0);
            double ga = 0, gb = 0;
            for (var i = 0; i < x.Length; i++)
            {
                var p = 1 / (1 + Math.Exp(-a - (b * x[i])));
                var (error, weight) = (rows[i].Y - p, p * (1 - p));
                ga += error;
                gb += error * x[i];
                aa += weight;
                ab += weight * x[i];
                bb += weight * x[i] * x[i];
            }

            var determinant = (aa * bb) - (ab * ab);
            if (determinant < 1e-9)
            {
                return (new MeasuredFigure("slope", b, b, b), new MeasuredFigure("intercept", a, a, a));
            }

            var (da, db) = (((bb * ga) - (ab * gb)) / determinant, ((aa * gb) - (ab * ga)) / determinant);
            (a, b) = (Math.Clamp(a + da, -5, 5), Math.Clamp(b + db, 0, 10));
            if (Math.Abs(da) + Math.Abs(db) < 1e-10)
            {
                break;
            }
        }

        // An estimate's error is the sum over rows of the residual times a row of the inverse information.
        var inverse = 1 / ((aa * bb) - (ab * ab));
        double Residual(int i) => rows[i].Y - (1 / (1 + Math.Exp(-a - (b * x[i]))));
        var slopeError = ClusteredMean.StandardErrorOfSum(rows, i => Residual(i) * ((aa * x[i]) - ab) * inverse);
        var interceptError = ClusteredMean.StandardErrorOfSum(rows, i => Residual(i) * (bb - (ab * x[i])) * inverse);
        return (ClusteredMean.Of("slope", b, slopeError), ClusteredMean.Of("intercept", a, interceptError));
    }

    private static List<double[]> PerGame(IReadOnlyList<Judgement> rows, out List<int> counts)
    {
        Dictionary<int, int> index = [];
        List<double[]> games = [];
        counts = [];
        foreach (var row in rows)
        {
            if (!index.TryGetValue(row.Game, out var at))
            {
                index[row.Game] = at = games.Count;
                games.Add(new double[Bins]);
                counts.Add(0);
            }

            games[at][BinOf(row.P)] += row.P - row.Y;
            counts[at]++;
        }

        return games;
    }

    private static int BinOf(double p) => Math.Min((int)(p * Bins), Bins - 1);
}
