using Oddswire.Core.Domain;
using Oddswire.Core.Pricing.Lattice;

namespace Oddswire.Core.Pricing.Nba;

/// <summary>
/// The joint law of both teams' points in a part of the game: with m the margin and t the points to come, P(m, t) = f(m) g(t) / G(m) on the cells that whole
/// points allow (<see cref="LatticePart"/>), a second such law after a tie, and a chance of its own that nothing more happens. Totals are worked out when first
/// read. The order of calls: <see cref="Begin"/>, the margins of the parts, <see cref="EndMargins"/>, readings. Buffers are used again.
/// </summary>
internal sealed class PartTables
{
    // Below a tenth of a millionth overtime moves no published figure: its law is not worked out, its share goes to the rest.
    public const double LeastTie = 1e-7;

    // Points of one team to come up to which sums are kept.
    private const int MostKept = 256;

    private readonly double[] _atLeast = new double[2 * MostKept];
    private readonly LatticePart _regulation = new();
    private readonly LatticePart _overtime = new();
    private readonly CumulativeTable _margin = new();
    private readonly CumulativeTable _total = new();
    private Score _score;
    private double _nothing;
    private (double Mean, double Variance) _points;
    private (double Mean, double Variance) _overtimePoints;
    private bool _hasTotals;
    private PartTables? _whole;

    /// <summary>The law of regulation, or of the period being played.</summary>
    public LatticePart Regulation => _regulation;

    /// <summary>The law after a tie.</summary>
    public LatticePart Overtime => _overtime;

    /// <summary>Starts over.</summary>
    /// <param name="score">Points in the part so far.</param>
    /// <param name="points">Mean and variance of those to come.</param>
    /// <param name="whole">What the part belongs to: in the part never more points come than in the whole, which the rounding of either to whole points could miss.</param>
    public void Begin(Score score, (double Mean, double Variance) points, PartTables? whole = null)
    {
        _whole = whole;
        _score = score;
        _points = points;
        _nothing = 0;
        _overtime.IsUsed = false;
        _hasTotals = false;
    }

    /// <summary>Puts a chance on nothing more happening; the laws hold the rest.</summary>
    public void SetNothing(double mass) => _nothing = mass;

    /// <summary>Says that the law after a tie is used, and the mean and variance of the points it brings.</summary>
    public void UseOvertime(double mean, double variance)
    {
        _overtime.IsUsed = true;
        _overtimePoints = (mean, variance);
    }

    /// <summary>Sums up the margins.</summary>
    public void EndMargins()
    {
        var (low, high) = (Math.Min(_regulation.LowMargin, _score.Margin), Math.Max(_regulation.HighMargin, _score.Margin));
        if (_overtime.IsUsed)
        {
            (low, high) = (Math.Min(low, _overtime.LowMargin), Math.Max(high, _overtime.HighMargin));
        }

        _margin.Begin(low, high);
        _regulation.AddMarginTo(_margin);
        if (_overtime.IsUsed)
        {
            _overtime.AddMarginTo(_margin);
        }

        _margin.From(_score.Margin, 1)[0] += _nothing;
        _margin.Accumulate();
    }

    /// <summary>Chance of a margin without overtime.</summary>
    public double RegulationMargin(int margin) => _regulation.Margin(margin) + (margin == _score.Margin ? _nothing : 0);

    /// <summary>Margin above, on and below the handicap's opposite, where the margin is measured from <paramref name="offset"/> on.</summary>
    public Split Spread(Line homeHandicap, int offset)
    {
        var (floor, ceiling) = Whole(-homeHandicap.Hundredths + (offset * 100));
        return Split.Of(_margin.Above(floor), _margin.Below(ceiling));
    }

    /// <summary>Points over, on or under the line.</summary>
    public Split Total(Line line, int offset)
    {
        var (floor, ceiling) = Whole(line.Hundredths + ((offset - _score.Total) * 100));
        var over = TotalAtLeast(floor + 1);
        return Split.Of(over, floor == ceiling ? 1 - TotalAtLeast(ceiling) : 1 - over);
    }

    /// <summary>A team's points over, on or under the line.</summary>
    public Split TeamTotal(Side side, Line line, int offset)
    {
        var so = side == Side.Home ? _score.Home : _score.Away;
        var (floor, ceiling) = Whole(line.Hundredths + ((offset - so) * 100));
        var over = AtLeast(side, floor + 1);
        var under = floor == ceiling ? 1 - AtLeast(side, ceiling) : 1 - over;
        return Split.Of(over, under);
    }

    /// <summary>Expected points, in hundredths.</summary>
    public (int HomeHundredths, int AwayHundredths) Mean(Score offset)
    {
        FillTotals();
        var margin = _margin.Mean() - offset.Margin;
        var total = _score.Total - offset.Total + _total.Mean();
        return ((int)Math.Round((total + margin) * 50), (int)Math.Round((total - margin) * 50));
    }

    /// <summary>Chance that neither team scores any more.</summary>
    public double NothingMore()
    {
        FillTotals();
        return Math.Clamp(_nothing + _regulation.Cell(0, 0) + (_overtime.IsUsed && _score.Margin == 0 ? _overtime.Cell(0, 0) : 0), 0, 1);
    }

    /// <summary>Chance that a team still scores at least so many points.</summary>
    public double AtLeast(Side side, int points)
    {
        FillTotals();
        if (points is < 0 or >= MostKept)
        {
            return SumAtLeast(side, points);
        }

        // Neighbouring lines ask for the same sums, and so do the parts of a part.
        ref var kept = ref _atLeast[((int)side * MostKept) + points];
        return kept < 0 ? kept = SumAtLeast(side, points) : kept;
    }

    private double SumAtLeast(Side side, int points)
    {
        var sign = side == Side.Home ? 1 : -1;
        var sum = _regulation.TeamAtLeast(sign, points) + OvertimeAtLeast(sign, points) + (points <= 0 ? _nothing : 0);
        return Math.Clamp(sum, 0, _whole is null || points <= 0 ? 1 : _whole.AtLeast(side, points));
    }

    // A game that goes to overtime has seen the team behind score what it lacked: of that much its law of overtime's points leaves a little undone.
    private double OvertimeAtLeast(int sign, int points) =>
        !_overtime.IsUsed ? 0 : _overtime.TeamAtLeast(sign, _whole is null && points <= -sign * _score.Margin ? 0 : points);

    /// <summary>Chance that both teams together still score at least so many points.</summary>
    public double TotalAtLeast(int points)
    {
        FillTotals();
        return Math.Clamp(_total.Above(points - 1), 0, _whole is null || points <= 0 ? 1 : _whole.TotalAtLeast(points));
    }

    /// <summary>Chance that home scores fewer than so many points and away fewer than so many; both at least 1.</summary>
    public double BothBelow(int home, int away)
    {
        FillTotals();
        var sum = _nothing + _regulation.BothBelow(home, away) + (_overtime.IsUsed ? _overtime.BothBelow(home, away) : 0);
        return Math.Clamp(sum, 0, 1);
    }

    private void FillTotals()
    {
        if (_hasTotals)
        {
            return;
        }

        _hasTotals = true;
        Array.Fill(_atLeast, -1);
        _regulation.FillTotal(_points.Mean, Math.Sqrt(_points.Variance));
        if (_overtime.IsUsed)
        {
            _overtime.FillTotal(_points.Mean + _overtimePoints.Mean, Math.Sqrt(_points.Variance + _overtimePoints.Variance));
        }

        _total.Begin(0, _overtime.IsUsed ? Math.Max(_regulation.HighTotal, _overtime.HighTotal) : _regulation.HighTotal);
        _regulation.AddTotalTo(_total);
        if (_overtime.IsUsed)
        {
            AddOvertimeTotal();
        }

        _total.From(0, 1)[0] += _nothing;
        _total.Accumulate();
    }

    // Totals below what the team behind lacked are moved up to it.
    private void AddOvertimeTotal()
    {
        const int most = 64;
        var behind = _whole is null ? Math.Abs(_score.Margin) : 0;
        if (behind is 0 or > most || behind > _overtime.HighTotal)
        {
            _overtime.AddTotalTo(_total);
            return;
        }

        Span<double> kept = stackalloc double[most];
        var low = _total.From(0, behind);
        low.CopyTo(kept);
        _overtime.AddTotalTo(_total);
        var moved = 0.0;
        for (var t = 0; t < behind; t++)
        {
            moved += low[t] - kept[t];
            low[t] = kept[t];
        }

        _total.From(behind, 1)[0] += moved;
    }

    private static (int Floor, int Ceiling) Whole(int hundredths)
    {
        var floor = (hundredths >= 0 ? hundredths : hundredths - 99) / 100;
        return (floor, hundredths % 100 == 0 ? floor : floor + 1);
    }
}
