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

/// <summary>
/// An American price: +130 wins 130 on a stake of 100, -150 wins 100 on a stake of 150. Never between -100 and +100
/// (even money is written +100). <c>default</c> is "no price".
/// </summary>
public readonly record struct AmericanOdds
{
    private AmericanOdds(int value) => Value = value;

    /// <summary>The signed price; 0 when there is none.</summary>
    public int Value { get; }

    /// <summary>The American price of a signed number; -100 becomes +100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Between -99 and 99.</exception>
    public static AmericanOdds Of(int value) => value is >= 100 or <= -100
        ? new AmericanOdds(value == -100 ? 100 : value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "An American price is at most -100 or at least +100.");

    /// <summary>The nearest American price to a decimal one, ties away from zero.</summary>
    public static AmericanOdds RoundNearest(DecimalOdds odds)
    {
        if (!odds.IsOffered)
        {
            return default;
        }

        var profit = (odds.Thousandths - 1000) / 1000m;
        return Of((int)Math.Round(profit >= 1 ? profit * 100 : -100 / profit, MidpointRounding.AwayFromZero));
    }

    /// <summary>The decimal price, rounded to the nearest thousandth, ties away from zero, and held within its range.</summary>
    public DecimalOdds ToDecimal()
    {
        if (Value == 0)
        {
            return DecimalOdds.None;
        }

        var thousandths = Value > 0 ? 1000 + (Value * 10m) : 1000 + (100_000m / -Value);
        return DecimalOdds.FromThousandths((int)Math.Clamp(
            Math.Round(thousandths, MidpointRounding.AwayFromZero), DecimalOdds.MinThousandths, DecimalOdds.MaxThousandths));
    }

    /// <inheritdoc/>
    public override string ToString() => Value switch { 0 => "-", > 0 => $"+{Value}", _ => $"{Value}" };
}

/// <summary>A handicap or total in hundredths of a point: -3.5 is -350. Signed; a spread is the home team's handicap.</summary>
public readonly record struct Line(int Hundredths) : IComparable<Line>
{
    /// <summary>The value in points (or runs).</summary>
    public decimal Points => Hundredths / 100m;

    /// <summary>Whether a result can fall exactly on the line, so that bets are pushed.</summary>
    public bool CanPush => Hundredths % 100 == 0;

    /// <summary>The line of so many half points: <c>FromHalves(-7)</c> is -3.5.</summary>
    public static Line FromHalves(int halves) => new(halves * 50);

    /// <inheritdoc/>
    public int CompareTo(Line other) => Hundredths.CompareTo(other.Hundredths);

    /// <inheritdoc/>
    public override string ToString() => Points.ToString("0.##");
}
