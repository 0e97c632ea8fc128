using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Fit;

/// <summary>
/// Multinomial logistic regression with a ridge, by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Nocedal, Mathematics of Computation
/// 35, 1980). Deterministic: sums are taken in the rows' order.
/// </summary>
/// <param name="x">Features, a row after the other.</param>
/// <param name="outcomes">Outcome of each row; 0 is the one that the others are compared with.</param>
/// <param name="features">Features a row; the first is the constant, which is not shrunk.</param>
/// <param name="classes">Outcomes besides 0.</param>
/// <param name="ridge">Strength of the shrinkage, as a number of rows.</param>
internal sealed class MultinomialFit(float[] x, byte[] outcomes, int features, int classes, double ridge)
{
    private const int Memory = 12;
    private const int MostSteps = 20;

    private readonly double[] _odds = new double[classes];
    private readonly double[] _row = new double[features];

    /// <summary>The weights, outcome by outcome.</summary>
    /// <param name="iterations">The most iterations.</param>
    /// <param name="progress">Told the share of them done.</param>
    public double[] Run(int iterations, Action<double> progress)
    {
        var weights = new double[classes * features];
        var gradient = new double[weights.Length];
        var loss = Loss(weights, gradient);
        List<(double[] Step, double[] Change, double Scale)> memory = [];
        for (var i = 0; i < iterations; i++)
        {
            progress((double)i / iterations);
            var direction = Direction(gradient, memory);
            var (next, nextGradient, nextLoss) = Search(weights, gradient, loss, direction);
            var step = Difference(next, weights);
            var change = Difference(nextGradient, gradient);
            var curvature = Dot(step, change);
            if (curvature > 1e-10)
            {
                memory.Add((step, change, 1 / curvature));
                if (memory.Count > Memory)
                {
                    memory.RemoveAt(0);
                }
            }

            var isDone = loss - nextLoss < 1e-7 * Math.Abs(loss);
            (weights, gradient, loss) = (next, nextGradient, nextLoss);
            if (isDone)
            {
                break;
            }
        }

        return weights;
    }

    private (double[] Weights, double[] Gradient, double Loss) Search(double[] weights, double[] gradient, double loss, double[] direction)
    {
        var slope = -Dot(gradient, direction);
        var next = new double[weights.Length];
        var nextGradient = new double[weights.Length];
        var nextLoss = loss;
        var size = 1.0;
        for (var i = 0; i < MostSteps; i++, size /= 2)
        {
            for (var j = 0; j < next.Length; j++)
            {
                next[j] = weights[j] - (size * direction[j]);
            }

            nextLoss = Loss(next, nextGradient);
            if (nextLoss <= loss + (1e-4 * size * slope))
            {
                break;
            }
        }

        return (next, nextGradient, nextLoss);
    }

    private double[] Direction(double[] gradient, List<(double[] Step, double[] Change, double Scale)> memory)
    {
        var direction = (double[])gradient.Clone();
        var shares = new double[memory.Count];
        for (var i = memory.Count - 1; i >= 0; i--)
        {
            shares[i] = memory[i].Scale * Dot(memory[i].Step, direction);
            Add(direction, memory[i].Change, -shares[i]);
        }

        var scale = memory.Count > 0 ? Dot(memory[^1].Step, memory[^1].Change) / Dot(memory[^1].Change, memory[^1].Change) : 1.0 / outcomes.Length;
        for (var j = 0; j < direction.Length; j++)
        {
            direction[j] *= scale;
        }

        for (var i = 0; i < memory.Count; i++)
        {
            Add(direction, memory[i].Step, shares[i] - (memory[i].Scale * Dot(memory[i].Change, direction)));
        }

        return direction;
    }

    private double Loss(double[] weights, double[] gradient)
    {
        Array.Clear(gradient);
        double loss = 0;
        for (var r = 0; r < outcomes.Length; r++)
        {
            loss += LossOf(r, weights, gradient);
        }

        for (var j = 0; j < weights.Length; j++)
        {
            if (j % features != 0)
            {
                loss += 0.5 * ridge * weights[j] * weights[j];
                gradient[j] += ridge * weights[j];
            }
        }

        return loss;
    }

    private double LossOf(int row, double[] weights, double[] gradient)
    {
        for (var j = 0; j < features; j++)
        {
            _row[j] = x[(row * features) + j];
        }

        double most = 0;
        for (var k = 0; k < classes; k++)
        {
            _odds[k] = Dot(weights.AsSpan(k * features, features), _row);
            most = Math.Max(most, _odds[k]);
        }

        var sum = Math.Exp(-most);
        var own = outcomes[row] == 0 ? -most : _odds[outcomes[row] - 1] - most;
        for (var k = 0; k < classes; k++)
        {
            _odds[k] = Math.Exp(_odds[k] - most);
            sum += _odds[k];
        }

        for (var k = 0; k < classes; k++)
        {
            Add(gradient.AsSpan(k * features, features), _row, (_odds[k] / sum) - (outcomes[row] == k + 1 ? 1 : 0));
        }

        return Math.Log(sum) - own;
    }

    private static double[] Difference(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => VectorMath.Dot(a, b);

    private static void Add(Span<double> into, ReadOnlySpan<double> from, double factor)
    {
        for (var j = 0; j < into.Length; j++)
        {
            into[j] += factor * from[j];
        }
    }
}
