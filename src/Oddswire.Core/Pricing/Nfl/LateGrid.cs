namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// Tables of the last minutes for a few totals and margins, from which those of any line are drawn straight (<see cref="LateBlend"/>). Each is worked out when a game first needs it, and shared by all threads: about 50 MB and a
/// quarter of a second.
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
    private const int Margins = (int)(MostMargin / MarginStep) + 1;
    private const int Totals = (int)(2 * MostAbove / TotalStep) + 1;

    private readonly Lazy<LateTables>[] _tables = [.. Enumerable.Range(0, Totals * Margins).Select(place => new Lazy<LateTables>(() => new LateTables(
        new DriveModel(parameters, ((place / Margins * TotalStep) - MostAbove) / 20), parameters, place % Margins * MarginStep)))];

    /// <summary>What lies between the nearest tables.</summary>
    /// <param name="above">Points of total above the average.</param>
    /// <param name="margin">Points by which the favourite is expected to win a whole game.</param>
    public LateBlend At(double above, double margin)
    {
        var (column, nextColumn, marginShare) = Between(Math.Clamp(margin, 0, MostMargin) / MarginStep);
        var (row, nextRow, totalShare) = Between((Math.Clamp(above, -MostAbove, MostAbove) + MostAbove) / TotalStep);
        List<(LateTables, float)> parts = [(Of(row, column), (float)(1 - marginShare - totalShare))];
        if (marginShare > 0)
        {
            parts.Add((Of(row, nextColumn), (float)marginShare));
        }

        if (totalShare > 0)
        {
            parts.Add((Of(nextRow, column), (float)totalShare));
        }

        return new LateBlend([.. parts]);
    }

    private LateTables Of(int row, int column) => _tables[(row * Margins) + column].Value;

    // The nearest whole number, the one on the other side, and how much that counts: a half at most.
    private static (int Nearest, int Next, double Share) Between(double place)
    {
        var nearest = (int)Math.Round(place);
        return (nearest, nearest + Math.Sign(place - nearest), Math.Abs(place - nearest));
    }
}

/// <summary>The last minutes between two favourites of <see cref="LateGrid"/> and two totals: a mixture of their laws.</summary>
/// <param name="parts">Tables and how much each counts, in all 1.</param>
internal sealed class LateBlend((LateTables Tables, float Share)[] parts)
{
    /// <summary>Tables and how much each counts, in all 1.</summary>
    public ReadOnlySpan<(LateTables Tables, float Share)> Parts => parts;

    /// <summary>Adds a branch to its own or the other team's law: <see cref="LateTables.Add"/>.</summary>
    public void Add(in DriveBranch branch, int lead, bool isFavourite, Span<float> own, Span<float> other)
    {
        foreach (var (tables, share) in parts)
        {
            tables.Add(branch with { Chance = branch.Chance * share }, lead, isFavourite, LateTables.Slots, own, other);
        }
    }
}
