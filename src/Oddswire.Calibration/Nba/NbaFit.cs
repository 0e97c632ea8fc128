using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nba;

namespace Oddswire.Calibration.Nba;

/// <summary>Fits the NBA model: see <see cref="FitCost"/> for what is minimised.</summary>
public static class NbaFit
{
    /// <summary>Fits on every eighth counted row.</summary>
    public static NbaParameters Run(TrainingSet set, FitContext context)
    {
        var sample = set.Rows.Where(row => row.IsCounted).Where((_, i) => i % 8 == 0).ToList();
        var start = (NbaParameters)GameModels.BuiltIn(League.Nba).Parameters;
        var margin = NelderMead.Minimise(
            [start.MarginPower, start.MarginSd, start.MarginSdPower, start.LateVariance, start.LeadCarry],
            [0.1, 0.5, 0.05, 1, 0.05],
            p => FitCost.OfMargin(new NbaModel(WithMargin(start, p)), sample),
            200,
            share => context.Progress(share * 0.6, "fitting the margin"));
        var fitted = WithMargin(start, margin);
        var total = NelderMead.Minimise(
            [fitted.TotalPower, fitted.TotalSd, fitted.TotalSdPower, fitted.PaceShrinkage],
            [0.05, 0.5, 0.05, 0.5],
            p => FitCost.OfTotal(new NbaModel(WithTotal(fitted, p)), sample),
            120,
            share => context.Progress(0.6 + (share * 0.4), "fitting the total"));
        return WithTotal(fitted, total);
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
