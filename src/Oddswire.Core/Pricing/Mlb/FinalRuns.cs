using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>
/// The joint distribution of both teams' final runs, in terms of the team that bats first (x) and second (y). Before the last half-inning
/// both sums are independent. In the last half the second team bats only when not ahead and stops when it gets there, so that
/// P(x, y) = P1(x) · C(y) for y ≤ x, with C the law of its runs had it batted to the end; and for y > x
/// P1(x) · P2(y) (it was ahead and did not bat) plus the walk-offs. What lies on y = x goes to extra innings. Buffers are used again.
/// </summary>
internal sealed class FinalRuns
{
    private const int Max = TeamRuns.MaxRuns;
    private const int Most = Max + ExtraInnings.MaxRuns + 4;
    private const double LeastTie = 1e-9;

    private readonly double[] _walkOff = new double[Max + 1];
    private readonly double[] _tie = new double[Max + 1];

    /// <summary>The laws.</summary>
    public ScoreTables Tables { get; } = new();

    /// <summary>Chance of (further) extra innings.</summary>
    public Chance Extras { get; private set; }

    /// <summary>Chance that both end level after the first team's so many runs to come.</summary>
    public ReadOnlySpan<double> Ties => _tie;

    /// <summary>Chance that a walk-off ends the game after the first team's so many runs to come.</summary>
    public ReadOnlySpan<double> WalkOffs => _walkOff;

    /// <summary>Fills the tables.</summary>
    /// <param name="score">Runs so far.</param>
    /// <param name="homeIsSecond">Whether the home team bats in the bottom halves.</param>
    /// <param name="toCome">Runs to come of the first team, of the second before its last half-inning, and through that half.</param>
    /// <param name="extras">What extra innings add.</param>
    /// <param name="walkOffMargins">Chance that a walk-off wins by 1, 2, 3, 4.</param>
    public void Fill(Score score, bool homeIsSecond, in RunsToCome toCome, ExtraInnings extras, double[] walkOffMargins)
    {
        // Relative to what both have: with lead l of the second team, y > x means its runs to come exceed the first's minus l.
        var lead = homeIsSecond ? score.Home - score.Away : score.Away - score.Home;
        Tables.Begin(score, homeIsSecond, Most);
        var tie = AddDecided(toCome, lead, walkOffMargins);
        Extras = Chance.Of(Math.Min(tie, 1));
        if (tie > LeastTie)
        {
            AddExtras(extras, lead);
        }

        Tables.Accumulate();
    }

    private double AddDecided(in RunsToCome toCome, int lead, double[] walkOffMargins)
    {
        var margins = Tables.Margin.From(lead - Most, (2 * Most) + 1);
        var totals = Tables.Total.From(0, (2 * Most) + 1);
        var firsts = Tables.First.From(0, Max + 1);
        var seconds = Tables.Second.From(0, Max + 5);
        double tieSum = 0, secondUpTo = 0, finishedUpTo = 0;
        var next = 0;
        for (var a = 0; a <= Max; a++)
        {
            var mass = toCome.First[a];
            var level = a - lead;
            for (; next <= Math.Min(level, Max); next++)
            {
                secondUpTo += toCome.Second[next];
                finishedUpTo += toCome.Finished[next];
            }

            _tie[a] = _walkOff[a] = 0;
            if (mass == 0)
            {
                continue;
            }

            firsts[a] += mass;
            AddRow(margins, totals, seconds, a, mass, toCome, level);
            if (level is >= 0 and <= Max)
            {
                _tie[a] = mass * toCome.Finished[level];
                tieSum += _tie[a];
                firsts[a] -= _tie[a];
            }

            _walkOff[a] = level >= 0 ? mass * Math.Max(0, secondUpTo - finishedUpTo) : 0;
            for (var by = 1; by <= walkOffMargins.Length && _walkOff[a] > 0; by++)
            {
                var b = Math.Min(level + by, Max + 4);
                var part = _walkOff[a] * walkOffMargins[by - 1];
                margins[b - a + Most] += part;
                totals[a + b] += part;
                seconds[b] += part;
            }
        }

        return tieSum;
    }

    // The row of one number of runs of the first team: below the diagonal as if the second batted to the end, above it as before its last half.
    private static void AddRow(Span<double> margins, Span<double> totals, Span<double> seconds, int a, double mass, in RunsToCome toCome, int level)
    {
        var offset = Most - a;
        var below = Math.Clamp(level, 0, Max + 1);
        AddCells(margins[offset..], totals[a..], seconds, toCome.Finished.AsSpan(0, below), mass);
        var above = Math.Clamp(level + 1, 0, Max + 1);
        AddCells(margins[(above + offset)..], totals[(a + above)..], seconds[above..], toCome.Second.AsSpan(above, Max + 1 - above), mass);
    }

    private static void AddCells(Span<double> margins, Span<double> totals, Span<double> seconds, ReadOnlySpan<double> law, double mass)
    {
        VectorMath.AddScaled(margins, law, mass);
        VectorMath.AddScaled(totals, law, mass);
        VectorMath.AddScaled(seconds, law, mass);
    }

    private void AddExtras(ExtraInnings extras, int lead)
    {
        var margins = Tables.Margin.From(-ExtraInnings.MaxRuns, (2 * ExtraInnings.MaxRuns) + 1);
        var totals = Tables.Total.From(0, (2 * Most) + 1);
        var firsts = Tables.First.From(0, Max + ExtraInnings.MaxRuns + 1);
        var seconds = Tables.Second.From(0, Most + 1);
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
}

/// <summary>Laws of the runs to come, each over 0 to <see cref="TeamRuns.MaxRuns"/>.</summary>
/// <param name="First">Of the team batting first.</param>
/// <param name="Second">Of the team batting second, before its last half-inning.</param>
/// <param name="Finished">Of the team batting second, had it batted to the end whatever the score.</param>
internal readonly record struct RunsToCome(double[] First, double[] Second, double[] Finished);
