namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// The laws of the runs from each base-out state to the end of the half-inning at the league's average strength, by following the plays' transitions
/// to the third out (a Markov chain: Lindsey, Operations Research 11, 1963, 477-501; Bukiet, Harold and Palacios, Operations Research 45, 1997, 14-23).
/// </summary>
public sealed class HalfInningLaws
{
    /// <summary>Runs in a half-inning are counted to one less than this; more fall on the last.</summary>
    public const int Cells = 16;

    // After so many plays less than a billionth of half-innings still goes on.
    private const int MostPlays = 80;

    private readonly double[][] _laws;

    /// <summary>Follows the transitions.</summary>
    public HalfInningLaws(MlbParameters parameters)
    {
        // From the end backwards: with n plays to go at most, the law is the plays' mixture of the laws with n - 1.
        _laws = [.. Enumerable.Range(0, MlbParameters.States + 1).Select(_ => new double[Cells])];
        _laws[MlbParameters.End][0] = 1;
        for (var play = 0; play < MostPlays; play++)
        {
            double[][] next = [.. Enumerable.Range(0, MlbParameters.States + 1).Select(_ => new double[Cells])];
            next[MlbParameters.End][0] = 1;
            foreach (var transition in parameters.Transitions)
            {
                var share = transition.Millionths / 1e6;
                for (var runs = 0; runs < Cells; runs++)
                {
                    next[transition.From][Math.Min(runs + transition.Runs, Cells - 1)] += share * _laws[transition.To][runs];
                }
            }

            _laws = next;
        }
    }

    /// <summary>The law from a state; certainly no more run with three outs.</summary>
    public ReadOnlySpan<double> From(int outs, int bases) => _laws[outs > 2 ? MlbParameters.End : (outs * 8) + bases];

    /// <summary>The mean number of runs from a state.</summary>
    public double Mean(int outs, int bases)
    {
        double mean = 0;
        var law = From(outs, bases);
        for (var runs = 0; runs < Cells; runs++)
        {
            mean += runs * law[runs];
        }

        return mean;
    }

    /// <summary>
    /// The law from a state at another strength: P'(k) = P(k)·e^(k·tilt) / Z. It moves the mean and keeps more runs ordered above fewer; since it is an exponential
    /// family, what a team has scored says about its strength what its runs and its outs say, nothing else.
    /// </summary>
    /// <param name="outs">Outs; 3 when the half-inning is over.</param>
    /// <param name="bases">Occupied bases as bits.</param>
    /// <param name="tilt">The tilt.</param>
    /// <param name="law">Filled with the law; at least <see cref="Cells"/> long, what lies beyond is zero.</param>
    /// <returns>ln Z.</returns>
    public double Tilt(int outs, int bases, double tilt, Span<double> law)
    {
        var from = From(outs, bases);
        var (factor, power, sum) = (Math.Exp(tilt), 1.0, 0.0);
        for (var runs = 0; runs < Cells; runs++)
        {
            sum += law[runs] = from[runs] * power;
            power *= factor;
        }

        law[Cells..].Clear();
        VectorMath.Scale(law[..Cells], 1 / sum);
        return Math.Log(sum);
    }
}
