namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Finds the weights (<see cref="Lean"/>) of the points up to the last minutes under which a game is expected to end as its pregame line says, and remembers them by line.
/// </summary>
internal sealed class LineFit(NflTables tables, NflEndings endings, NflParameters parameters)
{
    // Points of an overtime, and how often a game between equals goes there: what regulation is expected to leave of the line's total.
    private const double OvertimePoints = 4.7;
    private const int MostKnown = 4096;

    /// <summary>The tables whose law is weighed.</summary>
    public NflTables Tables => tables;

    /// <summary>What follows on them.</summary>
    public NflEndings Endings => endings;

    private readonly Dictionary<(int Margin, int Total), (double Difference, double Sum)> _known = [];

    /// <summary>A line within what games have been: one beyond is a slip, and is read as the furthest that makes sense.</summary>
    public static (double Margin, double Total) Sensible(double margin, double total)
    {
        margin = Math.Clamp(margin, -35, 35);
        return (margin, Math.Clamp(total, Math.Max(24, Math.Abs(margin) + 12), 80));
    }

    /// <summary>The weights of the home team's margin and of the total, per point.</summary>
    /// <param name="margin">Expected home margin, <see cref="Sensible"/>.</param>
    /// <param name="total">Expected total.</param>
    public (double Difference, double Sum) Find(double margin, double total)
    {
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

    // Newton's method on the two means; the covariances up to the last minutes are nearly the derivatives, so that each step leaves a small part of what was missing.
    private (double Difference, double Sum) Solve(double margin, double total)
    {
        // An away favourite is the mirror image, exactly.
        if (margin < 0)
        {
            var (difference, sum) = Solve(-margin, total);
            return (-difference, sum);
        }

        var weights = new LeanWeights();
        var (before, whole) = (new float[EarlyTables.SumSize], new float[ScoreLaw.Points * ScoreLaw.Points]);
        var (a, b) = (0.0, 0.0);
        for (var i = 0; i < 30; i++)
        {
            tables.Opening.CopyTo(before);
            weights.Take(Lean.ForLine(a, b, total, NflPosition.EarlyShareOf(1), parameters));
            weights.Weigh(before, EarlyTables.Points, EarlyTables.Width);
            whole.AsSpan().Clear();
            endings.MixtureOf(isFirstFavoured: true).Compose(before, 2, 0, whole, isExact: true);
            var moments = MomentsOf(before, EarlyTables.Points, EarlyTables.Width);
            var found = MomentsOf(whole, ScoreLaw.Points, ScoreLaw.Points);
            var (missingMargin, missingTotal) = (margin - found.Margin, total - (found.Tie * OvertimePoints) - found.Total);
            var determinant = (moments.MarginVariance * moments.TotalVariance) - (moments.Covariance * moments.Covariance);

            // Between equals neither is weighed up, to the last bit.
            a += margin == 0 ? 0 : Math.Clamp(((missingMargin * moments.TotalVariance) - (missingTotal * moments.Covariance)) / determinant, -0.05, 0.05);
            b += Math.Clamp(((missingTotal * moments.MarginVariance) - (missingMargin * moments.Covariance)) / determinant, -0.05, 0.05);
            if (Math.Abs(missingMargin) + Math.Abs(missingTotal) < 1e-5)
            {
                break;
            }
        }

        return (a, b);
    }

    private static (double Margin, double Total, double MarginVariance, double TotalVariance, double Covariance, double Tie) MomentsOf(
        ReadOnlySpan<float> law, int points, int width)
    {
        double all = 0, margin = 0, total = 0, marginSquare = 0, totalSquare = 0, product = 0, tie = 0;
        for (var home = 0; home < points; home++)
        {
            for (var away = 0; away < points; away++)
            {
                double mass = law[(home * width) + away];
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
