namespace Oddswire.Calibration.Fit;

/// <summary>
/// The BFGS method (Nocedal and Wright, Numerical Optimization, 2006, ch. 6) with gradients by forward differences and a backtracking line search:
/// deterministic, for smooth costs of a dozen parameters or two.
/// </summary>
public static class QuasiNewton
{
    private const double Difference = 1e-5;

    /// <summary>The point with the least cost found.</summary>
    /// <param name="start">Where to begin; parameters should be of size one or so.</param>
    /// <param name="cost">What is minimised.</param>
    /// <param name="iterations">The most steps.</param>
    /// <param name="tolerance">Improvement of a step below which it ends.</param>
    public static double[] Minimise(double[] start, Func<double[], double> cost, int iterations, double tolerance = 1e-7)
    {
        var n = start.Length;
        var inverse = Identity(n);
        var at = (double[])start.Clone();
        var value = cost(at);
        var gradient = Gradient(at, value, cost);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            var direction = Enumerable.Range(0, n).Select(i => -Enumerable.Range(0, n).Sum(j => inverse[i, j] * gradient[j])).ToArray();
            var slope = direction.Zip(gradient, static (d, g) => d * g).Sum();
            if (slope >= 0)
            {
                inverse = Identity(n);
                direction = [.. gradient.Select(static g => -g)];
                slope = -gradient.Sum(static g => g * g);
            }

            var (next, nextValue) = Search(at, value, direction, slope, cost);
            if (value - nextValue < tolerance)
            {
                return nextValue < value ? next : at;
            }

            var nextGradient = Gradient(next, nextValue, cost);
            Update(inverse, [.. next.Zip(at, static (a, b) => a - b)], [.. nextGradient.Zip(gradient, static (a, b) => a - b)]);
            (at, value, gradient) = (next, nextValue, nextGradient);
        }

        return at;
    }

    private static (double[] Point, double Value) Search(double[] at, double value, double[] direction, double slope, Func<double[], double> cost)
    {
        var size = direction.Max(Math.Abs);
        for (var step = size > 1 ? 1 / size : 1.0; step > 1e-8; step /= 2)
        {
            var point = at.Select((x, i) => x + (step * direction[i])).ToArray();
            var reached = cost(point);
            if (reached <= value + (1e-4 * step * slope))
            {
                return (point, reached);
            }
        }

        return (at, value);
    }

    private static double[] Gradient(double[] at, double value, Func<double[], double> cost)
    {
        var gradient = new double[at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            var moved = (double[])at.Clone();
            moved[i] += Difference;
            gradient[i] = (cost(moved) - value) / Difference;
        }

        return gradient;
    }

    private static void Update(double[,] inverse, double[] moved, double[] turned)
    {
        var n = moved.Length;
        var curvature = moved.Zip(turned, static (a, b) => a * b).Sum();
        if (curvature < 1e-12)
        {
            return;
        }

        var product = Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => inverse[i, j] * turned[j])).ToArray();
        var scale = 1 + (turned.Zip(product, static (a, b) => a * b).Sum() / curvature);
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < n; j++)
            {
                inverse[i, j] += ((scale * moved[i] * moved[j]) - (product[i] * moved[j]) - (moved[i] * product[j])) / curvature;
            }
        }
    }

    private static double[,] Identity(int n)
    {
        var matrix = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            matrix[i, i] = 1;
        }

        return matrix;
    }
}
