namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// How a law of points between average teams becomes that of two given ones: each result is weighed by exp(a·difference + b·sum), which makes each score
/// of the better team likelier and each of the other rarer, its touchdowns more than its field goals (an exponential family in the points of every drive). A
/// square of the sum lets the game's scoring be uncertain (a normal mixture of such weights); a square of the difference, below zero, is what leads do to
/// how teams play. Weighing all points up to the last minutes is the same as weighing each drive up to there (Doob's h-transform). The last minutes
/// are not weighed but played at the teams' strengths (<see cref="NflEndings"/>): there time runs out as the score says, and a weight on points would take that for weakness. So is the drive
/// that is going on: what the weights add to its points is taken off.
/// </summary>
/// <param name="Difference">a, per point of the first team's margin.</param>
/// <param name="Sum">b, per point of both.</param>
/// <param name="DifferenceSquare">Per squared point of the margin.</param>
/// <param name="SumSquare">Half the variance of b.</param>
internal readonly record struct Lean(double Difference, double Sum, double DifferenceSquare, double SumSquare)
{
    /// <summary>The weights of a line, the square of the sum set off against what is expected.</summary>
    /// <param name="difference">a.</param>
    /// <param name="sum">b.</param>
    /// <param name="total">The expected total of the whole game.</param>
    /// <param name="share">The share of the game that is left to be weighed.</param>
    /// <param name="parameters">Give the squares.</param>
    public static Lean ForLine(double difference, double sum, double total, double share, NflParameters parameters) =>
        new(difference, sum - (2 * parameters.TotalSpread * total * share), -parameters.Levelling, parameters.TotalSpread);

    /// <summary>Weight of a result.</summary>
    public double Of(int first, int second)
    {
        var (difference, sum) = (first - second, first + second);
        return Math.Exp((Difference * difference) + (DifferenceSquare * difference * difference) + (Sum * sum) + (SumSquare * sum * sum));
    }

    /// <summary>Fills in weights by the second team's points minus the first's, from -79 up, and weights by the sum of points, from 0 up; both are equally many.</summary>
    public void Fill(Span<float> differences, Span<float> sums)
    {
        sums = sums[..differences.Length];
        var (difference, sum) = (new Run(1 - ScoreLaw.Points, -Difference, DifferenceSquare), new Run(0, Sum, SumSquare));
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = difference.Next();
            sums[i] = sum.Next();
        }
    }

    // exp(c k + d k²) for consecutive k: each is the one before times a factor that itself grows by exp(2 d). Far out, where no mass is, it is held.
    private struct Run(int first, double linear, double square)
    {
        private readonly double _growth = Math.Exp(2 * square);
        private double _weight = Math.Exp((linear * first) + (square * first * first));
        private double _factor = Math.Exp(linear + (square * ((2 * first) + 1)));

        public float Next()
        {
            var weight = (float)Math.Min(_weight, 1e9);
            _weight *= _factor;
            _factor *= _growth;
            return weight;
        }
    }
}
