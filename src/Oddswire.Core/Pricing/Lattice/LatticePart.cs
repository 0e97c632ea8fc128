using System.Runtime.Intrinsics;

namespace Oddswire.Core.Pricing.Lattice;

/// <summary>
/// A joint law of the points to come, made of a law of the margin and, given the margin, a normal law of the total: with m the margin and t the points to come,
/// P(m, t) = f(m) · g(t) / G(m), where G(m) sums g over the t that are possible with m: t ≥ |m| and of the same parity, since both teams' points are whole and not
/// negative. So the margin's law is exactly f, every market is a sum over the same cells, and each of them costs one pass. Buffers are used again.
/// </summary>
internal sealed class LatticePart
{
    /// <summary>Standard deviations kept on either side of the centre: what is cut off is below a millionth.</summary>
    private const double Reach = 5;

    /// <summary>Furthest margin and total to come that the tables hold.</summary>
    private const int MaxMargin = 250;
    private const int MaxTotal = 500;

    // Keeps a total possible for every margin, however unlikely: beyond the normal law's reach the least possible total is taken.
    private const double Floor = 1e-14;

    private readonly double[] _margin = new double[(2 * MaxMargin) + 1];
    private readonly double[] _folded = new double[MaxTotal + 3];
    private readonly double[] _perCell = new double[(2 * MaxMargin) + 1];
    private readonly double[] _total = new double[MaxTotal + 3];
    private readonly double[] _atLeast = new double[MaxTotal + 3];
    private int _lead;
    private int _low;
    private int _high;
    private int _totalHigh;

    public bool IsUsed { get; set; }

    public int LowMargin => _low + _lead;

    public int HighMargin => _high + _lead;

    public int HighTotal => _totalHigh;

    /// <summary>Begins a law of the margin to come as a normal one, without a scale: to be weighed, then closed by <see cref="EndMargin"/>.</summary>
    /// <param name="lead">The margin so far.</param>
    /// <param name="centre">Expected margin to come.</param>
    /// <param name="sd">Its standard deviation.</param>
    /// <returns>The weights of the margins from <see cref="LowMargin"/> on.</returns>
    public Span<double> BeginMargin(int lead, double centre, double sd)
    {
        _lead = lead;
        centre = Math.Clamp(centre, -MaxMargin + 2, MaxMargin - 2);
        sd = Math.Max(sd, 0.01);
        _low = Math.Max((int)Math.Floor(centre - (Reach * sd)), -MaxMargin);
        _high = Math.Min((int)Math.Ceiling(centre + (Reach * sd)), MaxMargin);
        var values = _margin.AsSpan(0, _high - _low + 1);
        NormalOnIntegers(values, centre - _low, sd);
        return values;
    }

    /// <summary>Begins a law of the margin to come with nothing in it, to be filled from outside.</summary>
    public Span<double> BeginMargin(int lead, int lowToCome, int highToCome)
    {
        (_lead, _low, _high) = (lead, Math.Max(lowToCome, -MaxMargin), Math.Min(highToCome, MaxMargin));
        var values = _margin.AsSpan(0, _high - _low + 1);
        values.Clear();
        return values;
    }

    /// <summary>Scales the law of the margin to <paramref name="mass"/> in all.</summary>
    public void EndMargin(double mass)
    {
        var values = _margin.AsSpan(0, _high - _low + 1);
        VectorMath.Scale(values, mass / VectorMath.Sum(values));
    }

    /// <summary>Takes the mass of a tie out of the law.</summary>
    public double TakeTie()
    {
        var index = -_lead - _low;
        if (index < 0 || index > _high - _low)
        {
            return 0;
        }

        var tie = _margin[index];
        _margin[index] = 0;
        return Math.Min(tie, 1);
    }

    /// <summary>Scales the law of the margin.</summary>
    public void Restore(double factor) => VectorMath.Scale(_margin.AsSpan(0, _high - _low + 1), factor);

    /// <summary>Fills the law of the total to come, by its mean and standard deviation, and the weight of a cell at each margin.</summary>
    public void FillTotal(double mean, double sd)
    {
        sd = Math.Max(sd, 0.01);
        mean = Math.Clamp(mean, 0, MaxTotal - 2);
        var low = Math.Clamp((int)Math.Floor(mean - (Reach * sd)), 0, MaxTotal - 2);
        var high = Math.Min((int)Math.Ceiling(mean + (Reach * sd)), MaxTotal);
        _totalHigh = Math.Min(Math.Max(high, Math.Max(Math.Abs(_low), Math.Abs(_high)) + 1), MaxTotal);
        var total = _total.AsSpan(0, _totalHigh + 3);
        total.Clear();
        NormalOnIntegers(total[low..(high + 1)], mean - low, sd);
        var atLeast = _atLeast.AsSpan(0, _totalHigh + 3);
        atLeast[_totalHigh + 1] = atLeast[_totalHigh + 2] = 0;
        double same = 0, other = 0;
        for (var t = _totalHigh; t >= 0; t--)
        {
            // Sums of the totals of t's parity and of the other one, which change places with each step.
            var cell = total[t] + Floor;
            total[t] = cell;
            (same, other) = (other, same + cell);
            atLeast[t] = other;
        }

        // Negative margins from the least to -1, then those from 0 up: the possible totals begin at the margin's size.
        var negative = Math.Clamp(-_low, 0, _high - _low + 1);
        var margin = _margin.AsSpan(0, _high - _low + 1);
        if (negative > 0)
        {
            VectorMath.Divide(margin[..negative], atLeast[(-_low - negative + 1)..], _perCell, isRightReversed: true);
        }

        if (negative < margin.Length)
        {
            VectorMath.Divide(margin[negative..], atLeast[(_low + negative)..], _perCell.AsSpan(negative), isRightReversed: false);
        }
    }

    /// <summary>Adds the law of the margin to the game's.</summary>
    public void AddMarginTo(CumulativeTable margin)
    {
        var count = _high - _low + 1;
        VectorMath.AddScaled(margin.From(_low + _lead, count), _margin.AsSpan(0, count), 1);
    }

    /// <summary>Adds the law of the total to the game's.</summary>
    public void AddTotalTo(CumulativeTable total)
    {
        // Weight of all margins possible with a total of t: those with |m| ≤ t and of t's parity.
        FoldCells();
        double even = 0, odd = 0;
        var totals = total.From(0, _totalHigh + 1);
        var cells = _folded.AsSpan(0, totals.Length + 1);
        var law = _total.AsSpan(0, totals.Length + 1);
        var t = 0;
        for (; t < totals.Length - 1; t += 2)
        {
            even += cells[t];
            odd += cells[t + 1];
            totals[t] += even * law[t];
            totals[t + 1] += odd * law[t + 1];
        }

        if (t < totals.Length)
        {
            totals[t] += (even + cells[t]) * law[t];
        }
    }

    /// <summary>Chance of a margin, what has been scored included.</summary>
    public double Margin(int margin) => margin < LowMargin || margin > HighMargin ? 0 : _margin[margin - LowMargin];

    /// <summary>Chance of a margin and a total to come.</summary>
    public double Cell(int margin, int total) =>
        margin < _low || margin > _high || total < Math.Abs(margin) || total > _totalHigh || ((margin ^ total) & 1) != 0
            ? 0
            : _perCell[margin - _low] * _total[total];

    /// <summary>Chance that home still scores fewer than so many points and away fewer than so many; both at least 1.</summary>
    public double BothBelow(int home, int away)
    {
        double sum = 0;
        for (var m = Math.Max(_low, 1 - away); m <= Math.Min(_high, home - 1); m++)
        {
            // (t + m) / 2 < home and (t - m) / 2 < away: t stays below the lesser of 2 home - m and 2 away + m, which have m's parity.
            var below = Math.Min((2 * home) - m, (2 * away) + m);
            sum += _perCell[m - _low] * (_atLeast[Math.Abs(m)] - (below > _totalHigh ? 0 : _atLeast[below]));
        }

        return sum;
    }

    /// <summary>Chance that one team still scores at least so many points; sign 1 for home, -1 for away.</summary>
    public double TeamAtLeast(int sign, int points)
    {
        // points = (t + sign m) / 2, so t must reach 2 points - sign m, which has m's parity; and |m|, which is more where sign m > points.
        var margin = _margin.AsSpan(0, _high - _low + 1);
        if (points <= 0)
        {
            return VectorMath.Sum(margin);
        }

        if (sign > 0)
        {
            var (from, to) = (Math.Max(_low, (2 * points) - _totalHigh), Math.Min(_high, points));
            var certain = VectorMath.Sum(margin[Math.Clamp(points + 1 - _low, 0, margin.Length)..]);
            return from > to ? certain : certain + VectorMath.DotReversed(
                _perCell.AsSpan(from - _low, to - from + 1), _atLeast.AsSpan((2 * points) - to, to - from + 1));
        }
        else
        {
            var (from, to) = (Math.Max(_low, -points), Math.Min(_high, _totalHigh - (2 * points)));
            var certain = VectorMath.Sum(margin[..Math.Clamp(-points - _low, 0, margin.Length)]);
            return from > to ? certain : certain + VectorMath.Dot(
                _perCell.AsSpan(from - _low, to - from + 1), _atLeast.AsSpan((2 * points) + from, to - from + 1));
        }
    }

    /// <summary>Puts the cells of margins m and -m together, so that a total of t sums them up once.</summary>
    private void FoldCells()
    {
        _folded.AsSpan(0, _totalHigh + 2).Clear();
        var firstPositive = Math.Max(_low, 0);
        if (firstPositive <= _high)
        {
            _perCell.AsSpan(firstPositive - _low, _high - firstPositive + 1).CopyTo(_folded.AsSpan(firstPositive));
        }

        for (var m = _low; m <= Math.Min(_high, -1); m++)
        {
            _folded[-m] += _perCell[m - _low];
        }
    }

    // The density at whole numbers relative to the one nearest to the centre, four at a time: from k to k + 4 it changes by a factor that itself
    // changes by exp(-16 / sd²) each time.
    internal static void NormalOnIntegers(Span<double> values, double centre, double sd)
    {
        var start = Math.Clamp((int)Math.Round(centre), 0, values.Length - 1);
        var half = 1 / (2 * sd * sd);
        FillOutwards(values, start, 1, start - centre, half);
        FillOutwards(values, start - 1, -1, start - centre, half);
    }

    private static void FillOutwards(Span<double> values, int from, int direction, double peak, double half)
    {
        // Distances from the centre grow outwards: with direction -1 they are mirrored.
        var first = direction > 0 ? peak : 1 - peak;
        var distance = Vector256.Create(first, first + 1, first + 2, first + 3);
        var value = Vector256.Exp(((distance * distance) - Vector256.Create(peak * peak)) * -half);
        var ratio = Vector256.Exp(((distance * 8) + Vector256.Create(16.0)) * -half);
        var step = Vector256.Create(Math.Exp(-32 * half));
        var left = direction > 0 ? values.Length - from : from + 1;
        for (var i = from; left > 0; i += 4 * direction, left -= 4)
        {
            if (left >= 4 && direction > 0)
            {
                value.CopyTo(values[i..]);
            }
            else if (left >= 4)
            {
                Vector256.Shuffle(value, Vector256.Create(3L, 2, 1, 0)).CopyTo(values[(i - 3)..]);
            }
            else
            {
                for (var j = 0; j < left; j++)
                {
                    values[i + (j * direction)] = value[j];
                }
            }

            value *= ratio;
            ratio *= step;
        }
    }
}
