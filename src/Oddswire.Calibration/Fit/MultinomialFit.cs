using Oddswire.Core.Pricing;

namespace Oddswire.Calibration.Fit;

/// <summary>
/// Multinomial logistic regression with a ridge, also of shares (Papke and Wooldridge, Journal of Applied Econometrics 11, 1996), by the limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Nocedal, Mathematics of Computation
/// 35, 1980), from the second derivatives within each outcome (<see cref="Curvature"/>). Deterministic, on however many cores: sums are taken in the rows' order within parts, then in the parts' order.
/// </summary>
/// <param name="rows">Features; the first of a row is the constant, which is not shrunk.</param>
/// <param name="shares">Of each row, how much of it counts to each outcome besides the one that the others are compared with: for a single outcome 1, and nothing for the rest.</param>
/// <param name="classes">Outcomes besides that one.</param>
/// <param name="ridge">Strength of the shrinkage, as a number of rows.</param>
/// <param name="before">Log odds that each row has before any weight, outcome by outcome; null for none.</param>
internal sealed class MultinomialFit(SparseRows rows, float[] shares, int classes, double ridge, double[]? before = null)
{
    private const int Memory = 12;
    private const int MostSteps = 20;
    private const int Parts = 16;
    private const double Enough = 1e-9;

    // After so many iterations the curvature is looked at again.
    private const int Looks = 8;

    // The least curvature in a feature, where no row has it.
    private const double Least = 1e-6;

    // Rare features change the loss little: in units of their own size all are found as fast.
    private readonly double[] _sizes = rows.Sizes();
    private readonly double[][] _gradients = [.. Enumerable.Range(0, Parts).Select(_ => new double[classes * rows.Features])];
    private readonly Curvature _curvature = new(classes, rows.Features, Parts);

    /// <summary>The weights, outcome by outcome.</summary>
    /// <param name="iterations">The most iterations.</param>
    /// <param name="progress">Told the share of them done.</param>
    public double[] Run(int iterations, Action<double> progress)
    {
        var weights = new double[classes * rows.Features];
        var gradient = new double[weights.Length];
        var loss = Loss(weights, gradient);
        List<(double[] Step, double[] Change, double Scale)> memory = [];
        for (var i = 0; i < iterations; i++)
        {
            progress((double)i / iterations);
            if (i % Looks == 0)
            {
                Look(weights);
            }

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

            if (nextLoss > loss)
            {
                break;
            }

            var isDone = loss - nextLoss < Enough * Math.Abs(loss);
            (weights, gradient, loss) = (next, nextGradient, nextLoss);
            if (isDone)
            {
                break;
            }
        }

        return [.. weights.Select((weight, j) => weight / _sizes[j % rows.Features])];
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
        var steps = new double[memory.Count];
        for (var i = memory.Count - 1; i >= 0; i--)
        {
            steps[i] = memory[i].Scale * Dot(memory[i].Step, direction);
            Add(direction, memory[i].Change, -steps[i]);
        }

        _curvature.Solve(direction);

        for (var i = 0; i < memory.Count; i++)
        {
            Add(direction, memory[i].Step, steps[i] - (memory[i].Scale * Dot(memory[i].Change, direction)));
        }

        return direction;
    }

    private double Loss(double[] weights, double[] gradient)
    {
        var losses = new double[Parts];
        Parallel.For(0, Parts, part =>
        {
            var mine = _gradients[part];
            Array.Clear(mine);
            Span<double> odds = stackalloc double[classes];
            for (var row = rows.Count * part / Parts; row < rows.Count * (part + 1) / Parts; row++)
            {
                losses[part] += LossOf(row, weights, mine, odds);
            }
        });
        Array.Clear(gradient);
        var loss = losses.Sum();
        foreach (var part in _gradients)
        {
            Add(gradient, part, 1);
        }

        for (var j = 0; j < weights.Length; j++)
        {
            if (j % rows.Features != 0)
            {
                var square = _sizes[j % rows.Features] * _sizes[j % rows.Features];
                loss += 0.5 * ridge * weights[j] * weights[j] / square;
                gradient[j] += ridge * weights[j] / square;
            }
        }

        return loss;
    }

    private void Look(double[] weights)
    {
        _curvature.Clear();
        Parallel.For(0, Parts, part =>
        {
            Span<double> odds = stackalloc double[classes];
            Span<double> scaled = stackalloc double[rows.Features];
            for (var row = rows.Count * part / Parts; row < rows.Count * (part + 1) / Parts; row++)
            {
                var (most, sum) = Odds(row, weights, odds);
                for (var k = 0; k < classes; k++)
                {
                    odds[k] = odds[k] / sum * (1 - (odds[k] / sum));
                }

                _curvature.Add(part, rows[row], scaled, _sizes, odds);
            }
        });
        _curvature.Factor([.. _sizes.Select((size, j) => j == 0 ? Least : Math.Max(ridge / (size * size), Least))]);
    }

    // Odds against outcome 0, as shares of the greatest, whose logarithm comes with them, and their sum with that of outcome 0.
    private (double Most, double Sum) Odds(int row, double[] weights, Span<double> odds)
    {
        var at = rows[row];
        var places = at.Places;
        var values = at.Values;
        double most = 0;
        for (var k = 0; k < classes; k++)
        {
            var own = weights.AsSpan(k * rows.Features, rows.Features);
            odds[k] = before is null ? 0 : before[(row * classes) + k];
            for (var i = 0; i < places.Length; i++)
            {
                odds[k] += own[places[i]] * values[i] / _sizes[places[i]];
            }

            most = Math.Max(most, odds[k]);
        }

        var sum = Math.Exp(-most);
        for (var k = 0; k < classes; k++)
        {
            odds[k] = Math.Exp(odds[k] - most);
            sum += odds[k];
        }

        return (most, sum);
    }

    private double LossOf(int row, double[] weights, double[] gradient, Span<double> odds)
    {
        var (most, sum) = Odds(row, weights, odds);
        var own = shares.AsSpan(row * classes, classes);
        var seen = -most;
        var at = rows[row];
        var places = at.Places;
        var values = at.Values;
        for (var k = 0; k < classes; k++)
        {
            var slope = gradient.AsSpan(k * rows.Features, rows.Features);
            var error = (odds[k] / sum) - own[k];
            seen += own[k] == 0 ? 0 : own[k] * (Math.Log(Math.Max(odds[k], double.Epsilon)) + most);
            for (var i = 0; i < places.Length; i++)
            {
                slope[places[i]] += error * values[i] / _sizes[places[i]];
            }
        }

        return Math.Log(sum) - seen;
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
