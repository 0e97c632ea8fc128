namespace Oddswire.Core.Domain;

/// <summary>
/// A fractional price as British bookmakers write it: profit to stake, out of the customary fractions (<c>6/4</c> and <c>4/6</c>,
/// never 3/2 and 2/3). <c>default</c> is "no price".
/// </summary>
public readonly record struct FractionalOdds
{
    private static readonly FractionalOdds[] Usual =
    [
        new(1, 1000), new(1, 500), new(1, 250), new(1, 200), new(1, 150), new(1, 100), new(1, 80), new(1, 66), new(1, 50), new(1, 40),
        new(1, 33), new(1, 28), new(1, 25), new(1, 22), new(1, 20), new(1, 18), new(1, 16), new(1, 14), new(1, 12), new(1, 11),
        new(1, 10), new(1, 9), new(1, 8), new(1, 7), new(1, 6), new(2, 11), new(1, 5), new(2, 9), new(1, 4), new(2, 7), new(3, 10),
        new(1, 3), new(4, 11), new(2, 5), new(4, 9), new(1, 2), new(8, 15), new(4, 7), new(8, 13), new(4, 6), new(8, 11), new(4, 5),
        new(5, 6), new(10, 11), new(20, 21), new(1, 1), new(21, 20), new(11, 10), new(6, 5), new(5, 4), new(11, 8), new(6, 4),
        new(13, 8), new(7, 4), new(15, 8), new(2, 1), new(85, 40), new(9, 4), new(5, 2), new(11, 4), new(3, 1), new(10, 3), new(7, 2),
        new(4, 1), new(9, 2), new(5, 1), new(11, 2), new(6, 1), new(13, 2), new(7, 1), new(15, 2), new(8, 1), new(17, 2), new(9, 1),
        new(10, 1), new(11, 1), new(12, 1), new(14, 1), new(16, 1), new(18, 1), new(20, 1), new(22, 1), new(25, 1), new(28, 1),
        new(33, 1), new(40, 1), new(50, 1), new(66, 1), new(80, 1), new(100, 1), new(125, 1), new(150, 1), new(200, 1), new(250, 1),
        new(300, 1), new(400, 1), new(500, 1), new(750, 1), new(999, 1),
    ];

    private FractionalOdds(int profit, int stake) => (Profit, Stake) = (profit, stake);

    /// <summary>What is won on <see cref="Stake"/>; 0 when there is no price.</summary>
    public int Profit { get; }

    /// <summary>The stake; 0 when there is no price.</summary>
    public int Stake { get; }

    /// <summary>The customary fraction whose implied probability is nearest to the decimal price's; the shorter one on a tie.</summary>
    public static FractionalOdds RoundNearest(DecimalOdds odds)
    {
        if (!odds.IsOffered)
        {
            return default;
        }

        var implied = 1000.0 / odds.Thousandths;
        var best = Usual[0];
        foreach (var fraction in Usual)
        {
            if (Math.Abs(fraction.ImpliedChance - implied) < Math.Abs(best.ImpliedChance - implied))
            {
                best = fraction;
            }
        }

        return best;
    }

    private double ImpliedChance => Stake / (double)(Stake + Profit);

    /// <inheritdoc/>
    public override string ToString() => (Profit, Stake) switch
    {
        (_, 0) => "-",
        (1, 1) => "Evens",
        _ => $"{Profit}/{Stake}",
    };
}
