namespace Oddswire.Calibration.Fit;

/// <summary>Numbers that only the seed decides, on every machine: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
public sealed class SeededSequence
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;
    private ulong _state;

    /// <summary>The sequence of a seed. That of the next seed is the same without its first number: for sequences side by side, take <see cref="Apart"/>.</summary>
    public SeededSequence(int seed)
        : this(((ulong)(uint)seed * Gamma) + 0x632BE59BD9B4E019)
    {
    }

    private SeededSequence(ulong state) => _state = state;

    /// <summary>The sequence of a seed that has nothing in common with those of other seeds: it begins anywhere in the generator's period.</summary>
    public static SeededSequence Apart(int seed) => new(Mix(((ulong)(uint)seed * Gamma) + 0xD1B54A32D192ED03));

    /// <summary>A whole number from 0 to below a limit.</summary>
    public int Below(int limit) => (int)(((UInt128)Next() * (ulong)limit) >> 64);

    /// <summary>A whole number from the first to the last, both included.</summary>
    public int Between(int first, int last) => first + Below(last - first + 1);

    /// <summary>True so many times in a hundred.</summary>
    public bool Percent(int percent) => Below(100) < percent;

    /// <summary>The items in an order that the seed decides.</summary>
    public IReadOnlyList<T> Shuffled<T>(IEnumerable<T> items)
    {
        T[] list = [.. items];
        for (var i = list.Length - 1; i > 0; i--)
        {
            var j = Below(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }

        return list;
    }

    private ulong Next() => Mix(_state += Gamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
