using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// The joint distribution of both teams' final runs, in terms of the team that bats first (x) and second (y). Before the last half-inning
/// both sums are independent. In the last half the second team bats only when not ahead and stops when it gets there, so that
/// P(x, y) = P1(x) · C(y) for y ≤ x, with C the law of its runs had it batted to the end; and for y > x
/// P1(x) · P2(y) (it was ahead and did not bat) plus the walk-offs. What lies on y = x goes to extra innings. Buffers are used again.
/// </summary>
internal sealed class RunGrid : IOutcomeDistribution
{
    private const int Max = RunTables.MaxRuns;
    private const double LeastTie = 1e-9;

    private readonly CumulativeTable _margin = new();
    private readonly CumulativeTable _total = new();
    private readonly CumulativeTable _first = new();
    private readonly CumulativeTable _second = new();
    private readonly double[] _finished = new double[Max + 1];
    private readonly double[] _walkOff = new double[Max + 1];
    private readonly double[] _tie = new double[Max + 1];
    private bool _homeIsSecond;
    private int _firstRuns;
    private int _secondRuns;

    /// <summary>Chance of (further) extra innings.</summary>
    public Chance Extras { get; private set; }

    /// <summary>Fills the grid.</summary>
    /// <param name="score">Runs so far.</param>
    /// <param name="homeIsSecond">Whether the home team bats in the bottom halves.</param>
    /// <param name="toCome">Runs to come of the first team, of the second before its last half-inning, and in that half.</param>
    /// <param name="extras">What extra innings add.</param>
    /// <param name="walkOffMargins">Chance that a walk-off wins by 1, 2, 3, 4.</param>
    public void Fill(Score score, bool homeIsSecond, in RunsToCome toCome, ExtraInnings extras, double[] walkOffMargins)
    {
        _homeIsSecond = homeIsSecond;
        (_firstRuns, _secondRuns) = homeIsSecond ? (score.Away, score.Home) : (score.Home, score.Away);
        RunTables.Convolve(toCome.Second, toCome.LastHalf, _finished);

        // Relative to what both have: with lead l of the second team, y > x means its runs to come exceed the first's minus l.
        var lead = _secondRuns - _firstRuns;
        _margin.Begin(lead - Max - ExtraInnings.MaxRuns, lead + Max + ExtraInnings.MaxRuns + 4);
        _total.Begin(0, (2 * Max) + (2 * ExtraInnings.MaxRuns) + 4);
        _first.Begin(0, Max + ExtraInnings.MaxRuns);
        _second.Begin(0, Max + ExtraInnings.MaxRuns + 4);
        var tie = AddDecided(toCome, lead, walkOffMargins);
        Extras = Chance.Of(Math.Min(tie, 1));
        if (tie > LeastTie)
        {
            AddExtras(extras, lead);
        }

        _margin.Accumulate();
        _total.Accumulate();
        _first.Accumulate();
        _second.Accumulate();
    }

    /// <inheritdoc/>
    public bool Covers(MarketScope scope) => scope == MarketScope.FullGame;

    /// <inheritdoc/>
    public Split Result(MarketScope scope = MarketScope.FullGame) => Spread(default, scope);

    /// <inheritdoc/>
    public Split Spread(Line homeHandicap, MarketScope scope = MarketScope.FullGame)
    {
        // For the team batting second the handicap is the home team's or its opposite.
        var (floor, ceiling) = Whole(_homeIsSecond ? -homeHandicap.Hundredths : homeHandicap.Hundredths);
        var (above, below) = (_margin.Above(floor), _margin.Below(ceiling));
        return _homeIsSecond ? Split.Of(above, below) : Split.Of(below, above);
    }

    /// <inheritdoc/>
    public Split Total(Line line, MarketScope scope = MarketScope.FullGame) => OverUnder(_total, line.Hundredths - ((_firstRuns + _secondRuns) * 100));

    /// <inheritdoc/>
    public Split TeamTotal(Side side, Line line, MarketScope scope = MarketScope.FullGame) => (side == Side.Home) == _homeIsSecond
        ? OverUnder(_second, line.Hundredths - (_secondRuns * 100))
        : OverUnder(_first, line.Hundredths - (_firstRuns * 100));

    /// <inheritdoc/>
    public (int HomeHundredths, int AwayHundredths) Mean(MarketScope scope = MarketScope.FullGame)
    {
        var first = (int)Math.Round((_firstRuns + _first.Mean()) * 100);
        var second = (int)Math.Round((_secondRuns + _second.Mean()) * 100);
        return _homeIsSecond ? (second, first) : (first, second);
    }

    /// <inheritdoc/>
    public Split? NextScore() => null;

    /// <inheritdoc/>
    public Split? RaceTo(int points) => null;

    /// <inheritdoc/>
    public Split? DriveResult() => null;

    /// <inheritdoc/>
    public Split? HalfInningRuns(Line line) => null;

    private double AddDecided(in RunsToCome toCome, int lead, double[] walkOffMargins)
    {
        var margins = _margin.From(lead - Max - ExtraInnings.MaxRuns, (2 * Max) + (2 * ExtraInnings.MaxRuns) + 5);
        var totals = _total.From(0, (2 * Max) + (2 * ExtraInnings.MaxRuns) + 5);
        var firsts = _first.From(0, Max + 1);
        var seconds = _second.From(0, Max + 5);
        double tieSum = 0, secondUpTo = 0, finishedUpTo = 0;
        var next = 0;
        for (var a = 0; a <= Max; a++)
        {
            var mass = toCome.First[a];
            var level = a - lead;
            for (; next <= Math.Min(level, Max); next++)
            {
                secondUpTo += toCome.Second[next];
                finishedUpTo += _finished[next];
            }

            _tie[a] = 0;
            if (mass == 0)
            {
                continue;
            }

            firsts[a] += mass;
            AddRow(margins, totals, seconds, a, mass, toCome.Second, level);
            if (level is >= 0 and <= Max)
            {
                _tie[a] = mass * _finished[level];
                tieSum += _tie[a];
                firsts[a] -= _tie[a];
            }

            _walkOff[a] = level >= 0 ? mass * Math.Max(0, secondUpTo - finishedUpTo) : 0;
            for (var by = 1; by <= walkOffMargins.Length && _walkOff[a] > 0; by++)
            {
                var b = Math.Min(level + by, Max + 4);
                var part = _walkOff[a] * walkOffMargins[by - 1];
                margins[b - a + Max + ExtraInnings.MaxRuns] += part;
                totals[a + b] += part;
                seconds[b] += part;
            }
        }

        return tieSum;
    }

    // The row of one number of runs of the first team: below the diagonal as if the second batted to the end, above it as before its last half.
    private void AddRow(Span<double> margins, Span<double> totals, Span<double> seconds, int a, double mass, double[] second, int level)
    {
        var offset = Max + ExtraInnings.MaxRuns - a;
        var below = Math.Clamp(level, 0, Max + 1);
        AddCells(margins[offset..], totals[a..], seconds, _finished.AsSpan(0, below), mass);
        var above = Math.Clamp(level + 1, 0, Max + 1);
        AddCells(margins[(above + offset)..], totals[(a + above)..], seconds[above..], second.AsSpan(above, Max + 1 - above), mass);
    }

    private static void AddCells(Span<double> margins, Span<double> totals, Span<double> seconds, ReadOnlySpan<double> law, double mass)
    {
        VectorMath.AddScaled(margins, law, mass);
        VectorMath.AddScaled(totals, law, mass);
        VectorMath.AddScaled(seconds, law, mass);
    }

    private void AddExtras(ExtraInnings extras, int lead)
    {
        var margins = _margin.From(-ExtraInnings.MaxRuns, (2 * ExtraInnings.MaxRuns) + 1);
        var totals = _total.From(0, (2 * Max) + (2 * ExtraInnings.MaxRuns) + 5);
        var firsts = _first.From(0, Max + ExtraInnings.MaxRuns + 1);
        var seconds = _second.From(0, Max + ExtraInnings.MaxRuns + 5);
        double sum = 0;
        for (var a = 0; a <= Max; a++)
        {
            var tie = _tie[a];
            if (tie < 1e-12)
            {
                continue;
            }

            sum += tie;
            var b = a - lead;
            VectorMath.AddScaled(firsts[a..], extras.First, tie);
            VectorMath.AddScaled(seconds[b..], extras.Second, tie);
            VectorMath.AddScaled(totals[(a + b)..], extras.Total, tie);
        }

        VectorMath.AddScaled(margins, extras.Margin, sum);
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

/// <summary>Laws of the runs to come, each over 0 to <see cref="RunTables.MaxRuns"/>.</summary>
internal readonly record struct RunsToCome(double[] First, double[] Second, double[] LastHalf);
