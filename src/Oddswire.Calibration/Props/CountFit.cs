using Oddswire.Calibration.Fit;
using Oddswire.Core.Pricing.Props;

namespace Oddswire.Calibration.Props;

/// <summary>A count at a moment, as the fit sees it.</summary>
/// <param name="Game">The game, as a number.</param>
/// <param name="Expected">What was expected for the whole game.</param>
/// <param name="SoFar">The count so far.</param>
/// <param name="Elapsed">Exposure so far: the share of the game, or batters faced.</param>
/// <param name="Left">Exposure left.</param>
/// <param name="Features">The features.</param>
/// <param name="Rest">What was still to come.</param>
/// <param name="ShareLeft">Share of the game left.</param>
internal readonly record struct CountSample(int Game, double Expected, int SoFar, double Elapsed, double Left, double[] Features, int Rest, double ShareLeft);

/// <summary>Fits the parameters of a count by maximum likelihood.</summary>
internal static class CountFit
{
    private const int MostSamples = 25_000;
    private const double Ridge = 2e-5;
    private const int Spread = 6;

    /// <summary>All parameters.</summary>
    public static CountParameters Fit(IReadOnlyList<CountSample> samples, int iterations = 60)
    {
        var used = Thin(samples);
        var features = Enumerable.Range(0, PropModel.MaxFeatures).Where(i => used.Any(sample => sample.Features[i] != 0)).ToArray();
        var start = new double[Spread + features.Length];
        (start[0], start[1], start[2], start[3]) = (Math.Log(2), Math.Log(0.5), Math.Log(0.2), Math.Log(8));
        var found = QuasiNewton.Minimise(start, at => Cost(Parameters(at, features), used) + (Ridge * at.Sum(static x => x * x)), iterations);
        return Parameters(found, features);
    }

    /// <summary>The baseline: what was expected times the share of the game left, a factor and the spread fitted.</summary>
    public static CountParameters FitProRata(IReadOnlyList<CountSample> samples)
    {
        var used = Thin(samples);
        var found = QuasiNewton.Minimise(
            [Math.Log(0.2), Math.Log(8), 0], at => Cost(ProRata(at), used) + (Ridge * at.Sum(static x => x * x)), 40);
        return ProRata(found);
    }

    private static CountParameters ProRata(double[] at) => new()
    {
        Base = 1e9,
        Slope = 0,
        Variance = 1 + Math.Exp(Math.Clamp(at[0], -9, 5)),
        Size = Math.Exp(Math.Clamp(at[1], -6, 9)),
        Effects = [at[2], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    };

    private static CountParameters Parameters(double[] at, int[] features)
    {
        var effects = new double[PropModel.MaxFeatures];
        for (var i = 0; i < features.Length; i++)
        {
            effects[features[i]] = at[Spread + i];
        }

        return new CountParameters
        {
            Base = Math.Exp(Math.Clamp(at[0], -6, 8)),
            Slope = Math.Exp(Math.Clamp(at[1], -6, 8)),
            Variance = 1 + Math.Exp(Math.Clamp(at[2], -9, 5)),
            Size = Math.Exp(Math.Clamp(at[3], -6, 9)),
            VarianceSlope = Math.Clamp(at[4], -15, 15),
            SizeSlope = Math.Clamp(at[5], -15, 15),
            Effects = effects,
        };
    }

    /// <summary>Minus the mean logarithm of the likelihood.</summary>
    public static double CostOf(CountParameters parameters, IReadOnlyList<CountSample> samples) => Cost(parameters, Thin(samples));

    private static double Cost(CountParameters parameters, List<CountSample> samples)
    {
        double sum = 0;
        foreach (var sample in samples)
        {
            var mean = parameters.MeanOf(sample.Expected, sample.SoFar, sample.Elapsed, sample.Left, sample.Features);
            sum -= CountLaw.Log(mean, parameters.SizeOf(mean, sample.ShareLeft), sample.Rest);
        }

        return sum / samples.Count;
    }

    private static List<CountSample> Thin(IReadOnlyList<CountSample> samples)
    {
        var step = Math.Max(1, samples.Count / MostSamples);
        return [.. samples.Where((_, i) => i % step == 0)];
    }
}
