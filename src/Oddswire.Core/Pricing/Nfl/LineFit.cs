namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Finds the weights (<see cref="Lean"/>) under which a game is expected to end as its pregame line says, and remembers them by line.
/// </summary>
internal sealed class LineFit(NflTables tables, NflParameters parameters)
{
    // Points of an overtime, and how often a game between equals goes there: what regulation is expected to leave of the line's total.
    private const double OvertimePoints = 4.7;
    private const int MostKnown = 4096;

    private readonly Dictionary<(int Margin, int Total), (double Difference, double Sum)> _known = [];

    /// <summary>The weights of the home team's margin and of the total, per point.</summary>
    /// <param name="margin">Expected home margin.</param>
    /// <param name="total">Expected total.</param>
    public (double Difference, double Sum) Find(double margin, double total)
    {
        // Beyond these no game has been; a line that says so is a slip, and is read as the furthest that makes sense.
        margin = Math.Clamp(margin, -35, 35);
        total = Math.Clamp(total, Math.Max(24, Math.Abs(margin) + 12), 80);
        var key = ((int)Math.Round(margin * 100), (int)Math.Round(total * 100));
        if (!_known.TryGetValue(key, out var found))
        {
            if (_known.Count >= MostKnown)
            {
                _known.Clear();
            }

            _known[key] = found = Solve(key.Item1 / 100.0, key.Item2 / 100.0);
        }

        return found;
    }

    // Newton's method on the two means; the covariances are the derivatives.
    private (double Difference, double Sum) Solve(double margin, double total)
    {
        // An away favourite is the mirror image, exactly.
        if (margin < 0)
        {
            var (difference, sum) = Solve(-margin, total);
            return (-difference, sum);
        }

        var (a, b) = (0.0, 0.0);
        for (var i = 0; i < 20; i++)
        {
            var lean = new Lean(a, b - (2 * parameters.TotalSpread * total), -parameters.Levelling, parameters.TotalSpread);
            var moments = MomentsOf(lean);
            var (missingMargin, missingTotal) = (margin - moments.Margin, total - (moments.Tie * OvertimePoints) - moments.Total);
            var determinant = (moments.MarginVariance * moments.TotalVariance) - (moments.Covariance * moments.Covariance);
            a += Math.Clamp(((missingMargin * moments.TotalVariance) - (missingTotal * moments.Covariance)) / determinant, -0.05, 0.05);
            b += Math.Clamp(((missingTotal * moments.MarginVariance) - (missingMargin * moments.Covariance)) / determinant, -0.05, 0.05);
            if (Math.Abs(missingMargin) + Math.Abs(missingTotal) < 1e-6)
            {
                break;
            }
        }

        return (a, b);
    }

    private (double Margin, double Total, double MarginVariance, double TotalVariance, double Covariance, double Tie) MomentsOf(in Lean lean)
    {
        Span<float> differences = stackalloc float[2 * ScoreLaw.Points];
        Span<float> sums = stackalloc float[2 * ScoreLaw.Points];
        lean.OfDifferences(differences);
        lean.OfSums(sums);
        double all = 0, margin = 0, total = 0, marginSquare = 0, totalSquare = 0, product = 0, tie = 0;
        for (var home = 0; home < ScoreLaw.Points; home++)
        {
            for (var away = 0; away < ScoreLaw.Points; away++)
            {
                double mass = tables.Opening[(home * ScoreLaw.Points) + away];
                mass *= differences[ScoreLaw.Points - 1 - home + away] * sums[home + away];
                var (m, t) = (home - away, home + away);
                all += mass;
                margin += mass * m;
                total += mass * t;
                marginSquare += mass * m * m;
                totalSquare += mass * t * t;
                product += mass * m * t;
                tie += m == 0 ? mass : 0;
            }
        }

        (margin, total) = (margin / all, total / all);
        return (
            margin, total, (marginSquare / all) - (margin * margin), (totalSquare / all) - (total * total), (product / all) - (margin * total), tie / all);
    }
}
