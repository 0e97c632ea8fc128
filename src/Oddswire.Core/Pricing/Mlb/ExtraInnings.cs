using System.Runtime.CompilerServices;

namespace Oddswire.Core.Pricing.Mlb;

/// <summary>What extra innings add to a tie: each is played to its end, the last half only until it is decided, as often as needed.</summary>
internal sealed class ExtraInnings
{
    /// <summary>Runs in extra innings are counted to this.</summary>
    public const int MaxRuns = 20;

    /// <summary>The law of what extra innings add.</summary>
    /// <param name="first">Runs of the team that bats first in one of them.</param>
    /// <param name="second">Runs that the team batting second would score in a whole half.</param>
    /// <param name="walkOff">Chance that a walk-off wins by 1, 2, 3, 4.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ExtraInnings(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> walkOff)
    {
        FillRaces(first, second, walkOff);
        NextScore = NextOf(first[0], second[0]);
        // How often an inning begins with both having added so many runs, whatever the inning: one without runs leads back to the same number.
        Span<double> level = stackalloc double[MaxRuns + 1];
        var again = Math.Max(1 - (first[0] * second[0]), 1e-12);
        for (var runs = 0; runs <= MaxRuns; runs++)
        {
            var comes = runs == 0 ? 1.0 : 0;
            for (var before = 0; before < runs; before++)
            {
                comes += level[before] * first[runs - before] * second[runs - before];
            }

            level[runs] = comes / again;
            PlayFrom(runs, level[runs], first, second, walkOff);
        }

        // What lies beyond the runs that are counted is shared out by scaling.
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

    /// <summary>Chance that the team batting first is the first of the two to score so many runs in extra innings, by how many are wanted, from 1.</summary>
    public double[] FirstWinsRace { get; } = new double[MaxRuns + 1];

    /// <summary>The same of the team batting second.</summary>
    public double[] SecondWinsRace { get; } = new double[MaxRuns + 1];

    /// <summary>Chance that the team batting first, and second, scores next: somebody does.</summary>
    public (double First, double Second) NextScore { get; }

    private static (double First, double Second) NextOf(double firstNone, double secondNone)
    {
        var somebody = Math.Max(1 - (firstNone * secondNone), 1e-12);
        return ((1 - firstNone) / somebody, firstNone * (1 - secondNone) / somebody);
    }

    // With n runs wanted: the first team has them in its half; or it has a < n, and the second wins by a walk-off that brings it to n; or both have a, and n - a
    // are wanted of the next inning. An inning without runs leads back to the same n, hence the division.
    private void FillRaces(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> walkOff)
    {
        for (var wanted = 1; wanted <= MaxRuns; wanted++)
        {
            double firstWins = 0, secondWins = 0, firstBelow = 0, secondUpTo = 0;
            for (var a = 0; a < wanted; a++)
            {
                firstBelow += first[a];
                secondUpTo += second[a];
                var walkedOff = first[a] * Math.Max(0, 1 - secondUpTo);
                for (var by = Math.Max(wanted - a, 1); by <= walkOff.Length; by++)
                {
                    secondWins += walkedOff * walkOff[by - 1];
                }

                if (a > 0)
                {
                    firstWins += first[a] * second[a] * FirstWinsRace[wanted - a];
                    secondWins += first[a] * second[a] * SecondWinsRace[wanted - a];
                }
            }

            var again = Math.Max(1 - (first[0] * second[0]), 1e-12);
            FirstWinsRace[wanted] = (firstWins + Math.Max(0, 1 - firstBelow)) / again;
            SecondWinsRace[wanted] = secondWins / again;
        }
    }

    // Runs some 10,000 times for the first event of each game: waiting for the compiler to find out that it is hot would delay that event.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PlayFrom(
        int before, double mass, ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> walkOff)
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
