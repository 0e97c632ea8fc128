namespace Oddswire.Simulator;

/// <summary>
/// The simulator's only source of chance: xoshiro256** (Blackman and Vigna, 2018) seeded through SplitMix64. Nothing but integer
/// arithmetic, comparisons and the four basic operations on doubles is used, so that a seed gives the same game on every platform.
/// </summary>
internal sealed class SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>A stream of its own for each seed.</summary>
    public SeededRandom(ulong seed) => Reseed(seed);

    /// <summary>The same stream from here on, apart from this one.</summary>
    public SeededRandom Copy() => (SeededRandom)MemberwiseClone();

    /// <summary>Goes on with another seed's stream.</summary>
    public void Reseed(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>One seed out of several parts; every part matters and so does their order.</summary>
    public static ulong Mix(ulong first, ulong second, ulong third = 0, ulong fourth = 0)
    {
        var state = first;
        var mixed = SplitMix(ref state);
        foreach (var part in (ReadOnlySpan<ulong>)[second, third, fourth])
        {
            state = mixed ^ part;
            mixed = SplitMix(ref state);
        }

        return mixed;
    }

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = ulong.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = ulong.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform from 0 up to, but not including 1, in steps of 2^-53.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform from 0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(((NextBits() >> 32) * (ulong)count) >> 32);

    /// <summary>Uniform from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + Below(high - low + 1);

    /// <summary>True with that probability.</summary>
    public bool Chance(double probability) => NextUnit() < probability;

    /// <summary>
    /// Close to a standard normal: the sum of twelve uniforms less six (Irwin-Hall), which needs no transcendental function. Never beyond
    /// +-6; 99.7 % lie within +-3 as with the normal.
    /// </summary>
    public double NextNormal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            sum += NextUnit();
        }

        return sum;
    }

    /// <summary>
    /// A value from an inverse distribution function given by points: <paramref name="shares"/> ascending from 0 to 1, linear in between,
    /// rounded to a whole number.
    /// </summary>
    public int FromQuantiles(ReadOnlySpan<double> shares, ReadOnlySpan<double> values, double shift = 0)
    {
        var u = NextUnit();
        var i = 1;
        while (i < shares.Length - 1 && u > shares[i])
        {
            i++;
        }

        var value = values[i - 1] + ((values[i] - values[i - 1]) * (u - shares[i - 1]) / (shares[i] - shares[i - 1]));
        return (int)Math.Floor(value + shift + 0.5);
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
