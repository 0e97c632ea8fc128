using Oddswire.Core.Pricing;
using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>The laws of drives that are counted or averaged rather than searched for: time, field position, tries, kick-offs.</summary>
internal static class DriveLaws
{
    // Long enough before the half's end that it does not shorten a drive.
    private const double FreeSeconds = 600;
    private const double QuarterSeconds = 900;

    // What a break is first tried with, and the most that it may save.
    private const double SomeBreak = 15;
    private const double MostBreak = 40;

    // A fifth of tries and of bands are drawn to the average of all, as so many cases would be.
    private const double Prior = 8;

    // Plays of one drive tell the same; first plays are a drive each.
    private const double LatePrior = 100;
    private const double StartPrior = 50;

    // Yards to the goal at which the tables let drives begin: near the own goal line, where kick-offs end, at midfield, in scoring range.
    private static readonly double[] BandYards = [94, 75, 50, 14];

    // Beyond it a model file is refused; few plays of a kind may say so.
    private const double MostWeight = 1000;

    private static readonly double[][] SpreadUnless = [[0.45, 0.88, 1.67], [0.5, 0.97, 1.53], [0.6, 0.97, 1.43], [0.22, 0.75, 2.03], [0.4, 1, 1.6]];

    /// <summary>Fits them; the rest of the parameters is zero. What a break between quarters saves is what makes drives that begin before one take as long as they did.</summary>
    /// <param name="samples">The plays, with their time-outs.</param>
    /// <param name="usualTimeouts"><see cref="NflParameters.UsualTimeouts"/>.</param>
    public static NflParameters Of(List<DriveSample> samples, double[][] usualTimeouts)
    {
        double[] saved = [0, SomeBreak];
        double[] over = [.. saved.Select(seconds => OverBreaks(Of(Unbroken(samples, seconds), usualTimeouts, seconds), samples))];
        var found = over[0] == over[1] ? 0 : Math.Round(Math.Clamp(over[0] / (over[0] - over[1]) * SomeBreak, 0, MostBreak), 1);
        var parameters = Of(Unbroken(samples, found), usualTimeouts, found);
        parameters = parameters with { PaceBends = PaceBendLaw.Of(parameters, Late(samples)) };
        return parameters with { Pace = Pace(parameters, samples), NextBandLate = NextBandLate(parameters, samples) };
    }

    // Seconds by which drives that begin in the five minutes before a break are expected to take longer than they did.
    private static double OverBreaks(NflParameters parameters, List<DriveSample> samples)
    {
        var time = new DriveTime(parameters);
        return samples.Where(static s => s is { At.Seconds: > 900 and <= 1200, End: <= DriveModel.FieldGoal }).Sum(s => time.SecondsOf(s.End, s.At, s.IsFirst) - s.Seconds);
    }

    // As long as drives over a break would have been without it.
    private static List<DriveSample> Unbroken(List<DriveSample> samples, double saved) => samples.ConvertAll(
        sample => sample.At.Seconds > QuarterSeconds && sample.At.Seconds - sample.Seconds < QuarterSeconds ? sample.Longer(saved) : sample);

    private static NflParameters Of(List<DriveSample> samples, double[][] usualTimeouts, double quarterBreak)
    {
        var means = Enumerable.Range(0, NflParameters.Ends).Select(end => MeanSeconds(samples, end)).ToArray();
        var early = samples.Where(sample => sample.End == DriveModel.Touchdown && sample.IsFirst && sample.Half == 1).ToList();
        var kicks = early.Where(sample => sample.TryPoints < 2).ToList();
        const double twoGood = 0.475;
        var parameters = new NflParameters
        {
            DriveEnds = [],
            Seconds = means,
            SecondsSpread = SpreadUnless,
            SecondsCap = [],
            WholeDrive = [],
            TempoByScoring = 0,
            QuarterBreak = quarterBreak,
            Pace = Same(NflParameters.PaceRows, NflParameters.PaceColumns, 1),
            PaceBends = Same(NflParameters.BendRows, NflParameters.BendGroups * DriveTime.Bends, 0),
            UsualTimeouts = usualTimeouts,
            BandYards = BandYards,
            NextBand = NextBand(samples),
            NextBandLate = [.. Enumerable.Range(0, DriveFeatures.Leads).Select(_ => Enumerable.Repeat(1.0, NflParameters.Bands).ToArray())],
            KickBand = KickBand(samples),
            TwoPointTries = TwoPointTries(samples, twoGood),
            TwoPointTriesEarly = Math.Round(early.Count(sample => sample.TryPoints == 2) / (twoGood * early.Count), 3),
            KickGood = Math.Round(Math.Min(1, kicks.Count(sample => sample.TryPoints == 1) / (kicks.Count - (early.Count(s => s.TryPoints == 2) * (1 - twoGood) / twoGood))), 3),
            TwoPointGood = twoGood,
            OnsideGood = 0.06,
            StretchStrength = [0, 0, 0],
            PregameMargin = [1, 0, 1, 13.3],
            MarginVariance = [170, 0],
            AverageMargin = 0,
            AverageTotal = 0,
            PaceLearning = 0,
            Levelling = 0,
            TotalSpread = 0,
            OvertimeUrgency = OvertimeLaw.Usual,
        };
        parameters = parameters with
        {
            WholeDrive = [.. means.Select((_, end) => WholeDrive(parameters, samples, end))],
            SecondsSpread = [.. means.Select((_, end) => Spread(parameters, samples, end))],
            SecondsCap = [.. means.Select((_, end) => Cap(samples, end))],
        };
        return parameters with { TempoByScoring = Tempo(parameters, samples) };
    }

    // Seconds taken over seconds expected without regard to the score, drawn to 1 as by so many plays; the cap is part of the expectation, so what the clock does is
    // not counted twice. Then the same for the first plays of drives alone, with those factors known: which the tables are made of.
    private static double[][] Pace(NflParameters parameters, List<DriveSample> samples)
    {
        var late = Late(samples).ToList();
        static int ColumnOf(DriveSample sample) => sample.Half == 2 ? DriveFeatures.LeadClass(sample.At.Lead) : NflParameters.PaceFirstHalf;
        var pace = Factors(parameters, late, LatePrior, ColumnOf);
        var whole = Factors(parameters with { Pace = pace }, late.Where(sample => sample.IsFirst), StartPrior, sample => NflParameters.PaceWhole + ColumnOf(sample));
        return [.. pace.Zip(whole, (all, first) => (double[])[.. all[..NflParameters.PaceWhole], .. first[NflParameters.PaceWhole..]])];
    }

    private static double[][] Factors(NflParameters parameters, IEnumerable<DriveSample> samples, double prior, Func<DriveSample, int> columnOf)
    {
        var drives = new DriveTime(parameters);
        var factors = Same(NflParameters.PaceRows, NflParameters.PaceColumns, 1);
        foreach (var cell in samples.GroupBy(sample => (End: sample.End, Knot: KnotOf(sample.At.Seconds), Column: columnOf(sample))))
        {
            var plays = cell.Select(sample => (
                Taken: sample.Seconds,
                Expected: ThirdsOf(drives, sample)))
                .OrderBy(play => play.Taken / play.Expected.Sum()).ToList();
            for (var third = 0; third < 3; third++)
            {
                // What any of the plays was expected to take in that third, not those alone that did: so all thirds together take what was taken.
                var some = plays[(third * plays.Count / 3)..((third + 1) * plays.Count / 3)];
                var factor = some.Count == 0 ? 1 : some.Average(play => play.Taken) / plays.Average(play => play.Expected[third]);
                var drawn = 1 + ((factor - 1) * plays.Count / (plays.Count + prior));
                factors[DriveTime.PaceRow(cell.Key.End, third) + cell.Key.Knot][cell.Key.Column] = Math.Round(Math.Clamp(drawn, 0.2, 3), 3);
            }
        }

        return factors;
    }

    private static double[] ThirdsOf(DriveTime time, DriveSample sample)
    {
        var thirds = new double[DriveTime.Thirds];
        time.Fill(sample.End, sample.At, sample.IsFirst, thirds);
        return thirds;
    }

    private static IEnumerable<DriveSample> Late(IEnumerable<DriveSample> samples) =>
        samples.Where(s => s is { At.Seconds: > 20 and <= 840, End: DriveModel.NoPoints or DriveModel.Touchdown or DriveModel.FieldGoal });

    /// <summary>A table of one value.</summary>
    public static double[][] Same(int rows, int columns, double value) => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(value, columns).ToArray())];

    /// <summary>The knot whose time is next: <see cref="DriveTime.Knots"/>.</summary>
    public static int KnotOf(double seconds)
    {
        var times = DriveTime.Knots;
        var row = 0;
        while (row + 1 < times.Length && seconds < (times[row] + times[row + 1]) / 2.0)
        {
            row++;
        }

        return row;
    }

    // A drive that begins between two places counts to both, the nearer the more, so that on average it begins where it does; one beyond the last counts to that.
    private static double[] BandsOf(double yards)
    {
        var shares = new double[NflParameters.Bands];
        var next = 0;
        while (next < BandYards.Length && yards < BandYards[next])
        {
            next++;
        }

        if (next == 0 || next == BandYards.Length)
        {
            shares[Math.Max(next - 1, 0)] = 1;
            return shares;
        }

        shares[next - 1] = (yards - BandYards[next]) / (BandYards[next - 1] - BandYards[next]);
        shares[next] = 1 - shares[next - 1];
        return shares;
    }

    private static double[] MeanSeconds(List<DriveSample> samples, int end)
    {
        var rows = samples.Where(sample => sample.End == end && sample.At.Seconds > FreeSeconds).ToList();
        if (end >= DriveModel.DefenceTouchdown)
        {
            return [Math.Round(rows.Where(s => s.IsFirst).Select(s => s.Seconds).DefaultIfEmpty(90).Average() * 0.95, 1), 0, -20, 0, 0, 0, 0, 0, 0, 0];
        }

        return [.. LeastSquares([.. rows.Select(MeanRow)], [.. rows.Select(s => s.Seconds)]).Select(value => Math.Round(Math.Clamp(value, -MostWeight, MostWeight), 1))];
    }

    private static double[] MeanRow(DriveSample sample)
    {
        var row = new double[DriveTime.MeanFeatures];
        DriveTime.FillMean(sample.At, row);
        return row;
    }

    private static double WholeDrive(NflParameters parameters, List<DriveSample> samples, int end)
    {
        var time = new DriveTime(parameters);
        var rows = Free(samples, end);
        return rows.Count < 100 ? 1 : Math.Round(
            rows.Sum(s => s.Seconds) / rows.Sum(s => time.MeanOf(end, s.At)), 3);
    }

    // Least squares through the origin, on what whole drives of each end take beyond their mean.
    private static double Tempo(NflParameters parameters, List<DriveSample> samples)
    {
        var time = new DriveTime(parameters);
        var (above, square) = (0.0, 0.0);
        foreach (var sample in samples.Where(s => s.IsFirst && s.At.Seconds > FreeSeconds && s.End <= DriveModel.FieldGoal))
        {
            var mean = time.MeanOf(sample.End, sample.At) * parameters.WholeDrive[sample.End];
            var scoring = DriveTime.TempoOf(sample.At);
            above += (sample.Seconds - mean) * scoring;
            square += mean * scoring * scoring;
        }

        return square > 0 ? Math.Round(Math.Clamp(above / square, -0.5, 0.5), 4) : 0;
    }

    private static double[] Spread(NflParameters parameters, List<DriveSample> samples, int end)
    {
        var time = new DriveTime(parameters);
        var ratios = Free(samples, end).Select(s => s.Seconds / time.MeanOf(end, s.At)).Order().ToList();
        if (ratios.Count < 100)
        {
            return SpreadUnless[end];
        }

        var mean = ratios.Average();
        return [.. Enumerable.Range(0, 3).Select(third => Math.Round(
            ratios.Skip(third * ratios.Count / 3).Take(ratios.Count / 3).Average() / mean, 3))];
    }

    // Of the time that is left when there is little: what the short, the middling and the long third take.
    private static double[] Cap(List<DriveSample> samples, int end)
    {
        var shares = samples.Where(s => s.End == end && s.At.Seconds is > 30 and <= 120 && s.At.Down == 1).Select(s => s.Seconds / s.At.Seconds).Order().ToList();
        return shares.Count < 100
            ? [0.15, 0.4, 0.8]
            : [.. Enumerable.Range(0, 3).Select(third => Math.Round(
                Math.Clamp(shares.Skip(third * shares.Count / 3).Take(shares.Count / 3).Average(), 0.05, 0.97), 3))];
    }

    private static List<DriveSample> Free(List<DriveSample> samples, int end) =>
        [.. samples.Where(sample => sample.IsFirst && sample.End == end && sample.At.Seconds > FreeSeconds)];

    private static double[][] NextBand(List<DriveSample> samples)
    {
        var counts = Enumerable.Range(0, NflParameters.NextBandRows).Select(_ => new double[NflParameters.Bands]).ToArray();
        foreach (var sample in samples.Where(s => s.End == DriveModel.NoPoints && (s.Half == 1 ? s.At.Seconds > 120 : DriveModel.BandShare(s.At) <= 0)))
        {
            VectorMath.AddScaled(counts[BandRow(sample.At)], BandsOf(sample.NextYards!.Value), 1);
        }

        var all = Enumerable.Range(0, NflParameters.Bands).Select(band => counts.Sum(row => row[band])).ToArray();
        return [.. counts.Select(row => Shares([.. row.Select((count, band) => count + (Prior * all[band] / all.Sum()))]))];
    }

    // Seen over expected in the last minutes, drawn to 1 as by so many plays.
    private static double[][] NextBandLate(NflParameters parameters, List<DriveSample> samples)
    {
        var (seen, expected) = (new double[DriveFeatures.Leads, NflParameters.Bands], new double[DriveFeatures.Leads, NflParameters.Bands]);
        foreach (var sample in samples.Where(s => s is { End: DriveModel.NoPoints, Half: 2 } && DriveModel.BandShare(s.At) >= 1))
        {
            var lead = DriveFeatures.LeadClass(sample.At.Lead);
            var bands = BandsOf(sample.NextYards!.Value);
            for (var band = 0; band < NflParameters.Bands; band++)
            {
                seen[lead, band] += bands[band];
                expected[lead, band] += parameters.NextBand[BandRow(sample.At)][band];
            }
        }

        return [.. Enumerable.Range(0, DriveFeatures.Leads).Select(lead =>
        {
            var plays = Enumerable.Range(0, NflParameters.Bands).Sum(band => seen[lead, band]);
            return Enumerable.Range(0, NflParameters.Bands).Select(band => plays == 0 ? 1 : Math.Round(
                (seen[lead, band] + (LatePrior * expected[lead, band] / plays)) / (expected[lead, band] * (1 + (LatePrior / plays))), 3)).ToArray();
        })];
    }

    private static int BandRow(in Situation at) => Math.Min(9, (int)at.YardsToGoal / 10) + (at.Down == 4 ? 10 : 0);

    // Where kick-offs are returned to changed with the rules of 2024: the latest season counts.
    private static double[] KickBand(List<DriveSample> samples)
    {
        var latest = samples.Max(sample => sample.Row.Game.Season)!;
        var kicks = samples.Where(s => s is { IsFirst: true, NextYards: not null, IsNextOther: true, End: DriveModel.Touchdown or DriveModel.FieldGoal }
            && s.At.Seconds > 300 && s.Row.Game.Season == latest).ToList();
        var bands = kicks.ConvertAll(sample => BandsOf(sample.NextYards!.Value));
        return Shares([.. Enumerable.Range(0, NflParameters.Bands).Select(band => bands.Sum(shares => shares[band]))]);
    }

    private static double[] TwoPointTries(List<DriveSample> samples, double good)
    {
        var (tries, twos) = (new double[NflParameters.TryMargins], new double[NflParameters.TryMargins]);
        foreach (var sample in samples.Where(s => s.IsFirst && s.Half == 2 && s.End == DriveModel.Touchdown && s.At.Seconds - s.Seconds < 900))
        {
            var margin = Math.Clamp(sample.At.Lead + 26, 0, NflParameters.TryMargins - 1);
            tries[margin]++;
            twos[margin] += sample.TryPoints == 2 ? 1 : 0;
        }

        return [.. tries.Select((count, i) => Math.Round(Math.Min(1, ((twos[i] / good) + (0.08 * Prior)) / (count + Prior)), 3))];
    }

    // Shares of four digits that sum to one exactly: what rounding leaves goes to the largest.
    private static double[] Shares(double[] counts)
    {
        var sum = counts.Sum();
        double[] shares = [.. counts.Select(count => Math.Round(count / sum, 4))];
        var largest = Array.IndexOf(shares, shares.Max());
        shares[largest] = Math.Round(shares[largest] + 1 - shares.Sum(), 4);
        return shares;
    }

    /// <summary>Weights of the columns of x that come nearest to y; 0 for a column of zeros.</summary>
    public static double[] LeastSquares(double[][] x, double[] y)
    {
        var n = x[0].Length;
        var a = new double[n, n + 1];
        for (var i = 0; i < x.Length; i++)
        {
            for (var j = 0; j < n; j++)
            {
                for (var k = 0; k < n; k++)
                {
                    a[j, k] += x[i][j] * x[i][k];
                }

                a[j, n] += x[i][j] * y[i];
            }
        }

        for (var c = 0; c < n; c++)
        {
            for (var r = 0; r < n; r++)
            {
                var factor = r == c || a[c, c] == 0 ? 0 : a[r, c] / a[c, c];
                for (var k = c; k <= n; k++)
                {
                    a[r, k] -= factor * a[c, k];
                }
            }
        }

        return [.. Enumerable.Range(0, n).Select(i => a[i, i] == 0 ? 0 : a[i, n] / a[i, i])];
    }
}
