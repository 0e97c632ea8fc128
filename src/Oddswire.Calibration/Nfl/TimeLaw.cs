using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// How long drives take (<see cref="DriveTime"/>): the share of the time left as a regression of shares for each end, so that no feature's plays take more or less than was said; then how widely it is spread.
/// </summary>
internal static class TimeLaw
{
    // Plays of one drive tell the same. A class of lead is drawn to what all are, as by so many plays; all to what is usual.
    private const double ClassPrior = 100;
    private const double Prior = 20;
    private const double UsualSpread = 0.12;
    private const double LeastSpread = 0.003;
    private const double MostSpread = 0.6;

    // The greatest variance is taken to be that of plays whose mean is neither nothing nor all.
    private const double UsualVariance = 0.15;

    /// <summary>Fits it.</summary>
    /// <param name="parameters">Parameters of which none of the time is read.</param>
    /// <param name="samples">The plays.</param>
    /// <param name="progress">Told the share that is done.</param>
    public static NflParameters Of(NflParameters parameters, List<DriveSample> samples, Action<double> progress)
    {
        var ended = samples.Where(static sample => sample.At.Seconds > 0 && sample.End < DriveModel.HalfEnds).ToLookup(static sample => sample.End);
        var times = Enumerable.Range(0, NflParameters.Ends).Select(end =>
            new LawFit([.. ended[end]], 1, static (sample, share) => share[0] = (float)ShareOf(sample)) { Usual = static sample => DriveTime.Usual(sample.At.Seconds) }
                .Run(done => progress((end + done) / (NflParameters.Ends + 1)))[0]).ToArray();
        var known = parameters with { DriveTimes = times };
        return known with { DriveTimeSpread = SpreadOf(new DriveTime(known), ended) };
    }

    private static double ShareOf(DriveSample sample) => Math.Clamp(sample.Seconds / sample.At.Seconds, 0, 1);

    // The squares of what plays are off their mean, against the greatest that these could have been, cell by cell.
    private static double[][] SpreadOf(DriveTime time, ILookup<int, DriveSample> ended)
    {
        var (seen, most) = (new double[TimeSpread.Rows, TimeSpread.Columns], new double[TimeSpread.Rows, TimeSpread.Columns]);
        var x = new double[DriveLaw.Figures];
        var cells = new (int Row, int Column, double Share)[4];
        foreach (var sample in Enumerable.Range(0, TimeSpread.Ends).SelectMany(end => ended[end]))
        {
            var at = sample.At with { IsStart = false };
            DriveLaw.Read(at, x);
            var mean = BetaThirds.Share(time.LogitOf(sample.End, at, x));
            var off = ShareOf(sample) - mean;
            TimeSpread.Read(sample.End, at, cells);
            foreach (var (row, column, share) in cells)
            {
                seen[row, column] += share * off * off;
                most[row, column] += share * mean * (1 - mean);
            }
        }

        return [.. Enumerable.Range(0, TimeSpread.Rows).Select(row => Enumerable.Range(0, TimeSpread.Columns).Select(column => SpreadOf(seen, most, row, column)).ToArray())];
    }

    private static double SpreadOf(double[,] seen, double[,] most, int row, int column)
    {
        const int groups = TimeSpread.Groups;
        var step = TimeSpread.Columns / groups;
        var (all, greatest) = (Prior * UsualVariance * UsualSpread, Prior * UsualVariance);
        for (var same = column % step; same < TimeSpread.Columns; same += step)
        {
            (all, greatest) = (all + seen[row, same], greatest + most[row, same]);
        }

        var spread = (seen[row, column] + (ClassPrior * UsualVariance * all / greatest)) / (most[row, column] + (ClassPrior * UsualVariance));
        return Math.Round(Math.Clamp(spread, LeastSpread, MostSpread), 4);
    }
}
