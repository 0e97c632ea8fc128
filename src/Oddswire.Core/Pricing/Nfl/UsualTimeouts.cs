namespace Oddswire.Core.Pricing.Nfl;

/// <summary>The time-outs that teams usually have left late in the game, by time and lead, and what a team has beyond them. Pure.</summary>
/// <param name="table"><see cref="NflParameters.UsualTimeouts"/>.</param>
internal sealed class UsualTimeouts(IReadOnlyList<IReadOnlyList<double>> table)
{
    private readonly double[] _table = [.. table.SelectMany(static row => row)];

    /// <summary>Seconds left in the half at which the table has a row, and between which it is drawn straight.</summary>
    public static ReadOnlySpan<int> Knots => [720, 600, 420, 330, 240, 150, 90, 45];

    /// <summary>Time-outs of a team beyond those that teams usually have then; 0 where they are not known, and in the first half.</summary>
    /// <param name="left">Time-outs left; null where not known.</param>
    /// <param name="isOther">Whether they are those of the team without the ball.</param>
    /// <param name="at">The situation of the team with the ball.</param>
    public double Beyond(int? left, bool isOther, in Situation at)
    {
        if (left is not { } known || !at.IsSecondHalf)
        {
            return 0;
        }

        // Rounded, since what is all but nothing would count as something where laws are fitted.
        return Math.Round(known - Of(isOther ? 1 : 0, at), 6);
    }

    /// <summary>What a team usually has beyond that at a drive's first play, by whether it was behind before the other's drive: then it has stopped the clock.</summary>
    /// <param name="at">The situation.</param>
    public double AtStart(in Situation at) => at.IsSecondHalf ? Of(at.WasBehind ? 2 : 3, at) - Of(0, at) : 0;

    private double Of(int kind, in Situation at)
    {
        var (next, before) = FallingKnots.Between(Knots, at.Seconds);
        var place = (((kind * Knots.Length) + next) * DriveFeatures.Leads) + at.Manner;
        return (before * _table[place - DriveFeatures.Leads]) + ((1 - before) * _table[place]);
    }
}
