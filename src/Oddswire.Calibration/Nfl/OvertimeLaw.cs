using Oddswire.Core.Pricing.Nfl;

namespace Oddswire.Calibration.Nfl;

/// <summary>
/// How urgent overtime is felt (<see cref="NflParameters.OvertimeUrgency"/>), phase by phase: the seconds with which the law of regulation's drives makes the ends of overtime's
/// likeliest. Overtimes are few, so that what is usual counts as a normal law of the logarithm; each drive counts once, however many plays it has.
/// </summary>
internal static class OvertimeLaw
{
    // One standard deviation is a factor of two and a half.
    private const double UsualSpread = 0.9;

    private static readonly double[] Candidates = [5, 10, 15, 20, 30, 45, 60, 90, 120, 150, 180, 220, 260, 300, 360, 420, 500, 600, 750, 900];

    /// <summary>What is taken for usual: a team with the ball first plays as at any time, the next score is worth some hurry, an answer is due at once.</summary>
    public static double[] Usual => [900, 150, 60];

    /// <summary>Fits them.</summary>
    /// <param name="parameters">The laws of drives.</param>
    /// <param name="samples">Plays of overtime.</param>
    public static double[] Of(NflParameters parameters, List<DriveSample> samples)
    {
        var drives = new DriveModel(parameters, 0);
        var plays = samples.CountBy(static sample => sample.Drive).ToDictionary();
        var phases = samples.ToLookup(static sample => Math.Min((int)PhaseOf(sample), (int)OvertimePhase.AnswersFieldGoal));
        return [.. Usual.Select((usual, phase) => Candidates.MinBy(seconds =>
            (Math.Pow(Math.Log(seconds / usual) / UsualSpread, 2) / 2) - phases[phase].Sum(sample => LogOf(drives, sample, seconds) / plays[sample.Drive])))];
    }

    private static double LogOf(DriveModel drives, DriveSample sample, double seconds)
    {
        Span<double> ends = stackalloc double[DriveModel.Results];
        drives.Ends(Overtime.Played(sample.At, PhaseOf(sample), seconds) with { IsStart = false }, ends);
        return Math.Log(Math.Max(ends[sample.End], 1e-9));
    }

    private static OvertimePhase PhaseOf(DriveSample sample)
    {
        var info = sample.Row.Info;
        var rule = Overtime.RuleOf(NflSolver.SeasonOf(info.ScheduledAt), info.MustHaveWinner);
        return Overtime.PhaseOf(rule, sample.At.Lead, Math.Max(sample.Row.State.Sheet.DrivesAfter(4), 1));
    }
}
