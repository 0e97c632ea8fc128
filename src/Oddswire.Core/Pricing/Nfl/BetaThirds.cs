namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// What the short, the middling and the long third of a share between 0 and 1 are on average, where it is spread as Beta's law says: from a table by mean and spread, drawn straight between
/// its points in the logarithm of the odds. Ferrari and Cribari-Neto, "Beta regression for modelling rates and proportions", Journal of Applied Statistics 31 (2004), write the law by its mean and
/// its precision, as here.
/// </summary>
internal static class BetaThirds
{
    private const double Step = 0.5;
    private const double MostMean = 6;
    private const double LeastSpread = -6;
    private const double MostSpread = 0.5;
    private const int Means = (int)(2 * MostMean / Step) + 1;
    private const int Spreads = (int)((MostSpread - LeastSpread) / Step) + 1;

    // The law is summed by the logarithm of the odds, where it has no poles: so many of about its standard deviations to either side of its peak, but no further than where a share is as good as nothing.
    private const double Deviations = 12;
    private const double Furthest = 40;
    private const int Cells = 400;

    private const double Least = 1e-5;

    private static readonly Lazy<(double Short, double Long)[]> Table = new(WorkOut);

    /// <summary>Writes the three means, whose own mean is that of all.</summary>
    /// <param name="mean">Log odds of the mean.</param>
    /// <param name="spread">Log odds of the variance's share of the greatest that such a mean allows, mean times one less mean.</param>
    /// <param name="thirds">Room for three shares.</param>
    public static void Fill(double mean, double spread, Span<double> thirds)
    {
        var all = Share(mean);
        var row = Math.Clamp((mean + MostMean) / Step, 0, Means - 1.001);
        var column = Math.Clamp((spread - LeastSpread) / Step, 0, Spreads - 1.001);
        var (i, j) = ((int)row, (int)column);
        var (down, right) = (row - i, column - j);
        var table = Table.Value;
        var at = (i * Spreads) + j;
        double Between(double a, double b, double c, double d) => ((1 - down) * (((1 - right) * a) + (right * b))) + (down * (((1 - right) * c) + (right * d)));
        var (a, b, c, d) = (table[at], table[at + 1], table[at + Spreads], table[at + Spreads + 1]);
        thirds[0] = Math.Min(Share(mean + Between(a.Short, b.Short, c.Short, d.Short)), all);
        thirds[2] = Math.Max(Share(mean + Between(a.Long, b.Long, c.Long, d.Long)), all);
        thirds[1] = Math.Clamp((3 * all) - thirds[0] - thirds[2], thirds[0], thirds[2]);

        // What the middling third cannot make up for is the long one's.
        thirds[2] = Math.Min(1, (3 * all) - thirds[0] - thirds[1]);
    }

    /// <summary>The share with such log odds.</summary>
    public static double Share(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>The log odds of a share.</summary>
    public static double Logit(double share) => Math.Log(share / (1 - share));

    private static (double Short, double Long)[] WorkOut()
    {
        var table = new (double, double)[Means * Spreads];
        for (var i = 0; i < Means; i++)
        {
            for (var j = 0; j < Spreads; j++)
            {
                var mean = (i * Step) - MostMean;
                var precision = (1 / Share(LeastSpread + (j * Step))) - 1;
                var (first, last) = Thirds(Share(mean) * precision, (1 - Share(mean)) * precision);
                table[(i * Spreads) + j] = (Logit(Math.Clamp(first, Least, 1 - Least)) - mean, Logit(Math.Clamp(last, Least, 1 - Least)) - mean);
            }
        }

        return table;
    }

    // Beta's law in the log odds u: proportional to share^first * (1 - share)^second; beyond the cells it falls by e to the first, or to the second, power of each step.
    private static (double Short, double Long) Thirds(double first, double second)
    {
        var peak = Logit(first / (first + second));
        var reach = Deviations * Math.Sqrt((1 / first) + (1 / second));
        var (from, to) = (Math.Max(-Furthest, peak - reach), Math.Min(Furthest, peak + reach));
        var width = (to - from) / Cells;
        Span<double> masses = stackalloc double[Cells + 2];
        Span<double> shares = stackalloc double[Cells + 2];
        double LogDensity(double u) => (-first * Math.Log(1 + Math.Exp(-u))) - (second * Math.Log(1 + Math.Exp(u)));
        var most = LogDensity(peak);
        masses[0] = Math.Exp(LogDensity(from) - most) / first;
        (masses[^1], shares[^1]) = (Math.Exp(LogDensity(to) - most) / second, 1);
        for (var cell = 0; cell < Cells; cell++)
        {
            var u = ((cell + 0.5) * width) + from;
            (masses[cell + 1], shares[cell + 1]) = (width * Math.Exp(LogDensity(u) - most), Share(u));
        }

        var third = VectorMath.Sum<double>(masses) / 3;
        var (below, above) = (0.0, 0.0);
        var (shortest, longest) = (0.0, 0.0);
        for (var cell = 0; cell < masses.Length && below < third; cell++)
        {
            var taken = Math.Min(masses[cell], third - below);
            below += taken;
            shortest += taken * shares[cell];
        }

        for (var cell = masses.Length - 1; cell >= 0 && above < third; cell--)
        {
            var taken = Math.Min(masses[cell], third - above);
            above += taken;
            longest += taken * shares[cell];
        }

        return (shortest / third, longest / third);
    }
}
