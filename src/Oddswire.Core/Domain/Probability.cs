namespace Oddswire.Core.Domain;

/// <summary>
/// A probability as whole millionths, 0 to 1,000,000. Fixed point, so that the same price is the same bytes on
/// every machine. <c>default</c> is impossibility.
/// </summary>
public readonly record struct Probability : IComparable<Probability>
{
    /// <summary>Certainty, in millionths.</summary>
    public const int One = 1_000_000;

    private Probability(int millionths) => Millionths = millionths;

    /// <summary>The value in millionths, 0 to <see cref="One"/>.</summary>
    public int Millionths { get; }

    /// <summary>The value from 0 to 1.</summary>
    public double Value => Millionths / (double)One;

    /// <summary>The probability of so many millionths.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside 0 to 1,000,000.</exception>
    public static Probability FromMillionths(int millionths) => (uint)millionths <= One
        ? new Probability(millionths)
        : throw new ArgumentOutOfRangeException(nameof(millionths), millionths, "A probability is 0 to 1,000,000 millionths.");

    /// <summary>Rounds to the nearest millionth, ties to even; values off the unit interval by rounding error are clamped.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a number, or further than 1e-6 outside 0 to 1.</exception>
    public static Probability RoundNearest(double value) => value is >= -1e-6 and <= 1 + 1e-6
        ? new Probability((int)Math.Round(Math.Clamp(value, 0, 1) * One, MidpointRounding.ToEven))
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A probability is between 0 and 1.");

    /// <summary>The probability of the opposite.</summary>
    public Probability Complement => new(One - Millionths);

    /// <inheritdoc/>
    public int CompareTo(Probability other) => Millionths.CompareTo(other.Millionths);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("0.######");
}
