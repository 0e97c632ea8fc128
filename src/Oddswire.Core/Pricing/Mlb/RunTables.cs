using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// A team's runs at a given strength: from each base-out state to the end of the half-inning, and over 0 to 8 whole half-innings.
/// Strength tilts the league's distribution: P'(k) ∝ P(k) · exp(k · tilt), which moves its mean and keeps more runs ordered above fewer.
/// </summary>
internal sealed class RunTables
{
    /// <summary>Runs to come are counted to this; more fall on the last.</summary>
    public const int MaxRuns = 31;

    private readonly double[][] _rest = new double[MlbParameters.States][];
    private readonly double[][] _innings = new double[12][];

    public RunTables(MlbParameters parameters, double tilt)
    {
        for (var state = 0; state < _rest.Length; state++)
        {
            _rest[state] = Tilted(parameters.RunsToEndOfHalf[state], tilt);
        }

        _innings[0] = Never;
        for (var n = 1; n < _innings.Length; n++)
        {
            _innings[n] = new double[MaxRuns + 1];
            Convolve(_innings[n - 1], _rest[0], _innings[n]);
        }
    }

    /// <summary>No run, for certain.</summary>
    public static double[] Never { get; } = [1, .. new double[MaxRuns]];

    /// <summary>Runs from a base-out state to the end of the half-inning; none with three outs.</summary>
    public double[] Rest(int outs, int bases) => outs > 2 ? Never : _rest[(outs * 8) + bases];

    /// <summary>Runs of so many whole half-innings.</summary>
    public double[] Innings(int count) => _innings[Math.Clamp(count, 0, _innings.Length - 1)];

    /// <summary>The law of the sum; what exceeds the last cell falls on it.</summary>
    public static void Convolve(ReadOnlySpan<double> left, ReadOnlySpan<double> right, Span<double> sum)
    {
        sum = sum[..(MaxRuns + 1)];
        sum.Clear();
        double beyond = 0;
        for (var i = 0; i <= MaxRuns; i++)
        {
            // What the other side may have at least for the sum to fall on the last cell grows by one each time.
            beyond += left[MaxRuns - i];
            var weight = right[i];
            if (weight != 0)
            {
                VectorMath.AddScaled(sum[i..MaxRuns], left[..(MaxRuns - i)], weight);
                sum[MaxRuns] += weight * beyond;
            }
        }
    }

    private static double[] Tilted(IReadOnlyList<int> millionths, double tilt)
    {
        var values = new double[MaxRuns + 1];
        double sum = 0;
        for (var k = 0; k < millionths.Count; k++)
        {
            sum += values[k] = millionths[k] / (double)Probability.One * Math.Exp(k * tilt);
        }

        for (var k = 0; k < values.Length; k++)
        {
            values[k] /= sum;
        }

        return values;
    }
}
