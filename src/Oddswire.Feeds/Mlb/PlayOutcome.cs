namespace Oddswire.Feeds.Mlb;

/// <summary>
/// Where batter and runners ended on a play: 0 out, 1-3 that base, 4 scored, -1 stayed, still at bat or absent.
/// </summary>
/// <param name="IsNoPlay">The text was <c>NP</c>: nothing happened, a substitution follows.</param>
public readonly record struct PlayOutcome(int Batter, int First, int Second, int Third, bool IsNoPlay)
{
    /// <summary>Bases of the hit, 1 to 4; 0 when it was none.</summary>
    public int HitBases { get; init; }

    /// <summary>Whether the batter struck out, safe at first or not.</summary>
    public bool IsStrikeout { get; init; }

    /// <summary>Whether it ended the batter's turn.</summary>
    public bool EndsTurn { get; init; }

    /// <summary>Outs made, 0 to 3.</summary>
    public int Outs => Count(0);

    /// <summary>Runs scored, 0 to 4.</summary>
    public int Runs => Count(4);

    private int Count(int end) => (Batter == end ? 1 : 0) + (First == end ? 1 : 0) + (Second == end ? 1 : 0) + (Third == end ? 1 : 0);
}
