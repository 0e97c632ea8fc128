namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Tables of the last minutes for a few totals and margins, from which those of any line are drawn straight (<see cref="LateBlend"/>). Each is worked out when a game first needs it, and shared by all threads: about 50 MB and a
/// tenth of a second.
/// </summary>
/// <param name="parameters">The parameters.</param>
internal sealed class LateGrid(NflParameters parameters)
{
    /// <summary>Points of margin beyond which all favourites count as the same.</summary>
    public const double MostMargin = 16;

    /// <summary>Points of total above or below the average beyond which all games count as the same.</summary>
    public const double MostAbove = 10;

    private const double MarginStep = 4;
    private const double TotalStep = 10;
    private const double Least = 1e-6;
    private const int Margins = (int)(MostMargin / MarginStep) + 1;
    private const int Totals = (int)(2 * MostAbove / TotalStep) + 1;

    private readonly Lazy<LateTables>[] _tables = [.. Enumerable.Range(0, Totals * Margins).Select(place => new Lazy<LateTables>(() => new LateTables(
        new DriveModel(parameters, ((place / Margins * TotalStep) - MostAbove) / 20), parameters, place % Margins * MarginStep)))];

    /// <summary>Works out all tables.</summary>
    public void WarmUp()
    {
        foreach (var tables in _tables)
        {
            _ = tables.Value;
        }
    }

    /// <summary>What lies between the tables around a line.</summary>
    /// <param name="above">Points of total above the average.</param>
    /// <param name="margin">Points by which the favourite is expected to win a whole game.</param>
    public LateBlend At(double above, double margin)
    {
        var (column, x) = Below(Math.Clamp(margin, 0, MostMargin) / MarginStep);
        var (row, y) = Below((Math.Clamp(above, -MostAbove, MostAbove) + MostAbove) / TotalStep);

        // The corner below, the one above, and that of the other two on whose side of the diagonal the line lies: three instead of four, without a jump anywhere.
        ReadOnlySpan<(int Row, int Column, double Share)> corners = [(row, column, 1 - Math.Max(x, y)), x > y ? (row, column + 1, x - y) : (row + 1, column, y - x), (row + 1, column + 1, Math.Min(x, y))];
        List<(LateTables, float)> parts = [];
        foreach (var (r, c, share) in corners)
        {
            if (share > Least)
            {
                parts.Add((_tables[(r * Margins) + c].Value, (float)share));
            }
        }

        return new LateBlend([.. parts]);
    }

    // The whole number below a place and what it is beyond it.
    private static (int Place, double Beyond) Below(double place) => ((int)place, place - (int)place);
}

/// <summary>The last minutes of a line: a mixture of the laws of up to three tables of <see cref="LateGrid"/>.</summary>
/// <param name="parts">Tables and how much each counts, in all 1.</param>
internal sealed class LateBlend((LateTables Tables, float Share)[] parts)
{
    /// <summary>Tables and how much each counts, in all 1.</summary>
    public ReadOnlySpan<(LateTables Tables, float Share)> Parts => parts;

    /// <summary>Adds a branch to its own or the other team's law: <see cref="LateTables.Add"/>.</summary>
    /// <remarks>
    /// The time left lies between two steps: time, margin and total are the three axes of a cube, cut into tetrahedra along its diagonal, so that four corners tell what six would. Each table has a stretch
    /// of the way from 1 to 0, and so has each step; where they overlap is how much both count.
    /// </remarks>
    public void Add(in DriveBranch branch, int lead, bool isFavourite, Span<float> own, Span<float> other)
    {
        if (branch.EndsHalf)
        {
            own[0] += (float)branch.Chance;
            return;
        }

        var place = LateTables.PlaceOf(branch.Seconds);
        var slot = Math.Min((int)place, LateTables.Slots - 1);
        var left = (float)(1 - (place - slot));
        foreach (var (tables, share) in parts)
        {
            var lower = Math.Min(left, share);
            left -= lower;
            tables.AddBetween(branch, lead, isFavourite, slot, (float)(branch.Chance * lower), (float)(branch.Chance * (share - lower)), own, other);
        }
    }
}
