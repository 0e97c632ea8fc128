using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// The laws of margin, total and each team's runs of a part of a game, in terms of the team that bats first and second: margins are second minus first,
/// the others count runs to come. Buffers are used again.
/// </summary>
internal sealed class ScoreTables
{
    private bool _homeIsSecond;
    private int _firstRuns;
    private int _secondRuns;

    public CumulativeTable Margin { get; } = new();

    public CumulativeTable Total { get; } = new();

    public CumulativeTable First { get; } = new();

    public CumulativeTable Second { get; } = new();

    /// <summary>Empties the tables.</summary>
    /// <param name="score">Runs so far.</param>
    /// <param name="homeIsSecond">Whether the home team bats in the bottom halves.</param>
    /// <param name="most">Most runs that one team may still score.</param>
    public void Begin(Score score, bool homeIsSecond, int most)
    {
        _homeIsSecond = homeIsSecond;
        (_firstRuns, _secondRuns) = homeIsSecond ? (score.Away, score.Home) : (score.Home, score.Away);
        var lead = _secondRuns - _firstRuns;
        Margin.Begin(lead - most, lead + most);
        Total.Begin(0, 2 * most);
        First.Begin(0, most);
        Second.Begin(0, most);
    }

    public void Accumulate()
    {
        Margin.Accumulate();
        Total.Accumulate();
        First.Accumulate();
        Second.Accumulate();
    }

    public Split Spread(Line homeHandicap)
    {
        // For the team batting second the handicap is the home team's or its opposite.
        var (floor, ceiling) = Whole(_homeIsSecond ? -homeHandicap.Hundredths : homeHandicap.Hundredths);
        var (above, below) = (Margin.Above(floor), Margin.Below(ceiling));
        return _homeIsSecond ? Split.Of(above, below) : Split.Of(below, above);
    }

    public Split TotalOver(Line line) => OverUnder(Total, line.Hundredths - ((_firstRuns + _secondRuns) * 100));

    public Split TeamTotal(Side side, Line line) => (side == Side.Home) == _homeIsSecond
        ? OverUnder(Second, line.Hundredths - (_secondRuns * 100))
        : OverUnder(First, line.Hundredths - (_firstRuns * 100));

    public (int HomeHundredths, int AwayHundredths) Mean()
    {
        var first = (int)Math.Round((_firstRuns + First.Mean()) * 100);
        var second = (int)Math.Round((_secondRuns + Second.Mean()) * 100);
        return _homeIsSecond ? (second, first) : (first, second);
    }

    private static Split OverUnder(CumulativeTable table, int hundredths)
    {
        var (floor, ceiling) = Whole(hundredths);
        return Split.Of(table.Above(floor), table.Below(ceiling));
    }

    private static (int Floor, int Ceiling) Whole(int hundredths)
    {
        var floor = (hundredths >= 0 ? hundredths : hundredths - 99) / 100;
        return (floor, hundredths % 100 == 0 ? floor : floor + 1);
    }
}
