using Oddswire.Calibration.Data;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Evaluation;

/// <summary>How good predictions were.</summary>
/// <param name="Rows">States judged.</param>
/// <param name="Games">Games they come from.</param>
/// <param name="LogLoss">Mean of -ln of the probability given to what happened.</param>
/// <param name="Brier">Mean squared error of the home win probability.</param>
/// <param name="Calibration">Mean distance of forecast and frequency over bins of 5 points, weighted by rows.</param>
/// <param name="MarginCover">Share of final margins within the 80 % interval.</param>
/// <param name="TotalCover">Share of final totals within the 80 % interval.</param>
public readonly record struct ModelScore(
    int Rows, int Games, double LogLoss, double Brier, double Calibration, double MarginCover, double TotalCover)
{
    private const int Bins = 20;

    /// <summary>Judges a model.</summary>
    public static ModelScore Of(IGameModel model, IEnumerable<ModelRow> rows, bool withIntervals = false)
    {
        double logLoss = 0, brier = 0, margins = 0, totals = 0;
        var count = 0;
        HashSet<string> games = [];
        Span<double> forecast = stackalloc double[Bins];
        Span<double> happened = stackalloc double[Bins];
        foreach (var row in rows)
        {
            var solved = model.Solve(row.State, row.Info);
            var p = Math.Clamp(solved.Result().TwoWay.Value, 1e-6, 1 - 1e-6);
            var won = row.Final.Margin > 0 ? 1.0 : 0.0;
            logLoss -= Math.Log(won > 0 ? p : 1 - p);
            brier += (p - won) * (p - won);
            var bin = Math.Min((int)(p * Bins), Bins - 1);
            forecast[bin] += p;
            happened[bin] += won;
            count++;
            games.Add(row.Game.Id);
            if (withIntervals)
            {
                margins += Covered(solved.Spread(new Line(-row.Final.Margin * 100)));
                totals += Covered(solved.Total(new Line(row.Final.Total * 100)));
            }
        }

        double calibration = 0;
        for (var i = 0; i < Bins; i++)
        {
            calibration += Math.Abs(forecast[i] - happened[i]);
        }

        return new ModelScore(count, games.Count, logLoss / count, brier / count, calibration / count, margins / count, totals / count);
    }

    // The share of the outcome's own probability that lies within the interval from 10 % to 90 %.
    private static double Covered(Split split)
    {
        var (below, at) = (split.Under.Value, split.Push.Value);
        return at <= 0 ? 0 : Math.Clamp((Math.Min(below + at, 0.9) - Math.Max(below, 0.1)) / at, 0, 1);
    }

    public override string ToString() =>
        $"{Rows,7} rows {Games,5} games  log loss {LogLoss:0.0000}  Brier {Brier:0.0000}  calibration {Calibration:0.0000}  "
        + $"80 % intervals hold margin {MarginCover:0.000} total {TotalCover:0.000}";
}
