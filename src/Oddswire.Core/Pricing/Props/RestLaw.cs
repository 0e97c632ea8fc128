using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// The law of what a player will still add to a statistic: a count, or the yards of an uncertain number of touches. A buffer that a model fills again for
/// the next player.
/// </summary>
public sealed class RestLaw
{
    private readonly double[] _counts = new double[CountLaw.Most + 1];
    private readonly double[] _upTo = new double[CountLaw.Most + 1];
    private int _length;
    private YardTable? _yards;
    private double _scale;

    /// <summary>Expected amount still to come.</summary>
    public double Mean { get; private set; }

    /// <summary>Nothing more can come.</summary>
    internal void SetNothing()
    {
        (_counts[0], _length, _yards, Mean) = (1, 1, null, 0);
        SumUp();
    }

    /// <summary>A negative binomial count.</summary>
    internal void SetCount(double mean, double size)
    {
        _length = CountLaw.Fill(mean, size, _counts);
        (_yards, Mean) = (null, mean);
        SumUp();
    }

    /// <summary>The yards of a negative binomial count of touches.</summary>
    internal void SetYards(double mean, double size, YardTable yards, double scale)
    {
        _length = Math.Min(CountLaw.Fill(mean, size, _counts), yards.MostTouches + 1);
        (_yards, _scale, Mean) = (yards, scale, mean * yards.Mean * scale);
    }

    /// <summary>A given law of counts.</summary>
    internal void SetCounts(ReadOnlySpan<double> probabilities, double mean)
    {
        probabilities.CopyTo(_counts);
        (_length, _yards, Mean) = (probabilities.Length, null, mean);
        SumUp();
    }

    /// <summary>The chance that more than so much is still to come; negative amounts are possible with yards.</summary>
    public Chance MoreThan(int amount) => Chance.Of(Math.Clamp(Above(amount), 0, 1));

    /// <summary>The same as a number.</summary>
    public double Above(int amount)
    {
        if (_yards is { } table)
        {
            return AboveYards(table, (amount + 0.5) / _scale);
        }

        if (amount < 0)
        {
            return 1;
        }

        return amount >= _length ? 0 : 1 - _upTo[amount];
    }

    // Several lines are read off each law.
    private void SumUp()
    {
        double sum = 0;
        for (var n = 0; n < _length; n++)
        {
            sum += _counts[n];
            _upTo[n] = sum;
        }
    }

    private double AboveYards(YardTable table, double line)
    {
        var above = line < 0 ? _counts[0] : 0;
        return above + table.Above(line, _counts.AsSpan(0, _length));
    }
}

/// <summary>
/// The yards of 1, 2, … touches of one kind in football, on a lattice of whole yards: sums of independent touches, each with the law that was measured.
/// Built once; reading it is a product over the number of touches.
/// </summary>
internal sealed class YardTable
{
    private const int Lowest = -40;
    private const int Highest = 500;
    private readonly double[] _above;

    /// <summary>Sums touches.</summary>
    /// <param name="first">Yards of the first entry of <paramref name="touch"/>.</param>
    /// <param name="touch">Weights of that many yards and each more on one touch; they need not sum to one.</param>
    /// <param name="mostTouches">The most touches.</param>
    public YardTable(int first, ReadOnlySpan<double> touch, int mostTouches)
    {
        MostTouches = mostTouches;
        double weight = 0;
        for (var i = 0; i < touch.Length; i++)
        {
            weight += touch[i];
            Mean += touch[i] * (first + i);
        }

        Mean /= weight;
        var size = Highest - Lowest + 1;
        _above = new double[size * mostTouches];
        var sum = new double[size];
        sum[-Lowest] = 1;
        for (var n = 0; n < mostTouches; n++)
        {
            sum = Convolved(sum, first, touch, weight);
            double above = 0;
            for (var i = size - 1; i >= 0; i--)
            {
                _above[(i * mostTouches) + n] = above;
                above += sum[i];
            }
        }
    }

    /// <summary>The most touches.</summary>
    public int MostTouches { get; }

    /// <summary>Mean yards of one touch.</summary>
    public double Mean { get; }

    /// <summary>The probability that one touch or more happen and bring more than the line; straight lines between whole yards.</summary>
    /// <param name="line">The line in yards of this table; between whole yards.</param>
    /// <param name="touches">Probabilities of 0, 1, … touches.</param>
    public double Above(double line, ReadOnlySpan<double> touches)
    {
        // More than x + 1/2 is more than x on the lattice; in between, the share of the way.
        var at = Math.Clamp(line - 0.5 - Lowest, 0, Highest - Lowest - 1);
        var whole = (int)at;
        var part = at - whole;
        touches = touches[1..];
        var low = VectorMath.Dot(touches, _above.AsSpan(whole * MostTouches, MostTouches));
        var high = VectorMath.Dot(touches, _above.AsSpan((whole + 1) * MostTouches, MostTouches));
        return ((1 - part) * low) + (part * high);
    }

    private static double[] Convolved(double[] sum, int first, ReadOnlySpan<double> touch, double weight)
    {
        var next = new double[sum.Length];
        for (var i = 0; i < sum.Length; i++)
        {
            if (sum[i] < 1e-12)
            {
                continue;
            }

            for (var j = 0; j < touch.Length; j++)
            {
                var to = Math.Clamp(i + first + j, 0, next.Length - 1);
                next[to] += sum[i] * touch[j] / weight;
            }
        }

        return next;
    }
}
