namespace Oddswire.Calibration.Fit;

/// <summary>
/// Quasi-Newton descent with the update of Broyden, Fletcher, Goldfarb and Shanno (Nocedal and Wright, "Numerical Optimization", 2nd ed., algorithm 6.1) and
/// derivatives from differences: deterministic; for a few dozen parameters whose cost is smooth.
/// </summary>
public static class Bfgs
{
    private const double Difference = 1e-4;
    private const double SufficientDecrease = 1e-4;
    private const double Enough = 1e-8;

    /// <summary>A point of least cost near the start.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="scale">The size of a change that matters, by parameter.</param>
    /// <param name="cost">What is minimised.</param>
    /// <param name="iterations">How many steps at most.</param>
    /// <param name="progress">Told the share done.</param>
    public static double[] Minimise(double[] start, double[] scale, Func<double[], double> cost, int iterations, Action<double>? progress = null)
    {
        var count = start.Length;
        double Scaled(double[] x) => cost(Actual(start, scale, x));
        var at = new double[count];
        var value = Scaled(at);
        var gradient = GradientOf(Scaled, at, value);
        var inverse = Identity(count);
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            progress?.Invoke(iteration / (double)iterations);
            var direction = Times(inverse, gradient);
            var slope = -Dot(direction, gradient);
            if (slope >= 0)
            {
                (inverse, direction) = (Identity(count), gradient);
                slope = -Dot(gradient, gradient);
            }

            var (next, nextValue) = Search(Scaled, at, value, direction, slope, iteration == 0);
            if (value - nextValue < Enough)
            {
                break;
            }

            var nextGradient = GradientOf(Scaled, next, nextValue);
            Update(inverse, Minus(next, at), Minus(nextGradient, gradient));
            (at, value, gradient) = (next, nextValue, nextGradient);
        }

        return Actual(start, scale, at);
    }

    private static (double[] Point, double Value) Search(
        Func<double[], double> cost, double[] at, double value, double[] direction, double slope, bool isFirst)
    {
        // The first direction has no scale yet: begin with a step of half a unit.
        var step = isFirst ? 0.5 / Math.Max(Math.Sqrt(Dot(direction, direction)), 1e-12) : 1.0;
        for (var tries = 0; tries < 30; tries++, step /= 2)
        {
            var point = at.Select((x, i) => x - (step * direction[i])).ToArray();
            var there = cost(point);
            if (there <= value + (SufficientDecrease * step * slope))
            {
                return (point, there);
            }
        }

        return (at, value);
    }

    private static double[] GradientOf(Func<double[], double> cost, double[] at, double value)
    {
        var gradient = new double[at.Length];
        var moved = (double[])at.Clone();
        for (var i = 0; i < at.Length; i++)
        {
            moved[i] = at[i] + Difference;
            gradient[i] = (cost(moved) - value) / Difference;
            moved[i] = at[i];
        }

        return gradient;
    }

    private static void Update(double[][] inverse, double[] step, double[] change)
    {
        var curvature = Dot(step, change);
        if (curvature <= 1e-14)
        {
            return;
        }

        var changed = Times(inverse, change);
        var factor = (1 + (Dot(change, changed) / curvature)) / curvature;
        for (var i = 0; i < step.Length; i++)
        {
            for (var j = 0; j < step.Length; j++)
            {
                inverse[i][j] += (factor * step[i] * step[j]) - (((changed[i] * step[j]) + (step[i] * changed[j])) / curvature);
            }
        }
    }

    private static double[] Actual(double[] start, double[] scale, double[] x) => [.. x.Select((v, i) => start[i] + (v * scale[i]))];

    private static double[][] Identity(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Range(0, count).Select(j => i == j ? 1.0 : 0).ToArray())];

    private static double[] Times(double[][] matrix, double[] vector) => [.. matrix.Select(row => Dot(row, vector))];

    private static double[] Minus(double[] left, double[] right) => [.. left.Select((v, i) => v - right[i])];

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }
}
