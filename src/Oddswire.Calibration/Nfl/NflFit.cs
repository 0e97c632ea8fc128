using Oddswire.Calibration.Data;
using Oddswire.Calibration.Evaluation;
using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>Fits the NFL model: see <see cref="FitCost"/> for what is minimised.</summary>
public static class NflFit
{
    private const int LastKeyNumber = 24;

    public static void Run(string data)
    {
        var rows = NflRows.Read(data, NflRows.Seasons);
        var sample = rows.Where((_, i) => i % 8 == 0).ToList();
        var start = NflParameters.Fitted with { KeyNumbers = KeyNumbers(data) };
        Console.WriteLine($"KeyNumbers [{string.Join(", ", start.KeyNumbers)}]");
        var margin = NelderMead.Minimise(
            [start.MarginPower, start.MarginSd, start.MarginSdPower, start.LateVariance, start.LeadCarry, start.PossessionBase,
                start.PossessionSlope, start.DownCost, start.YardToGoCost, start.PossessionSeconds],
            [0.1, 0.5, 0.05, 0.5, 0.05, 0.3, 0.5, 0.2, 0.02, 30],
            p => FitCost.OfMargin(new NflModel(WithMargin(start, p)), sample),
            400);
        var fitted = WithMargin(start, margin);
        Console.WriteLine(fitted);
        var total = NelderMead.Minimise(
            [fitted.TotalPower, fitted.TotalSd, fitted.TotalSdPower, fitted.PaceShrinkage, fitted.PossessionTotalShare],
            [0.05, 0.5, 0.05, 1, 0.1],
            p => FitCost.OfTotal(new NflModel(WithTotal(fitted, p)), sample),
            120);
        Console.WriteLine(WithTotal(fitted, total));
        Console.WriteLine(ModelScore.Of(new NflModel(WithTotal(fitted, total)), rows, withIntervals: true));
    }

    /// <summary>
    /// How often games stand at each margin at the end of regulation, over how often a normal law around the closing line would have it;
    /// drawn a little towards 1, since the rarer margins have few games.
    /// </summary>
    private static double[] KeyNumbers(string data)
    {
        var seen = new double[LastKeyNumber + 1];
        var expected = new double[LastKeyNumber + 1];
        using var file = new CsvFile(Path.Combine(data, "nfl/games_with_lines.csv.gz"));
        while (file.Next())
        {
            var margin = file.Int("overtime") == 1 ? 0 : Math.Abs(file.Int("result"));
            if (margin <= LastKeyNumber)
            {
                seen[margin]++;
            }

            var centre = file.Number("spread_line") ?? 0;
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
