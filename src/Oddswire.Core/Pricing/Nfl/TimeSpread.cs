namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// How widely the time that a drive takes is spread about its mean: a table by its end, the time left, the class of lead and the place, drawn straight between times and between places. Pure.
/// </summary>
internal static class TimeSpread
{
    /// <summary>Ends whose drives are told apart by thirds: no points, touchdown, field goal.</summary>
    public const int Ends = 3;

    /// <summary>The classes of lead, and the first half.</summary>
    public const int Groups = DriveFeatures.Leads + 1;

    private static readonly int[] Seconds = [1800, 1200, 840, 600, 420, 300, 200, 130, 85, 50, 20];
    private static readonly int[] Yards = [85, 65, 48, 35, 22, 10, 3];

    /// <summary>Rows of the table: end by end, the times left.</summary>
    public static int Rows => Ends * Seconds.Length;

    /// <summary>Columns of the table: group by group, the places.</summary>
    public static int Columns => Groups * Yards.Length;

    /// <summary>The four cells that a situation lies between, and how much each counts.</summary>
    /// <param name="end">The end.</param>
    /// <param name="at">The situation.</param>
    /// <param name="cells">Room for four.</param>
    public static void Read(int end, in Situation at, Span<(int Row, int Column, double Share)> cells)
    {
        var (row, above) = FallingKnots.Between(Seconds, at.Seconds);
        var (column, before) = FallingKnots.Between(Yards, at.YardsToGoal);
        (row, column) = (row + (end * Seconds.Length), column + ((at.IsSecondHalf ? at.Manner : DriveFeatures.Leads) * Yards.Length));
        cells[0] = (row - 1, column - 1, above * before);
        cells[1] = (row - 1, column, above * (1 - before));
        cells[2] = (row, column - 1, (1 - above) * before);
        cells[3] = (row, column, (1 - above) * (1 - before));
    }

    /// <summary>The spread: the variance's share of the greatest that the mean allows.</summary>
    /// <param name="table">The table, row by row.</param>
    /// <param name="end">The end.</param>
    /// <param name="at">The situation.</param>
    public static double Of(double[] table, int end, in Situation at)
    {
        Span<(int Row, int Column, double Share)> cells = stackalloc (int, int, double)[4];
        Read(end, at, cells);
        var sum = 0.0;
        foreach (var (row, column, share) in cells)
        {
            sum += share * table[(row * Columns) + column];
        }

        return sum;
    }
}
