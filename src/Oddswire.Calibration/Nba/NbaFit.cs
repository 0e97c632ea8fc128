using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Calibration.Nba;

/// <summary>Fits the NBA model: see <see cref="FitCost"/> for what is minimised.</summary>
public static class NbaFit
{
    public static void Run(List<ModelRow> rows)
    {
        var sample = rows.Where((_, i) => i % 8 == 0).ToList();
        var start = NbaParameters.Fitted;
        var margin = NelderMead.Minimise(
            [start.MarginPower, start.MarginSd, start.MarginSdPower, start.LateVariance, start.LeadCarry],
            [0.1, 0.5, 0.05, 1, 0.05],
            p => FitCost.OfMargin(new NbaModel(WithMargin(start, p)), sample),
            200);
        var fitted = WithMargin(start, margin);
        Console.WriteLine(fitted);
        var total = NelderMead.Minimise(
            [fitted.TotalPower, fitted.TotalSd, fitted.TotalSdPower, fitted.PaceShrinkage],
            [0.05, 0.5, 0.05, 0.5],
            p => FitCost.OfTotal(new NbaModel(WithTotal(fitted, p)), sample),
            120);
        Console.WriteLine(WithTotal(fitted, total));
        Console.WriteLine(ModelScore.Of(new NbaModel(WithTotal(fitted, total)), rows, withIntervals: true));
    }

    private static NbaParameters WithMargin(NbaParameters start, double[] p) => start with
    {
        MarginPower = Math.Max(p[0], 0.3),
        MarginSd = Math.Clamp(p[1], 5, 30),
        MarginSdPower = Math.Clamp(p[2], 0.2, 1),
        LateVariance = Math.Clamp(p[3], 0, 60),
        LeadCarry = Math.Clamp(p[4], -0.45, 0.5),
    };

    private static NbaParameters WithTotal(NbaParameters start, double[] p) => start with
    {
        TotalPower = Math.Clamp(p[0], 0.5, 2),
        TotalSd = Math.Clamp(p[1], 5, 40),
        TotalSdPower = Math.Clamp(p[2], 0.2, 1),
        PaceShrinkage = Math.Clamp(p[3], 0.1, 100),
    };
}
