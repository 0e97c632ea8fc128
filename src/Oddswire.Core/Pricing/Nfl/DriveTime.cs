namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// How long a drive, or the rest of it, takes by the way it ends: a mean by place, down and distance where there is time enough, no more than a share of the time that is left, and
/// late in a half what clock, score and time-outs do to it. Pure.
/// </summary>
internal sealed class DriveTime(NflParameters parameters)
{
    /// <summary>Short, middling and long drives: as many of each.</summary>
    public const int Thirds = 3;

    /// <summary>What the mean depends on: <see cref="FillMean"/>.</summary>
    public const int MeanFeatures = 10;

    /// <summary>What bends it late: <see cref="FillBends"/>.</summary>
    public const int Bends = 7;

    // In the first half a drive takes its usual time nearly to the end, in the second the score counts more and more.
    private const double FirstHurried = 120;
    private const double SecondHurried = 240;

    private const double QuarterSeconds = 900;
    private const double LeastMean = 4;
    private const double MostOfTheTime = 0.985;
    private const double LeastBent = 0.25;
    private const double MostBent = 3;

    private readonly double[] _means = Flat(parameters.Seconds);
    private readonly double[] _pace = Flat(parameters.Pace);
    private readonly double[] _bends = Flat(parameters.PaceBends);

    /// <summary>Seconds left in the half at which <see cref="NflParameters.Pace"/> and <see cref="NflParameters.PaceBends"/> have a row, and between which they are drawn straight; above, they fade. <see cref="NflParameters.UsualTimeouts"/> has rows at the same, and stays as it is above.</summary>
    public static ReadOnlySpan<int> Knots => [720, 600, 420, 330, 240, 150, 90, 45];

    /// <summary>
    /// Writes what the mean depends on: 1, yards to the goal / 100, downs before, on fourth down 1 and the yards, the logarithm of the distance in tens on each of the first three downs, and there too how
    /// far inside the 40 and the 34 the ball is: who is in range of a field goal kicks it as soon as the downs are used, wherever that is.
    /// </summary>
    public static void FillMean(in Situation at, Span<double> x)
    {
        x.Clear();
        (x[0], x[1], x[2]) = (1, at.YardsToGoal / 100, at.Down - 1);
        if (at.Down == 4)
        {
            (x[3], x[4]) = (1, at.YardsToGoal / 100);
        }
        else
        {
            x[4 + Math.Max(at.Down, 1)] = Distance(at);
            x[8] = Inside40(at);
            x[9] = Math.Max(0, 0.34 - x[1]);
        }
    }

    /// <summary>Mean seconds of the drive's rest, were there time enough.</summary>
    public double MeanOf(int end, in Situation at)
    {
        Span<double> x = stackalloc double[MeanFeatures];
        FillMean(at, x);
        return Math.Max(LeastMean, VectorMath.Dot(x, _means.AsSpan(end * MeanFeatures, MeanFeatures)));
    }

    /// <summary>Writes what bends the time late: yards to the goal less a half, downs before the fourth, fourth down, the distance before it, the time-outs of both teams beyond the usual, and before fourth down how far inside the 40 the ball is.</summary>
    public static void FillBends(in Situation at, Span<double> x)
    {
        var isLast = at.Down == 4;
        x[0] = (at.YardsToGoal / 100) - 0.5;
        x[1] = isLast ? 0 : at.Down - 1;
        x[2] = isLast ? 1 : 0;
        x[3] = isLast ? 0 : Distance(at);
        x[4] = at.OwnTimeouts;
        x[5] = at.OtherTimeouts;
        x[6] = isLast ? 0 : Inside40(at);
    }

    /// <summary>Whose bends are taken: a team ahead, level or a field goal short, further behind; any in the first half.</summary>
    public static int BendGroupOf(in Situation at) => at.IsSecondHalf ? DriveFeatures.ThirdOf(at.Manner) : NflParameters.BendGroups - 1;

    /// <summary>Seconds that the drives with this end take on average.</summary>
    public double SecondsOf(int end, in Situation at, bool isWhole)
    {
        Span<double> thirds = stackalloc double[Thirds];
        Fill(end, at, isWhole, thirds);
        return (thirds[0] + thirds[1] + thirds[2]) / Thirds;
    }

    /// <summary>
    /// Writes the seconds that each third of the drives with this end takes: a share of the mean, but no more than a share of the time left, the two joined smoothly.
    /// </summary>
    public void Fill(int end, in Situation at, bool isWhole, Span<double> thirds)
    {
        if (at.Seconds <= 0)
        {
            thirds.Clear();
            return;
        }

        var mean = MeanOf(end, at) * (isWhole ? parameters.WholeDrive[end] : 1) * (1 + (parameters.TempoByScoring * TempoOf(at)));
        var room = at.Seconds * (1 + (0.45 * Math.Clamp((at.Seconds - 120) / 480, 0, 1)));
        var column = at.IsSecondHalf ? at.Manner : NflParameters.PaceFirstHalf;
        var knot = Knot.At(at.Seconds);
        var bent = BentBy(end, at, knot);
        for (var third = 0; third < Thirds; third++)
        {
            var (free, most) = (mean * parameters.SecondsSpread[end][third], parameters.SecondsCap[end][third] * room);
            var (a, b) = (free * free * free, most * most * most);
            var row = PaceRow(end, third);
            var pace = bent * (1 + knot.Of(_pace, row, NflParameters.PaceColumns, column, 1));
            pace *= isWhole ? 1 + knot.Of(_pace, row, NflParameters.PaceColumns, NflParameters.PaceWhole + column, 1) : 1;
            thirds[third] = Broken(Math.Min(pace * free * most / Math.Cbrt(Math.Sqrt((a * a) + (b * b))), MostOfTheTime * at.Seconds), at.Seconds, parameters.QuarterBreak);
        }
    }

    /// <summary>The seconds that a drive takes where it may run into a new quarter: at the break the clock does not run on to the next snap.</summary>
    public static double Broken(double seconds, double left, double saved)
    {
        var room = left - QuarterSeconds;
        return room <= 0 || seconds <= room ? seconds : Math.Max(room, seconds - saved);
    }

    /// <summary>How much of the game's total counts for the time that a drive takes: all of it, until clock and score hurry or slow the teams.</summary>
    public static double TempoOf(in Situation at)
    {
        var hurried = at.IsSecondHalf ? SecondHurried : FirstHurried;
        return at.Scoring * Math.Clamp((at.Seconds - hurried) / hurried, 0, 1);
    }

    /// <summary>The first row of <see cref="NflParameters.Pace"/> for a third of the drives with an end.</summary>
    public static int PaceRow(int end, int third) => ((KindOf(end) * Thirds) + third) * Knots.Length;

    /// <summary>The first row of <see cref="NflParameters.PaceBends"/> for an end.</summary>
    public static int BendRow(int end) => KindOf(end) * Knots.Length;

    /// <summary>Time-outs of a team beyond those that teams usually have then; 0 where they are not known, and in the first half.</summary>
    /// <param name="usual"><see cref="NflParameters.UsualTimeouts"/>, row by row.</param>
    /// <param name="left">Time-outs left; null where not known.</param>
    /// <param name="isOther">Whether they are those of the team without the ball.</param>
    /// <param name="at">The situation of the team with the ball.</param>
    public static double TimeoutsBeyond(double[] usual, int? left, bool isOther, in Situation at)
    {
        if (left is not { } known || !at.IsSecondHalf)
        {
            return 0;
        }

        // Rounded, since what is all but nothing would count as something where laws are fitted.
        var knot = Knot.At(Math.Min(at.Seconds, Knots[0]));
        return Math.Round(known - knot.Of(usual, isOther ? Knots.Length : 0, DriveFeatures.Leads, at.Manner, 0), 6);
    }

    /// <summary>A table row by row.</summary>
    public static double[] Flat(IReadOnlyList<IReadOnlyList<double>> table) => [.. table.SelectMany(static row => row)];

    private static int KindOf(int end) => end switch { DriveModel.NoPoints => 0, DriveModel.FieldGoal => 2, _ => 1 };

    private static double Distance(in Situation at) => Math.Log(Math.Max(at.YardsToFirst, 1) / 10.0);

    private static double Inside40(in Situation at) => Math.Max(0, 0.40 - (at.YardsToGoal / 100));

    private double BentBy(int end, in Situation at, in Knot knot)
    {
        if (knot.Fade <= 0)
        {
            return 1;
        }

        Span<double> x = stackalloc double[Bends];
        FillBends(at, x);
        var first = BendGroupOf(at) * Bends;
        var sum = 1.0;
        for (var i = 0; i < x.Length; i++)
        {
            sum += x[i] == 0 ? 0 : x[i] * knot.Of(_bends, BendRow(end), NflParameters.BendGroups * Bends, first + i, 0);
        }

        return Math.Clamp(sum, LeastBent, MostBent);
    }

    // A place among the knots: the row that comes next, the share of the one before, and what counts of both.
    private readonly record struct Knot(int Row, double Before, double Fade)
    {
        public static Knot At(double left)
        {
            var knots = Knots;
            if (left >= knots[0])
            {
                return new Knot(0, 0, Math.Max(0, 1 - ((left - knots[0]) / (QuarterSeconds - knots[0]))));
            }

            for (var i = 1; i < knots.Length; i++)
            {
                if (left >= knots[i])
                {
                    return new Knot(i, (left - knots[i]) / (knots[i - 1] - knots[i]), 1);
                }
            }

            return new Knot(knots.Length - 1, 0, 1);
        }

        public double Of(double[] law, int firstRow, int columns, int column, double usual)
        {
            var at = ((firstRow + Row) * columns) + column;
            return Fade * ((Before > 0 ? Before * (law[at - columns] - usual) : 0) + ((1 - Before) * (law[at] - usual)));
        }
    }
}
