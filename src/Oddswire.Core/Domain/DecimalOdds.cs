namespace Oddswire.Core.Domain;

/// <summary>
/// A decimal price: total return for a stake of 1, as whole thousandths, 1.001 to 1,000.000.
/// <c>default</c> is "no price" (<see cref="IsOffered"/> is false).
/// </summary>
public readonly record struct DecimalOdds : IComparable<DecimalOdds>
{
    /// <summary>The shortest price, 1.001, in thousandths.</summary>
    public const int MinThousandths = 1_001;

    /// <summary>The longest price, 1,000, in thousandths.</summary>
    public const int MaxThousandths = 1_000_000;

    private DecimalOdds(int thousandths) => Thousandths = thousandths;

    /// <summary>The price in thousandths; 0 when there is none.</summary>
    public int Thousandths { get; }

    /// <summary>Whether there is a price.</summary>
    public bool IsOffered => Thousandths != 0;

    /// <summary>No price: the selection cannot be bet on.</summary>
    public static DecimalOdds None => default;

    /// <summary>The price of so many thousandths; 0 is <see cref="None"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither 0 nor within 1.001 to 1,000.</exception>
    public static DecimalOdds FromThousandths(int thousandths) =>
        thousandths is 0 or (>= MinThousandths and <= MaxThousandths)
            ? new DecimalOdds(thousandths)
            : throw new ArgumentOutOfRangeException(nameof(thousandths), thousandths, "A decimal price is 1.001 to 1000.");

    /// <summary>The probability that the price implies, the margin included: 1 / price.</summary>
    /// <exception cref="InvalidOperationException">There is no price.</exception>
    public Probability Implied => IsOffered
        ? Probability.RoundNearest(1000.0 / Thousandths)
        : throw new InvalidOperationException("No price is offered, so none is implied.");

    /// <inheritdoc/>
    public int CompareTo(DecimalOdds other) => Thousandths.CompareTo(other.Thousandths);

    /// <inheritdoc/>
    public override string ToString() => IsOffered ? (Thousandths / 1000m).ToString("0.000") : "-";
}
