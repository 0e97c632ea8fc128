namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Weighs laws of the points up to the last minutes (<see cref="EarlyTables.Width"/> columns) by the teams' strengths. The last minutes are not weighed: their drives are played
/// at the teams' strengths themselves (<see cref="LateTables"/>), since there time runs out as the score says, and a weight on points would take that for weakness.
/// </summary>
internal sealed class EarlyLaw
{
    private readonly float[] _differences = new float[2 * ScoreLaw.Points];
    private readonly float[] _sums = new float[2 * ScoreLaw.Points];

    /// <summary>Sum of a law's cells, and points of both teams times chance.</summary>
    public static (double Mass, double Points) Moments(ReadOnlySpan<float> cells)
    {
        Span<float> columns = stackalloc float[EarlyTables.Points];
        columns.Clear();
        double mass = 0, points = 0;
        for (var row = 0; row < EarlyTables.Points; row++)
        {
            var line = cells.Slice(row * EarlyTables.Width, EarlyTables.Points);
            PointGrid.Add(columns, line);
            double sum = VectorMath.Sum(line);
            mass += sum;
            points += sum * row;
        }

        for (var column = 0; column < EarlyTables.Points; column++)
        {
            points += columns[column] * (double)column;
        }

        return (mass, points);
    }

    /// <summary>Takes the weights.</summary>
    public void Take(in Lean lean)
    {
        lean.OfDifferences(_differences);
        lean.OfSums(_sums);
    }

    /// <summary>Weighs a law, the first team's points in rows, by the weights taken; its sum is then another.</summary>
    public void Weigh(Span<float> cells)
    {
        // A row's weights by the difference run backwards along the differences: from -79 up, as the columns grow.
        for (var row = 0; row < EarlyTables.Points; row++)
        {
            PointGrid.Multiply(
                cells.Slice(row * EarlyTables.Width, EarlyTables.Points),
                _differences.AsSpan(ScoreLaw.Points - 1 - row, EarlyTables.Points),
                _sums.AsSpan(row, EarlyTables.Points));
        }
    }
}
