namespace Oddswire.Core.Pricing.Nfl;

/// <summary>What is read off a law of the points up to the last minutes (<see cref="EarlyTables.Width"/> columns).</summary>
internal static class EarlyLaw
{
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
}
