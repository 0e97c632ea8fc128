namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// What follows on the early points of games of about the same line. Worked out when a game first needs it, shared as <see cref="NflTables"/> is: half a megabyte and 30 milliseconds, besides the tables of <see cref="LateGrid"/>.
/// </summary>
internal sealed class NflEndings
{
    /// <summary>How many there are.</summary>
    public const int Levels = Margins * Totals;

    // Points of margin, and of total, between one and the next.
    private const double MarginStep = 0.5;
    private const double TotalStep = 1.25;
    private const int Margins = (int)(LateGrid.MostMargin / MarginStep) + 1;
    private const int Totals = (int)(2 * LateGrid.MostAbove / TotalStep) + 1;

    // Markets of later parts, which are worked out by the lead when those begin, take the nearest of those that are two points of margin and five of total apart.
    private const int Coarse = 4;

    private readonly NflTables _tables;
    private readonly int _level;
    private readonly LateMixture[] _mixtures;
    private readonly LaterEnds[] _laterEnds;

    public NflEndings(NflTables tables, int level)
    {
        (_tables, _level) = (tables, level);
        var late = tables.Late.At(AboveOf(level), level % Margins * MarginStep);
        _mixtures = [new LateMixture(tables.Beginnings, late, isHomeFavoured: false), new LateMixture(tables.Beginnings, late, isHomeFavoured: true)];
        _laterEnds = [.. _mixtures.Select(mixture => new LaterEnds(tables.Early, mixture))];
    }

    /// <summary>Cells of the buffer that a composition over several leads needs.</summary>
    public int BufferSize => _mixtures.Max(mixture => mixture.BufferSize);

    /// <summary>The level, from 0, of games with an expected margin and points of total above the average.</summary>
    public static int LevelOf(double margin, double above) =>
        ((int)Math.Round((Math.Clamp(above, -LateGrid.MostAbove, LateGrid.MostAbove) + LateGrid.MostAbove) / TotalStep) * Margins)
        + (int)Math.Round(Math.Min(Math.Abs(margin), LateGrid.MostMargin) / MarginStep);

    /// <summary>Points of total above the average of a level's games.</summary>
    public static double AboveOf(int level) => (level / Margins * TotalStep) - LateGrid.MostAbove;

    /// <summary>The last minutes after an early law whose first team is the favourite or not.</summary>
    public LateMixture MixtureOf(bool isFirstFavoured) => _mixtures[isFirstFavoured ? 1 : 0];

    /// <summary>The ends of games that have not come so far.</summary>
    public LaterEnds LaterEndsOf(bool isFirstFavoured)
    {
        var coarse = (Nearest(_level / Margins) * Margins) + Nearest(_level % Margins);
        return (coarse == _level ? this : _tables.Endings(coarse))._laterEnds[isFirstFavoured ? 1 : 0];
    }

    private static int Nearest(int place) => (int)Math.Round(place / (double)Coarse) * Coarse;
}
