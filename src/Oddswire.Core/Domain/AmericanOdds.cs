namespace Oddswire.Core.Domain;

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
