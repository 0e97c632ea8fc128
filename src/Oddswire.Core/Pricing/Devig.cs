using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>Ways to take the margin out of prices.</summary>
public enum DevigMethod : byte
{
    /// <summary>Each implied chance divided by their sum. The inverse of <see cref="MarginMethod.Proportional"/>.</summary>
    Multiplicative,

    /// <summary>The same amount off each. The inverse of <see cref="MarginMethod.Additive"/>.</summary>
    Additive,

    /// <summary>Each to one power k, so that they sum to one (Vovk and Zhdanov 2009; Buchdahl calls it logarithmic). The inverse of <see cref="MarginMethod.Power"/>.</summary>
    Power,

    /// <summary>
    /// (√(z² + 4 (1 - z) q² / Σq) - z) / (2 (1 - z)) with the share z of insiders at which they sum to one (Shin, Economic Journal 103, 1993; the form of
    /// Jullien and Salanié 1994). For two outcomes the same as <see cref="Additive"/>. The inverse of <see cref="MarginMethod.Shin"/>.
    /// </summary>
    Shin,

    /// <summary>Each one's odds q / (1 - q) divided by one factor (Cheung 2015). The inverse of <see cref="MarginMethod.OddsRatio"/>.</summary>
    OddsRatio,

    /// <summary>
    /// The same amount off each log-odds ln(q / (1 - q)), as in the library penaltyblog. A factor on the odds is a shift of their logarithm: equal to
    /// <see cref="OddsRatio"/>, under the name by which many look for it.
    /// </summary>
    Logarithmic,

    /// <summary>
    /// (q - z) / (1 - z) with z = (Σq - 1) / (n - 1): insiders of share z against a balanced book (Fingleton and Waldron 1999). The inverse of
    /// <see cref="MarginMethod.BalancedBook"/>.
    /// </summary>
    BalancedBook,

    /// <summary>
    /// For each selection the least of all other methods: what a cautious bettor counts on. A bound for each selection, not a distribution: the sum is one or
    /// less.
    /// </summary>
    WorstCase,
}

/// <summary>Takes the margin out of prices by a named method.</summary>
public static class Devig
{
    /// <summary>The most outcomes a market can have.</summary>
    public const int MaxOutcomes = 64;

    private const int MaxSteps = 200;

    /// <summary>Every method.</summary>
    public static IReadOnlyList<DevigMethod> Methods { get; } = Enum.GetValues<DevigMethod>();

    /// <summary>The snake-case name of a method, as it stands in commands and the API.</summary>
    public static string NameOf(DevigMethod method) => method switch
    {
        DevigMethod.Multiplicative => "multiplicative",
        DevigMethod.Additive => "additive",
        DevigMethod.Power => "power",
        DevigMethod.Shin => "shin",
        DevigMethod.OddsRatio => "odds_ratio",
        DevigMethod.Logarithmic => "logarithmic",
        DevigMethod.BalancedBook => "balanced_book",
        DevigMethod.WorstCase => "worst_case",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method to take a margin out."),
    };

    /// <summary>Reads a method's name.</summary>
    public static bool TryParse(string text, out DevigMethod method)
    {
        foreach (var known in Methods)
        {
            if (text.Replace('-', '_').Equals(NameOf(known), StringComparison.OrdinalIgnoreCase))
            {
                method = known;
                return true;
            }
        }

        method = default;
        return false;
    }

    /// <summary>The fair chances behind prices.</summary>
    /// <param name="method">How the margin is taken out.</param>
    /// <param name="implied">What the prices imply, 1 / price each: 2 to 64, above 0 and below 1.</param>
    /// <returns>As many chances, in the same order, with the sum 1 (or less, by <see cref="DevigMethod.WorstCase"/>).</returns>
    /// <exception cref="ArgumentException">The prices are not a market, or the method has no answer for them; the message says why, and what to do.</exception>
    public static Chance[] Remove(DevigMethod method, ReadOnlySpan<Chance> implied)
    {
        if (implied.Length is < 2 or > MaxOutcomes)
        {
            throw new ArgumentException($"A market has 2 to {MaxOutcomes} outcomes; there {(implied.Length == 1 ? "is 1 price" : $"are {implied.Length} prices")}.");
        }

        double sum = 0;
        foreach (var chance in implied)
        {
            sum += chance.Value is > 0 and < 1
                ? chance.Value
                : throw new ArgumentException("Every price must be above 1 and finite: each implies a chance between 0 and 1.");
        }

        if (method == DevigMethod.WorstCase)
        {
            return WorstCase(implied);
        }

        var fair = new double[implied.Length];
        for (var i = 0; i < fair.Length; i++)
        {
            fair[i] = implied[i].Value;
        }

        Solve(method, fair, sum);
        var result = new Chance[fair.Length];
        for (var i = 0; i < fair.Length; i++)
        {
            result[i] = fair[i] is >= 0 and <= 1
                ? Chance.Of(fair[i])
                : throw new ArgumentException(
                    $"The {NameOf(method)} method gives outcome {i + 1} a chance of {fair[i]:0.####}, which cannot be: the margin is too large for so long a price. Use power or odds_ratio.");
        }

        return result;
    }

    private static void Solve(DevigMethod method, Span<double> q, double sum)
    {
        switch (method)
        {
            case DevigMethod.Multiplicative:
                Each(q, sum, static (x, total) => x / total);
                break;
            case DevigMethod.Additive:
                Each(q, (sum - 1) / q.Length, static (x, share) => x - share);
                break;
            case DevigMethod.Power:
                Each(q, Root(q, 1e-3, 1e3, static (x, k) => Math.Pow(x, k), method), static (x, k) => Math.Pow(x, k));
                break;
            case DevigMethod.Shin:
                RemoveShin(q, sum);
                break;
            case DevigMethod.OddsRatio:
                Each(q, Root(q, 1e-6, 1e6, WithoutFactor, method), WithoutFactor);
                break;
            case DevigMethod.Logarithmic:
                Each(q, Root(q, -14, 14, WithoutShift, method), WithoutShift);
                break;
            case DevigMethod.BalancedBook:
                Each(q, (sum - 1) / (q.Length - 1), static (x, z) => (x - z) / (1 - z));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(method), method, "Not a method to take a margin out.");
        }
    }

    private static void RemoveShin(Span<double> q, double sum)
    {
        if (sum < 1)
        {
            throw new ArgumentException(
                $"The prices imply {sum:0.####} in all, below 1: there is no margin, and Shin's share of insiders would be negative. Use multiplicative or power.");
        }

        var law = (Sum: sum, Z: 0.0);
        double low = 0, high = 1 - 1e-12;
        for (var step = 0; step < MaxSteps && high - low > 1e-16; step++)
        {
            law.Z = (low + high) / 2;
            double total = 0;
            foreach (var x in q)
            {
                total += WithoutInsiders(x, law);
            }

            (low, high) = total > 1 ? (law.Z, high) : (low, law.Z);
        }

        if (low > 1 - 1e-9)
        {
            throw new ArgumentException($"The prices imply {sum:0.####} in all: no share of insiders explains so large a margin. Use multiplicative or power.");
        }

        Each(q, law, WithoutInsiders);
    }

    private static double WithoutInsiders(double q, (double Sum, double Z) law) =>
        (Math.Sqrt((law.Z * law.Z) + (4 * (1 - law.Z) * q * q / law.Sum)) - law.Z) / (2 * (1 - law.Z));

    private static double WithoutFactor(double q, double factor) => q / (factor + q - (factor * q));

    private static double WithoutShift(double q, double shift) => 1 / (1 + Math.Exp(shift - Math.Log(q / (1 - q))));

    /// <summary>The parameter at which the changed chances sum to one; the sum falls as it grows.</summary>
    private static double Root(ReadOnlySpan<double> q, double low, double high, Func<double, double, double> change, DevigMethod method)
    {
        var (first, last) = (low, high);
        for (var step = 0; step < MaxSteps && low < high; step++)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high)
            {
                break;
            }

            double total = 0;
            foreach (var x in q)
            {
                total += change(x, middle);
            }

            (low, high) = total > 1 ? (middle, high) : (low, middle);
        }

        var root = (low + high) / 2;
        return root - first > (last - first) * 1e-12 && last - root > (last - first) * 1e-12
            ? root
            : throw new ArgumentException($"The {NameOf(method)} method finds no fair chances behind these prices. Use multiplicative.");
    }

    private static Chance[] WorstCase(ReadOnlySpan<Chance> implied)
    {
        var least = new Chance[implied.Length];
        Array.Fill(least, Chance.Of(1));
        var solved = 0;
        foreach (var method in Methods)
        {
            if (method == DevigMethod.WorstCase)
            {
                continue;
            }

            try
            {
                var fair = Remove(method, implied);
                solved++;
                for (var i = 0; i < least.Length; i++)
                {
                    least[i] = fair[i].CompareTo(least[i]) < 0 ? fair[i] : least[i];
                }
            }
            catch (ArgumentException)
            {
                // A method without an answer for these prices says nothing about the worst case.
            }
        }

        return solved > 0 ? least : throw new ArgumentException("No method finds fair chances behind these prices.");
    }

    private static void Each<T>(Span<double> q, T parameter, Func<double, T, double> change)
    {
        foreach (ref var x in q)
        {
            x = change(x, parameter);
        }
    }
}
