using System.Runtime.CompilerServices;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>What extra innings add to a tie: each is played to its end, the last half only until it is decided, as often as needed.</summary>
internal sealed class ExtraInnings
{
    /// <summary>Runs in extra innings are counted to this.</summary>
    public const int MaxRuns = 20;

    private const int MaxInnings = 14;

    /// <summary>The law of what extra innings add.</summary>
    /// <param name="first">Runs of the team that bats first in one of them.</param>
    /// <param name="second">Runs that the team batting second would score in a whole half.</param>
    /// <param name="walkOff">Chance that a walk-off wins by 1, 2, 3, 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ExtraInnings(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> walkOff)
    {
        Span<double> level = stackalloc double[MaxRuns + 1];
        Span<double> next = stackalloc double[MaxRuns + 1];
        level[0] = 1;
        for (var inning = 0; inning < MaxInnings; inning++)
        {
            next.Clear();
            for (var runs = 0; runs <= MaxRuns; runs++)
            {
                PlayFrom(runs, level[runs], first, second, walkOff, next);
            }

            next.CopyTo(level);
        }

        // What is still level after the last counted inning is shared out by scaling.
        Scale(Margin);
        Scale(Total);
        Scale(First);
        Scale(Second);
    }

    /// <summary>Second minus first, from -<see cref="MaxRuns"/>; never zero.</summary>
    public double[] Margin { get; } = new double[(2 * MaxRuns) + 1];

    /// <summary>Runs of both.</summary>
    public double[] Total { get; } = new double[(2 * MaxRuns) + 1];

    /// <summary>Runs of the team that bats first.</summary>
    public double[] First { get; } = new double[MaxRuns + 1];

    /// <summary>Runs of the team that bats second.</summary>
    public double[] Second { get; } = new double[MaxRuns + 1];

    // Runs some 10,000 times for the first event of each game: waiting for the compiler to find out that it is hot would delay that event.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PlayFrom(
        int before, double mass, ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> walkOff, Span<double> next)
    {
        for (var a = 0; mass > 1e-15 && a <= MaxRuns - before; a++)
        {
            var weight = mass * first[a];
            double notAhead = 0;
            for (var b = 0; b <= a; b++)
            {
                notAhead += second[b];
                if (b < a)
                {
                    Add(before + a, before + b, weight * second[b]);
                }
                else
                {
                    next[before + a] += weight * second[b];
                }
            }

            for (var margin = 1; margin <= walkOff.Length; margin++)
            {
                Add(before + a, before + a + margin, weight * Math.Max(0, 1 - notAhead) * walkOff[margin - 1]);
            }
        }
    }

    private void Add(int first, int second, double mass)
    {
        Margin[Math.Clamp(second - first, -MaxRuns, MaxRuns) + MaxRuns] += mass;
        Total[Math.Min(first + second, 2 * MaxRuns)] += mass;
        First[Math.Min(first, MaxRuns)] += mass;
        Second[Math.Min(second, MaxRuns)] += mass;
    }

    private static void Scale(double[] values)
    {
        var sum = values.Sum();
        for (var i = 0; i < values.Length; i++)
        {
            values[i] /= sum;
        }
    }
}
