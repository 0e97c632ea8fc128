namespace Oddswire.Core.Pricing.Props;

/// <summary>
/// The negative binomial law of a count: mean m and variance m + m²/size. It is what a Poisson count becomes when its rate is uncertain (gamma), so a
/// player's rate after an update by what he has done so far and the law of what he will still do have one formula. A very large size is Poisson.
/// Formula: Johnson, Kemp and Kotz, Univariate Discrete Distributions (2005), ch. 5.
/// </summary>
public static class CountLaw
{
    /// <summary>Counts above this are taken for impossible.</summary>
    public const int Most = 96;

    private const double LeastMean = 1e-9;
    private const double Negligible = 1e-10;

    /// <summary>Writes the probabilities of 0, 1, … and returns how many were written; the rest is below 1e-10.</summary>
    public static int Fill(double mean, double size, Span<double> to)
    {
        mean = Math.Max(LeastMean, mean);
        var q = mean / (mean + size);
        var p = Math.Exp(-size * Math.Log(1 + (mean / size)));
        var sum = p;
        to[0] = p;
        var n = 1;
        for (; n < to.Length && 1 - sum > Negligible; n++)
        {
            p *= q * (size + n - 1) / n;
            to[n] = p;
            sum += p;
        }

        return n;
    }

    /// <summary>The logarithm of the probability of a count.</summary>
    public static double Log(double mean, double size, int count)
    {
        mean = Math.Max(LeastMean, mean);
        var log = -size * Math.Log(1 + (mean / size));
        if (count == 0)
        {
            return log;
        }

        // The rising factorial as a product: counts are small, and a product of doubles stays far from overflow up to some forty factors.
        var product = 1.0;
        var q = mean / (mean + size);
        for (var n = 1; n <= count; n++)
        {
            product *= q * (size + n - 1) / n;
            if (product is < 1e-200 or > 1e200)
            {
                log += Math.Log(product);
                product = 1;
            }
        }

        return log + Math.Log(product);
    }
}
