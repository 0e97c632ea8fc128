using System.Runtime.Intrinsics;
using Oddswire.Core.Domain;

namespace Oddswire.Core.Pricing;

/// <summary>Ways to turn fair chances into the chances that the offered prices imply. With an overround of o, those sum to 1 + o.</summary>
public enum MarginMethod : byte
{
    /// <summary>Each chance times 1 + o: the same loss on every selection.</summary>
    Proportional,

    /// <summary>Each chance to the power k &lt; 1: outsiders carry more of the margin, as in real markets.</summary>
    Power,

    /// <summary>Each chance plus o / n: outsiders carry far more of it.</summary>
    Additive,

    /// <summary>Each chance's odds p / (1 - p) times one factor (Cheung 2015): between proportional and power.</summary>
    OddsRatio,

    /// <summary>
    /// As a bookmaker prices who fears a share z of insiders: √(π) · √(p (z + (1 - z) p)), with z such that the sum comes out (Shin, Economic Journal 103,
    /// 1993; the form of Jullien and Salanié 1994 solved for the price).
    /// </summary>
    Shin,

    /// <summary>
    /// z + (1 - z) p with z = o / (n - 1): insiders of share z, stakes balanced over all outcomes (Fingleton and Waldron 1999, "Optimal determination of
    /// bookmakers' betting odds").
    /// </summary>
    BalancedBook,
}

/// <summary>How a market's margin is added.</summary>
/// <param name="Method">The method.</param>
/// <param name="OverroundBasisPoints">Overround in hundredths of a percent, 0 to 2,500: 450 is 4.5 %.</param>
public readonly record struct MarginRule(MarginMethod Method, int OverroundBasisPoints)
{
    /// <summary>The overround as a fraction.</summary>
    internal double Overround => OverroundBasisPoints / 10_000.0;
}

/// <summary>Adds a margin by a named method.</summary>
public static class Margin
{
    private const int MaxSteps = 40;
    private const double LeastPower = 0.05;

    /// <summary>
    /// Replaces fair chances, which sum to 1, by those the offered prices imply. Order is kept; a chance of 0 stays 0 (nothing is offered on
    /// the impossible, except under <see cref="MarginMethod.Additive"/> and <see cref="MarginMethod.BalancedBook"/>), and no implied chance exceeds 1.
    /// </summary>
    /// <param name="rule">Method and overround.</param>
    /// <param name="chances">Two or more fair chances; overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The overround is outside 0 to 25 %, or the method is unknown.</exception>
    public static void Add(MarginRule rule, Span<Chance> chances)
    {
        if (rule.OverroundBasisPoints is < 0 or > 2_500)
        {
            throw new ArgumentOutOfRangeException(
                nameof(rule), rule.OverroundBasisPoints, "An overround is 0 to 2,500 hundredths of a percent.");
        }

        switch (rule.Method)
        {
            case MarginMethod.Proportional:
                AddInProportion(chances, 1 + rule.Overround);
                break;
            case MarginMethod.Power:
                AddByPower(chances, 1 + rule.Overround);
                break;
            case MarginMethod.Additive:
                Each(chances, rule.Overround / chances.Length, static (p, share) => p + share);
                break;
            case MarginMethod.OddsRatio:
                Each(chances, SolveOddsRatio(chances, 1 + rule.Overround), WithOdds);
                break;
            case MarginMethod.Shin:
                AddByShin(chances, 1 + rule.Overround);
                break;
            case MarginMethod.BalancedBook:
                Each(chances, rule.Overround / (chances.Length - 1), static (p, z) => z + ((1 - z) * p));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(rule), rule.Method, "Not a margin method.");
        }
    }

    /// <summary>The snake-case name of a method, as it stands in book files and commands.</summary>
    public static string NameOf(MarginMethod method) => method switch
    {
        MarginMethod.Proportional => "proportional",
        MarginMethod.Power => "power",
        MarginMethod.Additive => "additive",
        MarginMethod.OddsRatio => "odds_ratio",
        MarginMethod.Shin => "shin",
        MarginMethod.BalancedBook => "balanced_book",
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Not a margin method."),
    };

    private static void AddInProportion(Span<Chance> chances, double factor)
    {
        foreach (ref var chance in chances)
        {
            chance = Chance.Of(Math.Min(1, chance.Value * factor));
        }
    }

    // Newton on the exponent: the sum of p^k falls from n (k = 0) to 1 (k = 1) and is convex. Markets of up to four selections, nearly all, fit into one vector.
    private static void AddByPower(Span<Chance> chances, double target)
    {
        if (chances.Length > Vector256<double>.Count)
        {
            AddByPowerOneByOne(chances, target);
            return;
        }

        Span<double> values = stackalloc double[Vector256<double>.Count];
        values.Clear();
        for (var i = 0; i < chances.Length; i++)
        {
            values[i] = chances[i].Value;
        }

        // What is impossible has the power 0 of every exponent, and takes no part.
        var powers = Vector256.Create<double>(values);
        var isPossible = Vector256.GreaterThan(powers, Vector256<double>.Zero);
        var logs = Vector256.Log(Vector256.ConditionalSelect(isPossible, powers, Vector256<double>.One));
        var k = StartOf(powers, logs, target);
        for (var step = 0; step < MaxSteps; step++)
        {
            powers = Vector256.Exp(logs * k) & isPossible;
            var excess = Vector256.Sum(powers) - target;
            var slope = Vector256.Sum(powers * logs);
            if (Math.Abs(excess) < 1e-10 || slope > -1e-9)
            {
                break;
            }

            k = Math.Clamp(k - (excess / slope), LeastPower, 1);
        }

        powers.CopyTo(values);
        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] = Chance.Of(Math.Min(1, values[i]));
        }
    }

    // The series of the sum around k = 1, turned round to the third order: within a few millionths of the root unless a selection is hardly possible.
    private static double StartOf(Vector256<double> chances, Vector256<double> logs, double target)
    {
        var first = chances * logs;
        var second = first * logs;
        var (s1, s2, s3) = (-Vector256.Sum(first), Vector256.Sum(second) / 2, -Vector256.Sum(second * logs) / 6);
        if (s1 < 1e-9)
        {
            return 1;
        }

        var x = (target - 1) / s1;
        var (a, b) = (s2 / s1, s3 / s1);
        return Math.Clamp(1 - (x * (1 + (x * (-a + (x * ((2 * a * a) - b)))))), LeastPower, 1);
    }

    private static void AddByPowerOneByOne(Span<Chance> chances, double target)
    {
        Span<double> logs = stackalloc double[chances.Length];
        for (var i = 0; i < chances.Length; i++)
        {
            logs[i] = chances[i].Value > 0 ? Math.Log(chances[i].Value) : double.NegativeInfinity;
        }

        var k = 1.0;
        for (var step = 0; step < MaxSteps; step++)
        {
            double sum = 0, slope = 0;
            foreach (var log in logs)
            {
                var power = log > double.NegativeInfinity ? Math.Exp(k * log) : 0;
                sum += power;
                slope += power > 0 ? power * log : 0;
            }

            if (Math.Abs(sum - target) < 1e-10 || slope > -1e-9)
            {
                break;
            }

            k = Math.Clamp(k - ((sum - target) / slope), LeastPower, 1);
        }

        for (var i = 0; i < chances.Length; i++)
        {
            chances[i] = logs[i] > double.NegativeInfinity ? Chance.Of(Math.Exp(k * logs[i])) : default;
        }
    }

    // (Σ √(p (z + (1 - z) p)))² grows with z from 1 to (Σ √p)².
    private static void AddByShin(Span<Chance> chances, double target)
    {
        var root = Math.Sqrt(target);
        double low = 0, high = 1;
        for (var step = 0; step < 60; step++)
        {
            var z = (low + high) / 2;
            double sum = 0;
            foreach (var chance in chances)
            {
                sum += ShinShare(chance.Value, z);
            }

            (low, high) = sum < root ? (z, high) : (low, z);
        }

        var insiders = (low + high) / 2;
        Each(chances, (root, insiders), static (p, law) => law.root * ShinShare(p, law.insiders));
    }

    private static double ShinShare(double p, double z) => Math.Sqrt(p * (z + ((1 - z) * p)));

    private static void Each<T>(Span<Chance> chances, T parameter, Func<double, T, double> change)
    {
        foreach (ref var chance in chances)
        {
            chance = Chance.Of(Math.Min(1, change(chance.Value, parameter)));
        }
    }

    private static double WithOdds(double p, double factor) => factor * p / (1 - p + (factor * p));

    private static double SolveOddsRatio(ReadOnlySpan<Chance> chances, double target)
    {
        double low = 1, high = 1e9;
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            double sum = 0;
            foreach (var chance in chances)
            {
                sum += WithOdds(chance.Value, middle);
            }

            (low, high) = sum < target ? (middle, high) : (low, middle);
        }

        return (low + high) / 2;
    }
}
