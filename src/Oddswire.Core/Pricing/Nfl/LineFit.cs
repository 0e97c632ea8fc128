namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Finds the weights (<see cref="Lean"/>) of the points up to the last minutes under which a game is expected to end as its pregame line says, and by how much its
/// margins are narrowed then (<see cref="NflParameters.MarginVariance"/>); remembers them by line.
/// </summary>
internal sealed class LineFit(NflTables tables, NflEndings endings, NflParameters parameters)
{
    // Points of an overtime, which regulation is expected to leave of the line's total, and the mean square of its margin.
    private const double OvertimePoints = 4.7;
    private const double OvertimeSquare = 15;
    private const double MostNarrowing = 0.25;
    private const int MostKnown = 4096;

    /// <summary>The tables whose law is weighed.</summary>
    public NflTables Tables => tables;

    /// <summary>What follows on them.</summary>
    public NflEndings Endings => endings;

    private readonly Dictionary<(int Margin, int Total), LineWeights> _known = [];

    /// <summary>A line within what games have been: one beyond is a slip, and is read as the furthest that makes sense.</summary>
    public static (double Margin, double Total) Sensible(double margin, double total)
    {
        margin = Math.Clamp(margin, -35, 35);
        return (margin, Math.Clamp(total, Math.Max(24, Math.Abs(margin) + 12), 80));
    }

    /// <summary>The weights of a line.</summary>
    /// <param name="margin">Expected home margin, <see cref="Sensible"/>.</param>
    /// <param name="total">Expected total.</param>
    public LineWeights Find(double margin, double total)
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
    private LineWeights Solve(double margin, double total)
    {
        // An away favourite is the mirror image, exactly.
        if (margin < 0)
        {
            var mirrored = Solve(-margin, total);
            return mirrored with { Difference = -mirrored.Difference };
        }

        var (weights, whole, before) = (new LeanWeights(), new ScoreLaw(), new float[EarlyTables.SumSize]);
        var found = new LineWeights(0, 0, 0, tables.Late.At(total - parameters.AverageTotal, margin));
        for (var i = 0; i < 30; i++)
        {
            tables.Opening.CopyTo(before);
            weights.Take(Lean.ForLine(found.Difference, found.Sum, total, NflPosition.EarlyShareOf(1), parameters));
            weights.Weigh(before, EarlyTables.Points, EarlyTables.Width);
            whole.Clear();
            endings.MixtureOf(isFirstFavoured: true).Compose(before, 2, 0, whole, isExact: true);
            whole.Normalise();
            whole.Narrow(found.Narrowing);
            var step = Step(MomentsOf(before, EarlyTables.Points, EarlyTables.Width), MomentsOf(whole.Cells, ScoreLaw.Points, ScoreLaw.Points), margin, total);

            // Between equals neither is weighed up, to the last bit.
            found = found with
            {
                Difference = found.Difference + (margin == 0 ? 0 : Math.Clamp(step.Difference, -0.05, 0.05)),
                Sum = found.Sum + Math.Clamp(step.Sum, -0.05, 0.05),
                Narrowing = Math.Clamp(found.Narrowing + step.Narrowing, -MostNarrowing, MostNarrowing),
            };
            if (step.Missing < 1e-5)
            {
                break;
            }
        }

        return found;
    }

    private (double Difference, double Sum, double Narrowing, double Missing) Step(in LawMoments weighed, in LawMoments whole, double margin, double total)
    {
        var (missingMargin, missingTotal) = (margin - whole.Margin, total - (whole.Tie * OvertimePoints) - whole.Total);
        var determinant = (weighed.MarginVariance * weighed.TotalVariance) - (weighed.Covariance * weighed.Covariance);

        // What regulation has more of the margin's variance than games have.
        var wanted = parameters.MarginVariance[0] + (parameters.MarginVariance[1] * (total - parameters.AverageTotal)) - (whole.Tie * OvertimeSquare);
        var narrowing = 1 - (Math.Max(1, wanted) / whole.MarginVariance);
        return (
            ((missingMargin * weighed.TotalVariance) - (missingTotal * weighed.Covariance)) / determinant,
            ((missingTotal * weighed.MarginVariance) - (missingMargin * weighed.Covariance)) / determinant,
            narrowing,
            Math.Abs(missingMargin) + Math.Abs(missingTotal) + Math.Abs(narrowing));
    }

    private static LawMoments MomentsOf(ReadOnlySpan<float> law, int points, int width)
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
        return new LawMoments(
            margin, total, (marginSquare / all) - (margin * margin), (totalSquare / all) - (total * total), (product / all) - (margin * total), tie / all);
    }

    private readonly record struct LawMoments(double Margin, double Total, double MarginVariance, double TotalVariance, double Covariance, double Tie);
}

/// <summary>What makes games of a line of those between average teams.</summary>
/// <param name="Difference">Log weight a point of the home team's margin up to the last minutes.</param>
/// <param name="Sum">Log weight a point of the total up to the last minutes.</param>
/// <param name="Narrowing">The share of the variance of the margin to come that is taken off: <see cref="NflParameters.MarginVariance"/>.</param>
/// <param name="Late">The last minutes.</param>
internal readonly record struct LineWeights(double Difference, double Sum, double Narrowing, LateBlend Late);
