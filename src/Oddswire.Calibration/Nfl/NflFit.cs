using Oddswire.Calibration.Data;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Domain;
using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>Fits the NFL model: see <see cref="FitCost"/> for what is minimised.</summary>
public static class NflFit
{
    private const int LastKeyNumber = 24;

    /// <summary>Fits on every eighth counted row.</summary>
    public static NflParameters Run(TrainingSet set, FitContext context)
    {
        var sample = set.Rows.Where(row => row.IsCounted).Where((_, i) => i % 8 == 0).ToList();
        var start = ((NflParameters)GameModels.BuiltIn(League.Nfl).Parameters) with { KeyNumbers = KeyNumbers(set.Games) };
        var margin = NelderMead.Minimise(
            [start.MarginPower, start.MarginSd, start.MarginSdPower, start.LateVariance, start.LeadCarry, start.PossessionBase,
                start.PossessionSlope, start.DownCost, start.YardToGoCost, start.PossessionSeconds],
            [0.1, 0.5, 0.05, 0.5, 0.05, 0.3, 0.5, 0.2, 0.02, 30],
            p => FitCost.OfMargin(new NflModel(WithMargin(start, p)), sample),
            400,
            share => context.Progress(share * 0.75, "fitting the margin"));
        var fitted = WithMargin(start, margin);
        var total = NelderMead.Minimise(
            [fitted.TotalPower, fitted.TotalSd, fitted.TotalSdPower, fitted.PaceShrinkage, fitted.PossessionTotalShare],
            [0.05, 0.5, 0.05, 1, 0.1],
            p => FitCost.OfTotal(new NflModel(WithTotal(fitted, p)), sample),
            120,
            share => context.Progress(0.75 + (share * 0.25), "fitting the total"));
        return WithTotal(fitted, total);
    }

    /// <summary>
    /// How often games stand at each margin at the end of regulation, over how often a normal law around the closing line would have it;
    /// drawn a little towards 1, since the rarer margins have few games.
    /// </summary>
    private static double[] KeyNumbers(IReadOnlyList<RecordedGame> games)
    {
        var seen = new double[LastKeyNumber + 1];
        var expected = new double[LastKeyNumber + 1];
        foreach (var game in games.Where(game => game.Final is not null))
        {
            var margin = Math.Abs(game.Final!.Value.Margin);
            if (margin <= LastKeyNumber)
            {
                seen[margin]++;
            }

            var centre = (game.Info.Line?.HomeMarginHundredths ?? 0) / 100.0;
            for (var k = 0; k <= LastKeyNumber; k++)
            {
                expected[k] += Density(k - centre) + (k > 0 ? Density(-k - centre) : 0);
            }
        }

        return [.. seen.Zip(expected, (s, e) => Math.Round((s + 20) / (e + 20), 2))];
    }

    private static double Density(double x) => Math.Exp(-x * x / (2 * 13.2 * 13.2)) / (13.2 * Math.Sqrt(2 * Math.PI));

    private static NflParameters WithMargin(NflParameters start, double[] p) => start with
    {
        MarginPower = Math.Max(p[0], 0.3),
        MarginSd = Math.Clamp(p[1], 5, 30),
        MarginSdPower = Math.Clamp(p[2], 0.2, 1),
        LateVariance = Math.Clamp(p[3], 0, 60),
        LeadCarry = Math.Clamp(p[4], -0.45, 0.5),
        PossessionBase = p[5],
        PossessionSlope = p[6],
        DownCost = p[7],
        YardToGoCost = p[8],
        PossessionSeconds = Math.Clamp(p[9], 5, 1000),
    };

    private static NflParameters WithTotal(NflParameters start, double[] p) => start with
    {
        TotalPower = Math.Clamp(p[0], 0.5, 2),
        TotalSd = Math.Clamp(p[1], 5, 40),
        TotalSdPower = Math.Clamp(p[2], 0.2, 1),
        PaceShrinkage = Math.Clamp(p[3], 0.1, 100),
        PossessionTotalShare = Math.Clamp(p[4], 0, 2),
    };
}
