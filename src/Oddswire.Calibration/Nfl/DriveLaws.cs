using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>The laws of drives: those that are counted or averaged (kick-offs, tries, time-outs), and with them those that are searched for.</summary>
internal static class DriveLaws
{
    // A fifth of tries is drawn to the average of all, as so many cases would be.
    private const double Prior = 8;

    // Time-outs where plays tell little or nothing: those that a half begins with, as by so many plays.
    private const double AllTimeouts = 3;
    private const double TimeoutPrior = 5;

    // Yards to the goal at which the tables let drives begin: near the own goal line, where kick-offs end, at midfield, in scoring range.
    private static readonly double[] BandYards = [94, 75, 50, 14];

    /// <summary>Fits them; what joins them to the line and to each other is not yet found.</summary>
    /// <param name="samples">The plays, with their time-outs.</param>
    /// <param name="usualTimeouts"><see cref="NflParameters.UsualTimeouts"/>.</param>
    /// <param name="progress">Told the share that is done.</param>
    public static NflParameters Of(List<DriveSample> samples, double[][] usualTimeouts, Action<double> progress)
    {
        var early = samples.Where(sample => sample.End == DriveModel.Touchdown && sample.IsFirst && sample.Half == 1).ToList();
        var kicks = early.Where(sample => sample.TryPoints < 2).ToList();
        const double twoGood = 0.475;
        var ends = new LawFit(samples, NflParameters.Ends, static (sample, share) => share[Math.Max(0, sample.End - 1)] = sample.End == DriveModel.NoPoints ? 0 : 1);
        var stopped = samples.Where(static sample => sample is { End: DriveModel.NoPoints, NextYards: not null }).ToList();
        var bands = new LawFit(stopped, NflParameters.Bands - 1, static (sample, share) => WriteBands(sample.NextYards!.Value, share));
        var parameters = new NflParameters
        {
            DriveEnds = ends.Run(done => progress(0.5 * done)),
            DriveTimes = Same(NflParameters.Ends, DriveFeatures.Count, 0),
            DriveTimeSpread = Same(TimeSpread.Rows, TimeSpread.Columns, 0.1),
            UsualTimeouts = usualTimeouts,
            BandYards = BandYards,
            NextBands = bands.Run(done => progress(0.5 + (0.2 * done))),
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
        return TimeLaw.Of(parameters, samples, done => progress(0.7 + (0.3 * done)));
    }

    /// <summary>
    /// Mean time-outs by time and lead: <see cref="NflParameters.UsualTimeouts"/>. At drives' first plays, since tables of what comes are made of those alone: within a drive some are used.
    /// </summary>
    public static double[][] TimeoutsOf(IReadOnlyList<DriveSample> samples)
    {
        var usual = Same(NflParameters.TimeoutRows, DriveFeatures.Leads, AllTimeouts);
        var known = samples.Where(sample => sample.IsFirst && sample.Half == 2 && sample.At.Seconds <= UsualTimeouts.Knots[0] && sample.Timeouts(isOther: false) is not null);
        foreach (var cell in known.GroupBy(sample => (Knot: KnotOf(sample.At.Seconds), sample.At.Manner)))
        {
            var own = Mean(cell, isOther: false, AllTimeouts);
            ReadOnlySpan<double> kinds =
            [
                own, Mean(cell, isOther: true, AllTimeouts),
                Mean(cell.Where(static sample => sample.At.WasBehind), isOther: false, own), Mean(cell.Where(static sample => !sample.At.WasBehind), isOther: false, own),
            ];
            for (var kind = 0; kind < kinds.Length; kind++)
            {
                usual[(kind * UsualTimeouts.Knots.Length) + cell.Key.Knot][cell.Key.Manner] = Math.Round(kinds[kind], 2);
            }
        }

        return usual;
    }

    private static double Mean(IEnumerable<DriveSample> plays, bool isOther, double unless)
    {
        double[] left = [.. plays.Select(play => (double?)play.Timeouts(isOther) ?? unless)];
        return (left.Sum() + (TimeoutPrior * unless)) / (left.Length + TimeoutPrior);
    }

    private static double[][] Same(int rows, int columns, double value) => [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(value, columns).ToArray())];

    // The knot whose time is next.
    private static int KnotOf(double seconds)
    {
        var times = UsualTimeouts.Knots;
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

    // The shares of the bands but the first.
    private static void WriteBands(double yards, Span<float> shares)
    {
        var bands = BandsOf(yards);
        for (var band = 1; band < bands.Length; band++)
        {
            shares[band - 1] = (float)bands[band];
        }
    }

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
}
