namespace Oddswire.Calibration.Fit;

/// <summary>
/// Nelder and Mead's simplex search (Computer Journal 7, 1965): deterministic, needs no derivatives; enough for a dozen parameters.
/// </summary>
public static class NelderMead
{
    /// <summary>The point with the least cost found.</summary>
    /// <param name="start">Where to begin.</param>
    /// <param name="step">How far the first points lie from there, by parameter.</param>
    /// <param name="cost">What is minimised.</param>
    /// <param name="evaluations">How many points are tried, to a few.</param>
    /// <param name="progress">Told the share done.</param>
    public static double[] Minimise(
        double[] start, double[] step, Func<double[], double> cost, int evaluations, Action<double>? progress = null)
    {
        var points = Enumerable.Range(0, start.Length + 1)
            .Select(i => start.Select((value, j) => i == j + 1 ? value + step[j] : value).ToArray())
            .Select(point => (Point: point, Cost: cost(point)))
            .ToList();
        for (var used = points.Count; used < evaluations;)
        {
            progress?.Invoke(used / (double)evaluations);
            points.Sort((a, b) => a.Cost.CompareTo(b.Cost));
            var worst = points[^1];
            var centre = Enumerable.Range(0, start.Length).Select(j => points.Take(start.Length).Average(p => p.Point[j])).ToArray();
            (double[] Point, double Cost) At(double distance)
            {
                used++;
                var point = centre.Select((c, j) => c + (distance * (worst.Point[j] - c))).ToArray();
                return (point, cost(point));
            }

            var reflected = At(-1);
            if (reflected.Cost < points[0].Cost)
            {
                var expanded = At(-2);
                points[^1] = expanded.Cost < reflected.Cost ? expanded : reflected;
            }
            else if (reflected.Cost < points[^2].Cost)
            {
                points[^1] = reflected;
            }
            else
            {
                var contracted = At(reflected.Cost < worst.Cost ? -0.5 : 0.5);
                if (contracted.Cost < Math.Min(worst.Cost, reflected.Cost))
                {
                    points[^1] = contracted;
                }
                else
                {
                    for (var i = 1; i < points.Count; i++, used++)
                    {
                        var point = points[i].Point.Select((v, j) => (v + points[0].Point[j]) / 2).ToArray();
                        points[i] = (point, cost(point));
                    }
                }
            }
        }

        return points.MinBy(p => p.Cost).Point;
    }
}
