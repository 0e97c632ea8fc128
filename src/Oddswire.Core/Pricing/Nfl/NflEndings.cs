namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// What follows in the last minutes of games with a certain total between a favourite and an underdog that so many points are between. Worked out when a game first needs it, shared as
/// <see cref="NflTables"/> is. About 50 MB and a quarter of a second.
/// </summary>
internal sealed class NflEndings
{
    /// <summary>How many there are for a total.</summary>
    public const int Levels = 9;

    // Points of margin between one and the next.
    private const double LevelPoints = 2;

    private readonly LateMixture[] _mixtures;
    private readonly LaterEnds[] _laterEnds;

    public NflEndings(NflTables tables, NflParameters parameters, int level)
    {
        Margin = level * LevelPoints;
        Late = new LateTables(tables.Drives, parameters, Margin);
        _mixtures = [new LateMixture(tables.Beginnings, Late, isHomeFavoured: false), new LateMixture(tables.Beginnings, Late, isHomeFavoured: true)];
        _laterEnds = [.. _mixtures.Select(mixture => new LaterEnds(tables.Early, mixture))];
    }

    /// <summary>Points by which the favourite is expected to win a whole game.</summary>
    public double Margin { get; }

    /// <summary>The tables of the last minutes.</summary>
    public LateTables Late { get; }

    /// <summary>Cells of the buffer that a composition over several leads needs.</summary>
    public int BufferSize => _mixtures.Max(mixture => mixture.BufferSize);

    /// <summary>The level, from 0, of games with an expected margin.</summary>
    public static int LevelOf(double margin) => (int)Math.Min(Math.Round(Math.Abs(margin) / LevelPoints), Levels - 1);

    /// <summary>The last minutes after an early law whose first team is the favourite or not.</summary>
    public LateMixture MixtureOf(bool isFirstFavoured) => _mixtures[isFirstFavoured ? 1 : 0];

    /// <summary>The ends of games that have not come so far.</summary>
    public LaterEnds LaterEndsOf(bool isFirstFavoured) => _laterEnds[isFirstFavoured ? 1 : 0];
}
