using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>How place, down, distance and time-outs bend the time of drives late in a half, and the time-outs that teams usually have then.</summary>
internal static class PaceBendLaw
{
    // Bends are shrunk towards zero, as by so many plays of none.
    private const double Prior = 30;
    private const int LeastPlays = 100;
    private const double MostBend = 3;

    // Time-outs where plays tell little or nothing: those that a half begins with, as by so many plays.
    private const double AllTimeouts = 3;
    private const double TimeoutPrior = 5;

    /// <summary>The bends: <see cref="NflParameters.PaceBends"/>.</summary>
    /// <param name="parameters">Means and caps of the time, bends of zero.</param>
    /// <param name="late">Plays late in a half whose drives ended by themselves.</param>
    public static double[][] Of(NflParameters parameters, IEnumerable<DriveSample> late)
    {
        var time = new DriveTime(parameters);
        var bends = DriveLaws.Same(NflParameters.BendRows, NflParameters.BendGroups * DriveTime.Bends, 0);
        foreach (var cell in late.GroupBy(sample => (Row: DriveTime.BendRow(sample.End) + DriveLaws.KnotOf(sample.At.Seconds), Group: DriveTime.BendGroupOf(sample.At))))
        {
            var found = Bends([.. cell], time);
            found.CopyTo(bends[cell.Key.Row].AsSpan(cell.Key.Group * DriveTime.Bends));
        }

        return bends;
    }

    /// <summary>
    /// Mean time-outs by time and lead: <see cref="NflParameters.UsualTimeouts"/>. At drives' first plays, since tables of what comes are made of those alone: within a drive some are used.
    /// </summary>
    public static double[][] UsualTimeouts(IReadOnlyList<DriveSample> samples)
    {
        var usual = DriveLaws.Same(NflParameters.TimeoutRows, DriveFeatures.Leads, AllTimeouts);
        var known = samples.Where(sample => sample.IsFirst && sample.Half == 2 && sample.At.Seconds <= DriveTime.Knots[0] && sample.Timeouts(isOther: false) is not null);
        foreach (var cell in known.GroupBy(sample => (Knot: DriveLaws.KnotOf(sample.At.Seconds), sample.At.Manner)))
        {
            for (var other = 0; other < 2; other++)
            {
                var sum = cell.Sum(sample => sample.Timeouts(isOther: other == 1) ?? AllTimeouts);
                usual[(other * DriveTime.Knots.Length) + cell.Key.Knot][cell.Key.Manner] = Math.Round((sum + (TimeoutPrior * AllTimeouts)) / (cell.Count() + TimeoutPrior), 2);
            }
        }

        return usual;
    }

    // Seconds taken on seconds expected, times one and times each figure: what a figure adds, as a share of what the first gives.
    private static double[] Bends(List<DriveSample> plays, DriveTime time)
    {
        if (plays.Count < LeastPlays)
        {
            return new double[DriveTime.Bends];
        }

        var expected = plays.ConvertAll(play => time.SecondsOf(play.End, play.At, play.IsFirst));
        var hold = Math.Sqrt(Prior * expected.Average(static seconds => seconds * seconds));
        var held = Enumerable.Range(1, DriveTime.Bends).Select(i => Enumerable.Range(0, DriveTime.Bends + 1).Select(j => i == j ? hold : 0).ToArray());
        var found = DriveLaws.LeastSquares(
            [.. plays.Select((play, i) => RowOf(play, expected[i])), .. held],
            [.. plays.Select(static play => play.Seconds), .. new double[DriveTime.Bends]]);
        return [.. found.Skip(1).Select(bend => Math.Round(Math.Clamp(bend / found[0], -MostBend, MostBend), 3))];
    }

    private static double[] RowOf(DriveSample play, double expected)
    {
        var row = new double[DriveTime.Bends + 1];
        row[0] = 1;
        DriveTime.FillBends(play.At, row.AsSpan(1));
        return [.. row.Select(value => value * expected)];
    }
}
