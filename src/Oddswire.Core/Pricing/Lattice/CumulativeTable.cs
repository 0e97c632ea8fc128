namespace Oddswire.Core.Pricing.Lattice;

/// <summary>Probabilities of consecutive whole numbers, summed up so that both tails are one look-up. Its buffers are used again.</summary>
internal sealed class CumulativeTable
{
    private double[] _mass = new double[256];
    private double[] _below = new double[257];
    private int _low;
    private int _count;
    private double _mean;

    public void Begin(int low, int high)
    {
        _low = low;
        _count = high - low + 1;
        if (_mass.Length < _count)
        {
            Array.Resize(ref _mass, _count * 2);
            Array.Resize(ref _below, (_count * 2) + 1);
        }

        Array.Clear(_mass, 0, _count);
    }

    /// <summary>The masses from <paramref name="low"/> on, to add to.</summary>
    public Span<double> From(int low, int count) => _mass.AsSpan(low - _low, count);

    /// <summary>Sums up, and scales away the rounding error of the sum.</summary>
    public void Accumulate()
    {
        var below = _below.AsSpan(0, _count + 1);
        var (sum, weighted) = VectorMath.Accumulate(_mass.AsSpan(0, _count), below);
        _mean = _low + (weighted / sum);
        if (Math.Abs(sum - 1) > 1e-12)
        {
            VectorMath.Scale(below, 1 / sum);
        }
    }

    public double Mean() => _mean;

    /// <summary>Chance of less than <paramref name="value"/>.</summary>
    public double Below(int value) => _below[Math.Clamp(value - _low, 0, _count)];

    /// <summary>Chance of more than <paramref name="value"/>.</summary>
    public double Above(int value) => Math.Max(0, 1 - Below(value + 1));
}
