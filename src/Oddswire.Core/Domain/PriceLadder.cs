namespace Oddswire.Core.Domain;

/// <summary>
/// The decimal prices that are quoted: steps grow with the price, about half a percent of probability each around even money, as
/// fixed-odds books quote (five American cents are about as much), so that a small move of the probability leaves the price where it
/// is: 0.01 up to 1.30, 0.02 to 2, 0.05 to 3, 0.1 to 5, 0.25 to 10, 0.5 to 20, 1 to 30, 2 to 50, 5 to 100, 50 to 1,000.
/// </summary>
public static class PriceLadder
{
    private static readonly (int From, int Step)[] Segments =
    [
        (1_010, 10), (1_300, 20), (2_000, 50), (3_000, 100), (5_000, 250), (10_000, 500), (20_000, 1_000), (30_000, 2_000),
        (50_000, 5_000), (100_000, 50_000),
    ];

    // Every one of these is rounded up in binary, so that a whole number of steps never comes out as one less.
    private static readonly double[] PerStep = [.. Segments.Select(segment => 1.0 / segment.Step)];

    /// <summary>The shortest quoted price, 1.01.</summary>
    public static DecimalOdds Shortest => DecimalOdds.FromThousandths(Segments[0].From);

    /// <summary>The longest quoted price, 1,000.</summary>
    public static DecimalOdds Longest => DecimalOdds.FromThousandths(DecimalOdds.MaxThousandths);

    /// <summary>The quoted price nearest to 1 / chance, ties to the shorter; chances beyond the ends get the end.</summary>
    public static DecimalOdds RoundNearest(Chance implied)
    {
        var exact = Exact(implied);
        var (below, step) = StepBelow(exact);
        return DecimalOdds.FromThousandths(exact - below > step / 2.0 ? below + step : below);
    }

    /// <summary>The longest quoted price that does not exceed 1 / chance: rounding in the bookmaker's favour.</summary>
    public static DecimalOdds RoundDown(Chance implied) => DecimalOdds.FromThousandths(StepBelow(Exact(implied)).Below);

    /// <summary>Whether the price stands on the ladder.</summary>
    public static bool Contains(DecimalOdds odds) =>
        odds.IsOffered && odds.Thousandths >= Segments[0].From && StepBelow(odds.Thousandths).Below == odds.Thousandths;

    private static double Exact(Chance implied) => implied.Value * DecimalOdds.MaxThousandths <= 1_000
        ? DecimalOdds.MaxThousandths
        : Math.Max(1_000 / implied.Value, Segments[0].From);

    private static (int Below, int Step) StepBelow(double exact)
    {
        // Most prices are below 3: those are found without a search.
        var i = exact < 2_000 ? (exact < 1_300 ? 0 : 1) : exact < 3_000 ? 2 : 3;
        while (i + 1 < Segments.Length && exact >= Segments[i + 1].From)
        {
            i++;
        }

        var (from, step) = Segments[i];
        return (from + ((int)((exact - from) * PerStep[i]) * step), step);
    }
}
