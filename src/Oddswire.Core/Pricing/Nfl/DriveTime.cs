namespace Oddswire.Core.Pricing.Nfl;

/// <summary>
/// How long a drive, or the rest of it, takes by the way it ends: a share of the time left in the half, whose log odds are linear in the situation, spread as Beta's law says
/// (<see cref="BetaThirds"/>). Pure.
/// </summary>
internal sealed class DriveTime(NflParameters parameters)
{
    /// <summary>Short, middling and long drives: as many of each.</summary>
    public const int Thirds = 3;

    // With time enough a drive takes as long however much is left: its odds are then against what is left beyond about one drive.
    private const double SomeDrive = 130;
    private const double ShortOfTime = 400;

    private readonly DriveLaw _law = new(parameters.DriveTimes);
    private readonly double[] _spread = [.. parameters.DriveTimeSpread.SelectMany(static row => row)];

    /// <summary>Log odds of the share of the time left that a drive takes before anything else is known of it.</summary>
    /// <param name="left">Seconds left in the half, above zero.</param>
    public static double Usual(double left) => Math.Log(SomeDrive / Math.Max(1, left - (SomeDrive * (1 - Math.Exp(-left / ShortOfTime)))));

    /// <summary>Seconds that the drives with this end take on average.</summary>
    /// <param name="end">The end.</param>
    /// <param name="at">The situation, its urgency that of the clock.</param>
    /// <param name="x">What it was read as.</param>
    public double SecondsOf(int end, in Situation at, ReadOnlySpan<double> x) =>
        at.Seconds <= 0 ? 0 : at.Seconds * BetaThirds.Share(LogitOf(end, at, x));

    /// <summary>Log odds of the share of the time left that the drives with this end take on average.</summary>
    public double LogitOf(int end, in Situation at, ReadOnlySpan<double> x) => Usual(at.Seconds) + _law.Logit(end, at, x);

    /// <summary>Writes the seconds that each third of the drives with this end takes.</summary>
    /// <param name="end">No points, touchdown or field goal.</param>
    /// <param name="at">The situation, its urgency that of the clock.</param>
    /// <param name="x">What it was read as.</param>
    /// <param name="thirds">Room for <see cref="Thirds"/>.</param>
    public void Fill(int end, in Situation at, ReadOnlySpan<double> x, Span<double> thirds)
    {
        if (at.Seconds <= 0)
        {
            thirds.Clear();
            return;
        }

        BetaThirds.Fill(LogitOf(end, at, x), BetaThirds.Logit(TimeSpread.Of(_spread, end, at)), thirds);
        VectorMath.Scale(thirds, at.Seconds);
    }
}
