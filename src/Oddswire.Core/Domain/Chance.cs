namespace Oddswire.Core.Domain;

/// <summary>
/// A probability as a model computes it, not yet rounded: 0 to 1 in double precision. Sums and products of chances stay within a
/// model; what leaves it is a <see cref="Probability"/> or a price. <c>default</c> is impossibility.
/// </summary>
public readonly record struct Chance : IComparable<Chance>
{
    private Chance(double value) => Value = value;

    /// <summary>The value, 0 to 1.</summary>
    public double Value { get; }

    /// <summary>The chance of a computed value; values off the unit interval by rounding error are clamped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number, or further than 1e-6 outside 0 to 1.</exception>
    public static Chance Of(double value) => value is >= 0 and <= 1 ? new Chance(value) : OfRounded(value);

    /// <summary>The chance of the opposite.</summary>
    public Chance Complement => new(1 - Value);

    /// <summary>Rounds to the nearest millionth, ties to even.</summary>
    public Probability RoundNearest() => Probability.RoundNearest(Value);

    private static Chance OfRounded(double value) => value is >= -1e-6 and <= 1 + 1e-6
        ? new Chance(Math.Clamp(value, 0, 1))
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A chance is between 0 and 1.");

    /// <inheritdoc/>
    public int CompareTo(Chance other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("0.######");
}
